// Asks one endpoint for its models: `GET {base_url}/models`, within one time limit over all pages and keys. Keeps
// nothing and repeats nothing; that is for `catalogue.ts`.

import type { Clock } from "../core/clock.ts";
import { firstHeader } from "../http/first-header.ts";
import type { FlatHeaders } from "../http/message.ts";
import { type Message, type MessageKey, message } from "../language/messages.ts";
import type { Credential, ModelEntry } from "../routing/model.ts";
import type { AskingClient } from "../upstream/client.ts";
import { type ListShape, MAX_NAMES } from "../wires/lists/parse-models.ts";
import { wireOf } from "../wires/registry/wires.ts";
import { type GetFailure, getWhole } from "./get.ts";
import { type Askable, ownHeaders } from "./own-request.ts";
import { withoutSecrets } from "./select.ts";

/** One question. */
export type ListQuestion = {
  readonly client: AskingClient;
  readonly clock: Clock;
  readonly endpoint: Askable;
  readonly timeoutMs: number;
  /** Bytes of all pages together at most (`discovery.max_list`). */
  readonly limitBytes: number;
  readonly signal?: AbortSignal | undefined;
};

/** Why an endpoint gave no list although it should have one. */
type AskFailure =
  | GetFailure
  | "loop"
  | "bad_list"
  | "redirect"
  | "rate_limited"
  | "server_error"
  | "bad_status";

type Timed = { readonly durationMs: number };

/** What the endpoint said. Every word of `reason` is ours and safe to show. */
export type ListAnswer =
  | (Timed & {
      readonly kind: "listed";
      readonly status: number;
      readonly entries: readonly ModelEntry[];
      readonly shape: ListShape;
      /** There were more names than a list may have; the first ones are here. */
      readonly isCut: boolean;
      /** The answer came from a gateway of our own kind: this one, or another. */
      readonly isGateway: boolean;
      /** The endpoint's own date, in milliseconds since 1970; undefined when it says none. */
      readonly serverWallMs: number | undefined;
    })
  /** It has no such path; its models have to be named in the configuration. */
  | (Timed & { readonly kind: "no_list"; readonly status: number; readonly reason: Message })
  | (Timed & { readonly kind: "rejected_key"; readonly status: number; readonly reason: Message })
  | (Timed & {
      readonly kind: "failed";
      readonly cause: AskFailure;
      readonly status: number | undefined;
      readonly reason: Message;
    });

/** Failures in which nobody answered at all. */
const NOBODY_THERE: ReadonlySet<string> = new Set([
  "timeout",
  "connect_failed",
  "connect_timeout",
  "dns_failed",
  "tls_failed",
  "reset",
]);

/** Whether it is one of those. */
export function isNobodyThere(cause: AskFailure): boolean {
  return NOBODY_THERE.has(cause);
}

const MAX_PAGES = 50;
const USUAL_HEADERS = [
  "accept",
  "application/json",
  "accept-encoding",
  "identity",
  "user-agent",
  "oai-gateway",
];

/** Never rejects. With several keys the first one that is not rejected counts. Redirects are not followed. */
export async function askModels(question: ListQuestion): Promise<ListAnswer> {
  const startedMs = question.clock.nowMs();
  const deadline = new AbortController();
  const cancel = () => deadline.abort("cancelled");
  if (question.signal?.aborted) cancel();
  question.signal?.addEventListener("abort", cancel, { once: true });
  const timer = setTimeout(() => deadline.abort("timeout"), question.timeoutMs);
  try {
    const answer = await askWithEachKey(question, deadline.signal);
    return { ...answer, durationMs: question.clock.nowMs() - startedMs };
  } finally {
    clearTimeout(timer);
    question.signal?.removeEventListener("abort", cancel);
  }
}

// Spelled out for each kind, so that the union survives.
type Untimed<T> = T extends unknown ? Omit<T, "durationMs"> : never;
type Said = Untimed<ListAnswer>;

async function askWithEachKey(question: ListQuestion, signal: AbortSignal): Promise<Said> {
  const [first, ...others] = question.endpoint.credentials;
  let said = await askAllPages(question, first, signal);
  for (const credential of others) {
    if (said.kind !== "rejected_key") return said;
    said = await askAllPages(question, credential, signal);
  }
  return said;
}

