// Asks one endpoint again and again, and keeps what it learns in a `ModelKnowledge`. Owns the endpoint's timer and
// its question under way.

import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import { english } from "../language/messages.ts";
import type { Endpoint } from "../routing/model.ts";
import type { AskingClient } from "../upstream/client.ts";
import { isSameProxy } from "../upstream/forward-proxy.ts";
import { MAX_NAMES } from "../wires/lists/parse-models.ts";
import { askModels, type ListAnswer } from "./ask.ts";
import { isAsked, type ListChange, ModelKnowledge } from "./model-knowledge.ts";
import type { SavedLists } from "./saved-lists.ts";
import { withoutSecrets } from "./select.ts";

/** What the catalogue stands on. */
export type CatalogueParts = {
  readonly client: AskingClient;
  readonly clock: Clock;
  readonly saved: SavedLists;
  readonly log: Log;
  /** Called when `lists()` says something new, never from within `setPlan`. */
  readonly onChange: () => void;
};

/** How often endpoints are asked, and how long one may take. */
export type Discovery = {
  /** 0 turns the periodic refresh off. */
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Bytes of one list at most. */
  readonly maxListBytes: number;
};

/** Longest delay of a Node timer; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One endpoint's questions. */
export class ModelPoll {
  readonly known: ModelKnowledge;
  readonly #parts: CatalogueParts;
  #discovery: Discovery;
  #asking: Promise<void> | undefined;
  #abort: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #first: Promise<void> | undefined;
  /** When it is asked again by itself, on the monotonic clock. */
  #nextMs = Number.POSITIVE_INFINITY;

  constructor(endpoint: Endpoint, discovery: Discovery, parts: CatalogueParts) {
    this.known = new ModelKnowledge(endpoint);
    this.#discovery = discovery;
    this.#parts = parts;
    if (isAsked(endpoint)) this.#start();
  }

  /** Pending until there is a list or a first answer; undefined when there is nothing to wait for. */
  get first(): Promise<void> | undefined {
    return this.#first;
  }

  /** Whether a question may bring a name that was not there before. */
  get isWorthAsking(): boolean {
    const kind = this.known.answer?.kind;
    return isAsked(this.known.endpoint) && kind !== "no_list" && kind !== "rejected_key";
  }

  /** Whether it should have a list and has never given one. One that answers something else has none to give. */
  get isUntold(): boolean {
    const { endpoint, hasList, answer } = this.known;
    const hasNone = answer?.kind === "no_list" || (answer?.kind === "failed" && answer.cause === "bad_list");
    return isAsked(endpoint) && !hasList && !hasNone;
  }

  /** Until it is asked again by itself, from now; Infinity where it is not. */
  get waitMs(): number {
    return this.#nextMs - this.#parts.clock.nowMs();
  }

  /** Whether the last question ran into the time limit: nobody should wait for the next one. */
  get isSlow(): boolean {
    const { answer } = this.known;
    return answer?.kind === "failed" && (answer.cause === "timeout" || answer.cause === "connect_timeout");
  }

