// The admin API: from a request to its operation, and from what that gives to an answer.

import { randomUUID } from "node:crypto";
import { GatewayError } from "../core/errors.ts";
import type { FlatHeaders, InboundRequest, Reply } from "../http/message.ts";
import type { Language } from "../language/language.ts";
import { message, saidIn } from "../language/messages.ts";
import { commandWords, readerLanguage, refusalWords } from "../language/refusal-words.ts";
import { SaidRefusal } from "../language/said-refusal.ts";
import type { ConfigEditor } from "../supervise/config-editor.ts";
import { pathOf, queryOf } from "../wires/paths/router.ts";
import type { AdminOptions } from "./admin-options.ts";
import { runOperation, type SentAsk } from "./ask.ts";
import { MOST_OF_STRANGERS, readJsonBody } from "./body.ts";
import { LiveFeed } from "./live/live-feed.ts";
import { type AdminSettings, actorOf, checkAdminPlace, sessionCookie } from "./login/access.ts";
import { COMMAND_LINE } from "./login/actor.ts";
import type { AdminCredentials } from "./login/credentials.ts";
import { Tries } from "./login/tries.ts";
import { InvalidAsk } from "./operation/admin-error.ts";
import type { AdminOperation, AdminResult } from "./operation/operation.ts";
import type { AdminParts } from "./operation/parts.ts";
import type { ServingView } from "./operation/serving-view.ts";
import { OperationTable } from "./operation-table.ts";
import { ALL_OPERATIONS } from "./operations/all.ts";

const BASE = "/admin/v1";
const SETUP_PATH = "/admin/setup";

/** A request of this machine's user, without HTTP. */
export type LocalAsk = {
  readonly method: string;
  /** Below `/admin/v1`, with its query. */
  readonly target: string;
  readonly body?: unknown;
  /** In which a refusal is worded; English when left out. */
  readonly language?: Language | undefined;
};

/** What it is answered. */
export type LocalAnswer = { readonly status: number; readonly value: unknown };

/** What the API is made of. */
export type ApiOptions = AdminOptions & {
  readonly credentials: AdminCredentials;
  readonly serving: () => ServingView | undefined;
  readonly editor: () => ConfigEditor | undefined;
  readonly settings: () => AdminSettings;
  /** Whether the listener speaks TLS. */
  readonly isTls: boolean;
};

/** What an answer is known by, and the language of its sentences. */
type AnswerMark = { readonly requestId: string; readonly language: Language };

type ToldOperation = { readonly operation: AdminOperation; readonly told: AdminResult<unknown> };

const SECURITY: FlatHeaders = [
  "cache-control",
  "no-store",
  "x-content-type-options",
  "nosniff",
  "x-frame-options",
  "DENY",
  "referrer-policy",
  "no-referrer",
];

/** The API. */
export class AdminApi {
  readonly #options: ApiOptions;
  readonly #credentials: AdminCredentials;
  readonly #tries: Tries;
  readonly #live: LiveFeed;
  readonly #table = new OperationTable(ALL_OPERATIONS);

