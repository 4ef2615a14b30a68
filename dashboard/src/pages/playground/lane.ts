// One lane: a model, what it answers, and how that went.

import { batch, type Signal, signal } from "@preact/signals";
import { call, callForAnswer } from "../../api/client.ts";
import { isRecord } from "../../api/failure.ts";
import type { RequestEntry } from "../../api/requests.ts";
import { dataOf } from "./event-stream.ts";
import { bodyOf, type Question } from "./question.ts";

/** How an answer stands. */
type AnswerState = "none" | "waiting" | "coming" | "done" | "stopped" | "failed";

/** An answer, as far as it has come. */
export type LaneAnswer = {
  readonly state: AnswerState;
  readonly model: string;
  readonly text: string;
  readonly thinking: string;
  /** As the endpoint said it. */
  readonly error: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly endpoint: string | undefined;
  readonly attempts: string | undefined;
  readonly firstMs: number | undefined;
  readonly wholeMs: number | undefined;
  /** As the log has it: tokens and cost. */
  readonly entry: RequestEntry | undefined;
};

const NONE: LaneAnswer = {
  state: "none",
  model: "",
  text: "",
  thinking: "",
  error: undefined,
  status: undefined,
  requestId: undefined,
  endpoint: undefined,
  attempts: undefined,
  firstMs: undefined,
  wholeMs: undefined,
  entry: undefined,
};

/** The stream tells of a request when it is settled; where it has not by then, the log is asked. */
const SETTLED_MS = 3_000;
/** The page is drawn anew no more often, however fast tokens come. */
const DRAW_MS = 40;

/** One lane. */
export class Lane {
  readonly answer: Signal<LaneAnswer> = signal(NONE);
  #stopping: AbortController | undefined;

  /** Asks; what it asked before is stopped. Never rejects. */
  async ask(model: string, question: Question): Promise<void> {
    this.stop();
    const stopping = new AbortController();
    this.#stopping = stopping;
    const startedMs = performance.now();
    this.answer.value = { ...NONE, state: "waiting", model };
    const since = (): number => performance.now() - startedMs;
    try {
      const { signal } = stopping;
      const reply = await callForAnswer("askModel", { body: bodyOf(model, question, true) }, { signal });
      if (signal.aborted) return;
      this.#set({
        status: reply.status,
        requestId: reply.headers.get("x-request-id") ?? undefined,
        endpoint: reply.headers.get("x-oai-gateway-endpoint") ?? undefined,
        attempts: reply.headers.get("x-oai-gateway-attempts") ?? undefined,
      });
      const isStream = reply.headers.get("content-type")?.startsWith("text/event-stream") === true;
      if (!reply.ok) this.#set({ state: "failed", error: said(await reply.text()) });
      else if (isStream && reply.body !== null) await this.#read(reply.body, since, signal);
      else this.#take(parsed(await reply.text()), since);
      if (signal.aborted) return;
      const { state } = this.answer.value;
      this.#set({ state: state === "failed" ? "failed" : "done", wholeMs: since() });
      this.#settleSoon();
    } catch (error) {
      if (stopping.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      this.#set({ state: "failed", error: message, wholeMs: since() });
      this.#settleSoon();
    }
  }

  /** Ends what is under way. What has come stays. */
  stop(): void {
    this.#stopping?.abort();
    this.#stopping = undefined;
    if (!this.isBusy()) return;
    this.#set({ state: "stopped" });
    this.#settleSoon();
  }

  /** Whether an answer is under way. */
  isBusy(): boolean {
    const { state } = this.answer.value;
    return state === "waiting" || state === "coming";
  }

  /** The log has this request now. */
  settle(entry: RequestEntry): void {
    if (entry.id === this.answer.value.requestId) this.#set({ entry });
  }

  async #read(body: ReadableStream<Uint8Array>, since: () => number, stopped: AbortSignal): Promise<void> {
    let waiting: unknown[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      const values = waiting;
      waiting = [];
      clearTimeout(timer);
      timer = undefined;
      if (stopped.aborted) return;
      batch(() => {
        for (const value of values) this.#take(value, since);
      });
    };
    for await (const data of dataOf(body)) {
      if (stopped.aborted) return;
      if (data === "[DONE]") break;
      waiting.push(parsed(data));
      timer ??= setTimeout(draw, DRAW_MS);
    }
    draw();
  }

  /** Takes a chunk of a stream, or an answer as a whole. */
  #take(value: unknown, since: () => number): void {
    if (!isRecord(value)) return;
    if (value["error"] !== undefined) {
      this.#set({ state: "failed", error: said(JSON.stringify(value)) });
      return;
    }
    const choices: readonly unknown[] = Array.isArray(value["choices"]) ? value["choices"] : [];
    const [choice] = choices;
    const piece = isRecord(choice) ? (choice["delta"] ?? choice["message"]) : undefined;
    if (!isRecord(piece)) return;
    const text = textIn(piece["content"]);
    const thinking = textIn(piece["reasoning_content"]) || textIn(piece["reasoning"]);
    if (text === "" && thinking === "") return;
    const { value: before } = this.answer;
    this.#set({
      state: "coming",
      text: before.text + text,
      thinking: before.thinking + thinking,
      firstMs: before.firstMs ?? since(),
    });
  }

  #settleSoon(): void {
    const { requestId: id } = this.answer.value;
    if (id === undefined) return;
    setTimeout(() => {
      const { requestId, entry } = this.answer.value;
      if (requestId !== id || entry !== undefined) return;
      call("getRequest", { params: { id } }).then(
        (found) => this.settle(found),
        // Nothing is kept: tokens and cost stay unknown.
        () => undefined,
      );
    }, SETTLED_MS);
  }

  #set(changes: Partial<LaneAnswer>): void {
    this.answer.value = { ...this.answer.value, ...changes };
  }
}

/** The lanes. */
export const lanes: readonly [Lane, Lane] = [new Lane(), new Lane()];

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What went wrong: the message where there is one, with its code, else all that came. */
function said(text: string): string {
  const value = parsed(text);
  const error = isRecord(value) ? value["error"] : undefined;
  if (typeof error === "string") return error;
  if (!isRecord(error) || typeof error["message"] !== "string") return text.slice(0, 2_000);
  const { code, type } = error;
  const name = typeof code === "string" ? code : typeof type === "string" ? type : undefined;
  return name === undefined ? error["message"] : `${name}: ${error["message"]}`;
}