async function askAllPages(
  question: ListQuestion,
  credential: Credential,
  signal: AbortSignal,
): Promise<Said> {
  const { client, endpoint } = question;
  const better =
    endpoint.wire.betterList === undefined ? undefined : await askBetterList(question, credential, signal);
  if (better !== undefined) return better;
  const route = client.open(endpoint);
  const { connectMs } = endpoint.timeouts;
  const headers = ownHeaders(endpoint, credential, wireOf(endpoint.wire.listWire), USUAL_HEADERS);
  const byId = new Map<string, ModelEntry>();
  let leftBytes = question.limitBytes;
  let after: string | undefined;
  for (let page = 1; ; page += 1) {
    const path = endpoint.wire.listPath(endpoint, after);
    const got = await getWhole({ client, route, connectMs, path, headers, limitBytes: leftBytes, signal });
    if (got.kind === "failed") {
      return failed(got.cause, wordsFor(got.cause, got.detail, question), undefined);
    }
    const refusal = refusalOf(got.status);
    if (refusal !== undefined) return refusal;
    const parsed = await endpoint.wire.readList(got.body);
    if (parsed.kind === "bad") {
      const found = message(`list.${parsed.found}`);
      return failed("bad_list", message("reason.bad_list", { status: got.status, found }), got.status);
    }
    const knownBefore = byId.size;
    // Some servers repeat the key they were sent; what is learnt here is shown to clients and written to the disk.
    const entries = await withoutSecrets(parsed.entries, endpoint.secrets);
    for (const entry of entries) if (!byId.has(entry.id)) byId.set(entry.id, entry);
    leftBytes -= got.body.length;
    const isCut = parsed.isCut || byId.size > MAX_NAMES;
    after = parsed.nextAfter;
    // A server that ignores `after_id` would send its first page for ever.
    if (after === undefined || byId.size === knownBefore || page === MAX_PAGES || isCut) {
      const isGateway = hasOurHeader(got.headers);
      return {
        kind: "listed",
        status: got.status,
        entries: [...byId.values()].slice(0, MAX_NAMES),
        shape: parsed.shape,
        isCut,
        isGateway,
        serverWallMs: dateOf(got.headers),
      };
    }
  }
}

/** The list that says better what is served; undefined where the endpoint does not have it, for whatever reason. */
async function askBetterList(
  { client, endpoint, limitBytes }: ListQuestion,
  credential: Credential,
  signal: AbortSignal,
): Promise<Said | undefined> {
  const { wire, timeouts } = endpoint;
  const path = wire.betterList?.path(endpoint);
  if (wire.betterList === undefined || path === undefined) return undefined;
  const { pushKey } = wire.betterList;
  const headers = ownHeaders(
    { ...endpoint, wire: { ...wire, pushKey } },
    credential,
    wireOf(wire.listWire),
    USUAL_HEADERS,
  );
  const route = client.open(endpoint);
  const { connectMs } = timeouts;
  const got = await getWhole({ client, route, connectMs, path, headers, limitBytes, signal });
  if (got.kind === "failed" || got.status !== 200) return undefined;
  const read = await wire.betterList.read(got.body);
  if (read?.kind !== "ok") return undefined;
  const { shape, isCut } = read;
  const isGateway = hasOurHeader(got.headers);
  const entries = await withoutSecrets(read.entries, endpoint.secrets);
  return { kind: "listed", status: 200, entries, shape, isCut, isGateway, serverWallMs: dateOf(got.headers) };
}

// Undefined when the answer is a success whose body can be read.
function refusalOf(status: number): Said | undefined {
  if (status >= 200 && status < 300) return undefined;
  if (status === 404 || status === 405 || status === 501) {
    return { kind: "no_list", status, reason: message("reason.no_list", { status }) };
  }
  if (status === 401 || status === 403) {
    return { kind: "rejected_key", status, reason: message("reason.rejected_key", { status }) };
  }
  if (status === 429) return failed("rate_limited", message("reason.rate_limited"), status);
  if (status === 508) return failed("loop", message("reason.loop"), status);
  if (status >= 500) return failed("server_error", message("reason.status", { status }), status);
  if (status >= 300 && status < 400) {
    return failed("redirect", message("reason.redirect", { status }), status);
  }
  return failed("bad_status", message("reason.status", { status }), status);
}

function failed(cause: AskFailure, reason: Message, status: number | undefined): Said {
  return { kind: "failed", cause, status, reason };
}

type WithoutValues = Exclude<GetFailure, "timeout" | "too_large">;

function wordsFor(cause: GetFailure, detail: string | Message, question: ListQuestion): Message {
  if (cause === "timeout") return message("reason.timeout", { seconds: question.timeoutMs / 1000 });
  if (cause === "too_large") {
    const limit = Math.round(question.limitBytes / 1_024).toLocaleString("en");
    return message("reason.too_large", { limit });
  }
  const key: `reason.${WithoutValues}` & MessageKey = `reason.${cause}`;
  const reason = message(key);
  return detail === "" ? reason : message("reason.with", { reason, detail });
}

/** The `Date` header (RFC 9110 §6.6.1). */
function dateOf(headers: FlatHeaders): number | undefined {
  const wallMs = Date.parse(firstHeader(headers, "date") ?? "");
  return Number.isNaN(wallMs) ? undefined : wallMs;
}

function hasOurHeader(headers: FlatHeaders): boolean {
  return headers.some((name, at) => at % 2 === 0 && name.toLowerCase().startsWith("x-oai-gateway-"));
}