  /** Takes the endpoint as a reload has it; same name and `base_url`. Asks at once if that could matter. */
  adopt(endpoint: Endpoint, discovery: Discovery): void {
    const before = this.known.endpoint;
    const isNewInterval = this.#discovery.intervalMs !== discovery.intervalMs;
    this.#discovery = discovery;
    this.known.adopt(endpoint);
    if (!isAsked(endpoint)) this.close();
    else if (!isAsked(before)) this.#start();
    else if (!isSameQuestion(before, endpoint)) this.#startAnew();
    else if (isNewInterval && this.#asking === undefined) this.#schedule();
  }

  /** Asks now, or joins the question under way. Never rejects. */
  ask(): Promise<void> {
    if (!isAsked(this.known.endpoint)) return Promise.resolve();
    this.#asking ??= this.#askOnce();
    return this.#asking;
  }

  /** Drops the question under way and asks no more by itself. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#asking = undefined;
    this.#first = undefined;
  }

  #startAnew(): void {
    this.close();
    this.known.forgetFailures();
    this.#start();
  }

  #start(): void {
    const asking = this.ask();
    if (this.known.hasList) return;
    const first = this.#firstOf(asking).finally(() => {
      if (this.#first === first) this.#first = undefined;
    });
    this.#first = first;
  }

  // A list from either place is enough; with none, both have to have spoken.
  #firstOf(asking: Promise<void>): Promise<void> {
    const loading = this.#loadSaved();
    const after = (one: Promise<void>, other: Promise<void>) =>
      one.then(() => (this.known.hasList ? undefined : other));
    return Promise.race([after(asking, loading), after(loading, asking)]);
  }

  async #loadSaved(): Promise<void> {
    const saved = await this.#parts.saved.load(this.known.endpoint);
    if (saved === undefined) return;
    const { endpoint } = this.known;
    // The file may be older than the care for keys in it.
    const entries = await withoutSecrets(saved.entries, endpoint.secrets);
    if (isAsked(this.known.endpoint) && this.known.takeSaved({ ...saved, entries })) this.#tell();
  }

  async #askOnce(): Promise<void> {
    clearTimeout(this.#timer);
    const abort = new AbortController();
    this.#abort = abort;
    const { client, clock } = this.#parts;
    const { timeoutMs, maxListBytes: limitBytes } = this.#discovery;
    const { endpoint } = this.known;
    const { signal } = abort;
    const answer = await askModels({ client, clock, endpoint, timeoutMs, limitBytes, signal });
    if (abort.signal.aborted) return;
    this.#asking = undefined;
    this.#take(answer);
    this.#schedule();
  }

  #take(answer: ListAnswer): void {
    const { clock, saved } = this.#parts;
    const { intervalMs } = this.#discovery;
    const wallMs = clock.wallMs();
    const taken = this.known.take(answer, { nowMs: clock.nowMs(), wallMs, intervalMs });
    if (taken.isGood && answer.kind === "listed" && (taken.isChanged || taken.isNews)) {
      saved.save(this.known.endpoint, { entries: answer.entries, goodWallMs: wallMs });
    }
    this.#report(answer, taken);
    if (taken.isChanged) this.#tell();
  }

  // Once for each turn of events, not once for each question: a dead endpoint is asked for ever.
  #report(answer: ListAnswer, taken: ListChange): void {
    const { log } = this.#parts;
    const endpoint = this.known.endpoint.name;
    const durationMs = Math.round(answer.durationMs);
    if (answer.kind === "listed") {
      const models = this.known.models().entries.length;
      const message = `${endpoint} offers ${models} ${models === 1 ? "model" : "models"}.`;
      if (!taken.isChanged && !taken.isNews) return;
      log.info("models_listed", message, { endpoint, models, durationMs });
      if (answer.isCut)
        log.warn(
          "models_cut",
          `${endpoint} lists more than ${MAX_NAMES} models; only the first ones are used.`,
          { endpoint },
        );
      return;
    }
    if (!taken.isNews) return;
    const kept = this.known.hasList ? "; its last good list is kept" : "";
    const reason = english(answer.reason);
    const message = `${endpoint}: no model list: ${reason}${kept}.`;
    log.warn("models_not_listed", message, { endpoint, reason, durationMs });
  }

  #tell(): void {
    try {
      this.#parts.onChange();
    } catch (error) {
      this.#parts.log.error("internal", "A new model list could not be put to use.", {}, error);
    }
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    const delayMs = this.known.nextAskMs(this.#discovery.intervalMs);
    this.#nextMs = Number.POSITIVE_INFINITY;
    if (delayMs === undefined) return;
    // A tenth up or down keeps many gateways, started together, from asking together for ever.
    const jitter = 0.9 + 0.2 * this.#parts.clock.random();
    const waitMs = Math.min(delayMs * jitter, LONGEST_TIMER_MS);
    this.#nextMs = this.#parts.clock.nowMs() + waitMs;
    const timer = setTimeout(() => this.ask(), waitMs);
    timer.unref();
    this.#timer = timer;
  }
}

function isSameQuestion(left: Endpoint, right: Endpoint): boolean {
  const question = (endpoint: Endpoint) =>
    JSON.stringify([
      endpoint.baseUrl,
      endpoint.credentials.map((credential) => credential.apiKey ?? null),
      endpoint.fixedHeaders,
    ]);
  return (
    left.wire === right.wire && isSameProxy(left.proxy, right.proxy) && question(left) === question(right)
  );
}