  constructor(options: ApiOptions) {
    this.#options = options;
    this.#credentials = options.credentials;
    this.#tries = new Tries(options.clock);
    const { clock, version, serving, settings, credentials } = options;
    this.#live = new LiveFeed(
      { clock, version, instance: randomUUID(), serving },
      {
        isOpen: (session) => credentials.isOpen(session),
        token: () => settings().token,
        isEnabled: () => settings().isEnabled,
      },
    );
    credentials.onEnded = () => this.#live.dropEnded();
  }

  /** Answers a request over HTTP. */
  async handle(request: InboundRequest, reply: Reply): Promise<void> {
    const requestId = randomUUID();
    const language = readerLanguage(request.header("accept-language"));
    try {
      const settings = this.#options.settings();
      checkAdminPlace(request, settings);
      const path = pathOf(request.target);
      if (path === SETUP_PATH && request.method === "GET") {
        // Of links that were made by an older gateway: a browser keeps what stands behind the `#`.
        reply.head(302, ["location", "/ui/setup", "content-length", "0", ...SECURITY]);
        reply.end();
        return;
      }
      const told = await this.#run(request, path);
      if (request.method === "HEAD" && told.told.stream !== undefined) {
        // A stream without a body would hold a listener's place, and its connection, for nothing.
        reply.head(200, ["content-type", told.operation.media ?? "application/json", ...SECURITY]);
        reply.end();
        return;
      }
      await this.#tell(reply, told, { requestId, language });
    } catch (error) {
      this.#refuse(reply, error, { requestId, language });
    }
  }

  /** Answers a command of this machine's user, who needs no password: only that user can enter the data folder. */
  async askLocally({ method, target, body, language }: LocalAsk): Promise<LocalAnswer> {
    try {
      const { operation, params } = this.#table.find(method, pathOf(target));
      const sent = { params, query: new URLSearchParams(queryOf(target)), body };
      const told = await runOperation(operation, sent, { parts: this.#parts(), actor: COMMAND_LINE });
      if (told.stream !== undefined) throw new SaidRefusal("admin_invalid", message("refused.httpOnly"));
      return { status: operation.status, value: told.value };
    } catch (error) {
      const { status, value } = this.#told(error, randomUUID(), (known) =>
        commandWords(known, language ?? "en"),
      );
      return { status, value };
    }
  }

  async #tell(
    reply: Reply,
    { operation, told }: ToldOperation,
    { requestId, language }: AnswerMark,
  ): Promise<void> {
    if (told.stream !== undefined) {
      await told.stream(reply, SECURITY);
      return;
    }
    const { media, status } = operation;
    const headers = [...(told.headers ?? []), "x-request-id", requestId, ...SECURITY];
    if (media === undefined || typeof told.value !== "string")
      sendJson(reply, { status, value: told.value, headers, language });
    else
      send(reply, status, Buffer.from(told.value), ["content-type", `${media}; charset=utf-8`, ...headers]);
  }

  async #run(request: InboundRequest, path: string): Promise<ToldOperation> {
    if (path !== BASE && !path.startsWith(`${BASE}/`))
      throw new SaidRefusal("unknown_path", message("refused.underBase", { base: BASE }));
    const method = request.method === "HEAD" ? "GET" : request.method;
    const { operation, params } = this.#table.find(method, path.slice(BASE.length));
    const settings = this.#options.settings();
    const known = await actorOf(request, { settings, credentials: this.#credentials });
    if (known === undefined && !operation.isOpen) throw await this.#loginRequired();
    const actor = known ?? { name: "", address: request.remoteAddress, session: undefined };
    const most = known === undefined ? MOST_OF_STRANGERS : operation.maxBodyBytes;
    const body = operation.body === undefined ? undefined : await readJsonBody(request, most);
    const sent: SentAsk = { params, query: new URLSearchParams(queryOf(request.target)), body };
    const told = await runOperation(operation, sent, { parts: this.#parts(), actor });
    return { operation, told };
  }

  async #loginRequired(): Promise<GatewayError> {
    const isSetUp = await this.#credentials.isSetUp();
    const words = message(isSetUp ? "refused.logIn" : "refused.noPassword");
    return new SaidRefusal("admin_login_required", words, { headers: ["www-authenticate", "Bearer"] });
  }

  #parts(): AdminParts {
    const { clock, log, dataDir, store, overlay, version, serving, isTls } = this.#options;
    const cookie = (secret: string | undefined, maxAgeS: number): readonly string[] => [
      "set-cookie",
      sessionCookie(secret, maxAgeS, isTls),
    ];
    const { tries, credentials } = { tries: this.#tries, credentials: this.#credentials };
    const running = serving();
    const keys = running?.clients.book ?? this.#options.keys;
    const config = running?.config() ?? this.#options.config;
    const known = { clock, log, dataDir, store, keys, overlay, config, credentials };
    return {
      ...known,
      tries,
      cookie,
      live: this.#live,
      editor: this.#options.editor(),
      serving: running,
      version,
    };
  }

  #refuse(reply: Reply, error: unknown, { requestId, language }: AnswerMark): void {
    if (reply.isClosed || reply.isHeadSent) {
      reply.destroy();
      return;
    }
    const {
      status,
      value,
      headers: own,
    } = this.#told(error, requestId, (known) => refusalWords(known, language));
    const headers = [...own, "x-request-id", requestId, ...SECURITY];
    sendJson(reply, { status, value, headers, language });
  }

  #told(
    error: unknown,
    requestId: string,
    wordsOf: (error: GatewayError) => string,
  ): { readonly status: number; readonly value: unknown; readonly headers: readonly string[] } {
    const known = error instanceof GatewayError ? error : new GatewayError("internal", { cause: error });
    // What is refused on purpose has no cause.
    if (known.cause !== undefined)
      this.#options.log.error(known.code, "A request to the admin API failed.", { requestId }, known.cause);
    const { row, param, code, headers, status } = known;
    const words = wordsOf(known);
    const problems = known instanceof InvalidAsk ? { problems: known.problems } : {};
    return {
      status,
      headers,
      value: { error: { message: words, type: row.type, param: param ?? null, code, ...problems } },
    };
  }
}

type JsonAnswer = {
  readonly status: number;
  readonly value: unknown;
  readonly headers: FlatHeaders;
  /** That its sentences are said in. */
  readonly language: Language;
};

function sendJson(reply: Reply, { status, value, headers, language }: JsonAnswer): void {
  if (value === undefined) {
    reply.head(204, headers);
    reply.end();
    return;
  }
  const body = Buffer.from(JSON.stringify(value, saidIn(language)));
  const spoken = ["content-language", language, "vary", "accept-language"];
  send(reply, status, body, ["content-type", "application/json", ...spoken, ...headers]);
}

function send(reply: Reply, status: number, body: Buffer, headers: FlatHeaders): void {
  reply.head(status, ["content-length", String(body.length), ...headers]);
  reply.end(body);
}
