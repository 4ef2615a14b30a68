// The running gateway's ear for the commands of the same user: answers what is going on and what rests, and ends rests
// when asked to. One question a connection, a line of JSON each way. Where it cannot be opened, all else works.

import { randomBytes } from "node:crypto";
import { chmod, rename, rm, writeFile } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Admin } from "../../admin/admin.ts";
import { errorCode } from "../../core/error-code.ts";
import type { Log } from "../../core/summary.ts";
import type { Gateway } from "../../gateway.ts";
import { type Language, languageOfTag } from "../../language/language.ts";
import { saidInEnglish } from "../../language/messages.ts";
import { type Marker, markerFolder, newAddress } from "./control-place.ts";

const MAX_QUESTION_CHARS = 16 * 1024;
const MAX_CONNECTIONS = 8;
const SILENCE_MS = 5_000;
/** Models of a snapshot that are read in one turn of the event loop: some milliseconds. */
const MODELS_A_TURN = 256;

/** What the ear stands on. */
export type ControlParts = {
  readonly gateway: Gateway;
  readonly log: Log;
  readonly dataDir: string;
  readonly configFile: string | undefined;
  /** Answers what commands ask of the admin API. */
  readonly admin: Pick<Admin, "askLocally">;
};

/** Opens it; undefined, with a line in the log, where that is not possible. Never rejects. */
export async function openControl(parts: ControlParts): Promise<Control | undefined> {
  try {
    const control = new Control(parts, await newAddress(parts.dataDir));
    await control.open();
    return control;
  } catch (error) {
    const reason = errorCode(error) ?? "unknown";
    const message = `The commands route and reset cannot reach this gateway (${reason}); all else works. Name a folder that can be written by --data-dir.`;
    parts.log.warn("control_failed", message, { reason });
    return undefined;
  }
}

/** The open ear. */
export class Control {
  readonly #parts: ControlParts;
  readonly #address: string;
  readonly #marker: string;
  readonly #server: Server;

  constructor(parts: ControlParts, address: string) {
    this.#parts = parts;
    this.#address = address;
    this.#marker = join(markerFolder(parts.dataDir), `${process.pid}.json`);
    this.#server = createServer((socket) => this.#listenTo(socket));
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** @throws the system's error */
  async open(): Promise<void> {
    const isFile = process.platform !== "win32";
    // A process of the same id was killed and has left its socket.
    if (isFile) await rm(this.#address, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(this.#address, resolve);
    });
    this.#server.unref();
    if (isFile) await chmod(this.#address, 0o600);
    await this.name(this.#parts.configFile);
  }

  /** Says which configuration the gateway serves now. @throws the system's error */
  async name(configFile: string | undefined): Promise<void> {
    const marker: Marker = { pid: process.pid, address: this.#address, config: configFile ?? null };
    const aside = `${this.#marker}.${randomBytes(8).toString("hex")}.tmp`;
    await writeFile(aside, JSON.stringify(marker), { mode: 0o600, flag: "wx" });
    await rename(aside, this.#marker);
  }

  async close(): Promise<void> {
    this.#server.close();
    await rm(this.#marker, { force: true }).catch(() => undefined);
    if (process.platform === "win32") return;
    const isOwnFolder = dirname(this.#address) !== dirname(this.#marker);
    const left = isOwnFolder ? dirname(this.#address) : this.#address;
    await rm(left, { force: true, recursive: isOwnFolder }).catch(() => undefined);
  }

  #listenTo(socket: Socket): void {
    let text = "";
    socket.setEncoding("utf8").setTimeout(SILENCE_MS, () => socket.destroy());
    socket.on("error", () => undefined);
    socket.on("data", (piece: string) => {
      text += piece;
      const end = text.indexOf("\n");
      if (end === -1 && text.length <= MAX_QUESTION_CHARS) return;
      socket.removeAllListeners("data");
      void this.#reply(socket, end === -1 ? undefined : text.slice(0, end));
    });
  }

  async #reply(socket: Socket, line: string | undefined): Promise<void> {
    const answer = line === undefined ? JSON.stringify(BAD) : await this.#answer(line);
    socket.end(`${answer}\n`);
  }

  /** Never rejects. */
  async #answer(line: string): Promise<string> {
    try {
      const question = readQuestion(line);
      if (question.ask === "snapshot") return await this.#snapshot(question.models);
      if (question.ask === "admin") return await this.#admin(question);
      return JSON.stringify(this.#answerAtOnce(question));
    } catch (error) {
      this.#parts.log.error("internal", "A command could not be answered.", {}, error);
      return JSON.stringify(BAD);
    }
  }

  /** In slices: ten thousand models in one turn would hold every request up for a part of a second. */
  async #snapshot(models: "all" | "none"): Promise<string> {
    const { gateway } = this.#parts;
    const { models: _none, ...snapshot } = gateway.snapshot({ models: "none" });
    const names = models === "none" ? [] : [...gateway.table().models.keys()].sort();
    const texts: string[] = [];
    for (let at = 0; at < names.length; at += MODELS_A_TURN) {
      await setImmediate();
      const named = names.slice(at, at + MODELS_A_TURN);
      for (const model of gateway.snapshot({ models: { named } }).models) texts.push(JSON.stringify(model));
    }
    const rest = JSON.stringify(snapshot).slice(1);
    return `{"kind":"snapshot","snapshot":{"models":[${texts.join(",")}],${rest}}`;
  }

  /** What a command asks of the admin API. */
  async #admin({ method, target, body, language }: AskedQuestion): Promise<string> {
    if (method === undefined || target === undefined) return JSON.stringify(BAD);
    const answer = await this.#parts.admin.askLocally({ method, target, body, language });
    return JSON.stringify({ kind: "admin", ...answer }, saidInEnglish);
  }

  #answerAtOnce({ ask, endpoint, model }: AskedQuestion): unknown {
    const { gateway } = this.#parts;
    if (ask === "plan" && model !== undefined)
      return gateway.plan(model) ?? { kind: "unknown_model", nearest: gateway.table().nearest(model, 1) };
    if (ask !== "reset") return BAD;
    const known = gateway.config().plan.endpoints.map(({ name }) => name);
    if (endpoint !== undefined && !known.includes(endpoint)) return { kind: "unknown_endpoint", known };
    return { kind: "reset", cleared: gateway.reset({ endpoint, model }) };
  }
}

const BAD = { kind: "bad_question" } as const;

type AskedQuestion = {
  readonly ask: unknown;
  readonly endpoint: string | undefined;
  readonly model: string | undefined;
  readonly models: "all" | "none";
  readonly method?: string | undefined;
  readonly target?: string | undefined;
  readonly body?: unknown;
  readonly language?: Language;
};

/** What is no question asks for nothing. */
function readQuestion(line: string): AskedQuestion {
  const value = parsed(line);
  if (typeof value !== "object" || value === null)
    return { ask: undefined, endpoint: undefined, model: undefined, models: "none" };
  const {
    ask,
    endpoint,
    model,
    models,
    method,
    target,
    body,
    language,
  }: Partial<Record<keyof AskedQuestion, unknown>> = value;
  return {
    ask,
    method: typeof method === "string" ? method : undefined,
    target: typeof target === "string" ? target : undefined,
    body,
    language: (typeof language === "string" ? languageOfTag(language) : undefined) ?? "en",
    endpoint: typeof endpoint === "string" ? endpoint : undefined,
    model: typeof model === "string" ? model : undefined,
    models: models === "all" ? "all" : "none",
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
