// What is known of one endpoint's models, and how each answer changes it. No network, no timers: those are
// `model-poll.ts`. One good list outlives any number of failures.

import { type Message, message } from "../language/messages.ts";
import type { Endpoint, EndpointModels, ModelEntry } from "../routing/model.ts";
import { isNobodyThere, type ListAnswer } from "./ask.ts";
import type { SavedList } from "./saved-lists.ts";
import { isSameList, selectEntries } from "./select.ts";

/** How the last question to an endpoint ended, or why none was asked. */
export type EndpointState =
  | "listed"
  | "static"
  | "saved"
  | "no_list"
  | "failed"
  | "rejected_key"
  | "asking"
  | "disabled";

/** One line of the start table, of `doctor` and of the diagnostics. Nothing in it is secret. */
export type EndpointStatus = {
  readonly endpoint: Endpoint;
  readonly state: EndpointState;
  /** Models offered now: those of the last good list, even when `state` is `failed`. */
  readonly modelCount: number;
  /** Of the last question; undefined before the first answer. */
  readonly durationMs: number | undefined;
  /** Why there is no (new) list, for people. */
  readonly reason: Message | undefined;
  readonly lastGoodWallMs: number | undefined;
  /** Whether nobody answers there, or something in front of it that says so. */
  readonly isGone?: boolean;
};

/** What an answer changed. */
export type ListChange = {
  /** A list worth saving. */
  readonly isGood: boolean;
  /** `models()` says something else than before. */
  readonly isChanged: boolean;
  /** The outcome is of another kind than that of the last question. */
  readonly isNews: boolean;
};

/** The time of an answer, and how often the endpoint is asked. */
export type TakenAt = { readonly nowMs: number; readonly wallMs: number; readonly intervalMs: number };

/** An empty list replaces a good one after so many in a row, over one interval at least. */
const EMPTY_ANSWERS_TO_BELIEVE = 3;
const FIRST_BACKOFF_MS = 5_000;
/** Where the periodic refresh is off. */
const DEFAULT_INTERVAL_MS = 300_000;

/** Knowledge of one endpoint under one `base_url`. */
export class ModelKnowledge {
  #endpoint: Endpoint;
  #discovered: readonly ModelEntry[] | undefined;
  #source: "listed" | "saved" = "saved";
  #answer: ListAnswer | undefined;
  #lastGoodWallMs: number | undefined;
  #failuresInARow = 0;
  #emptyInARow = 0;
  #firstEmptyMs = 0;
  #models: EndpointModels | undefined;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  get endpoint(): Endpoint {
    return this.#endpoint;
  }

  /** The last answer, whatever it was; of a list without its entries. */
  get answer(): ListAnswer | undefined {
    return this.#answer;
  }

  get hasList(): boolean {
    return this.#discovered !== undefined;
  }

  /** Whether the endpoint's own list has the model, offered or not; undefined unless the last question brought a list. */
  isListed(model: string): boolean | undefined {
    if (this.#answer?.kind !== "listed") return undefined;
    return this.#discovered?.some(({ id }) => id === model);
  }

  /** Takes the endpoint as a reload has it: weight, selection, keys and `enabled` may differ. */
  adopt(endpoint: Endpoint): void {
    this.#endpoint = endpoint;
    this.#models = undefined;
  }

  /** Forgets how the last questions ended, since the next one is asked another way; the list stays. */
  forgetFailures(): void {
    this.#failuresInARow = 0;
    this.#emptyInARow = 0;
  }

  /** Uses a list of an earlier run, unless something newer is known. True when `models()` changed. */
  takeSaved(saved: SavedList): boolean {
    if (this.#discovered !== undefined) return false;
    this.#discovered = saved.entries;
    this.#source = "saved";
    this.#lastGoodWallMs = saved.goodWallMs === 0 ? undefined : saved.goodWallMs;
    this.#models = undefined;
    return true;
  }

  /** Takes an answer in. */
  take(answer: ListAnswer, at: TakenAt): ListChange {
    const before = this.models();
    const isNews = outcomeOf(answer) !== outcomeOf(this.#answer);
    // Its entries are in `#discovered`, or are the same once more: an unchanged list must not be held twice.
    this.#answer = answer.kind === "listed" ? { ...answer, entries: [] } : answer;
    this.#failuresInARow = answer.kind === "failed" ? this.#failuresInARow + 1 : 0;
    const isGood = answer.kind === "listed" && this.#isBelieved(answer.entries, at);
    if (answer.kind !== "listed") this.#emptyInARow = 0;
    if (!isGood || answer.kind !== "listed") return { isGood: false, isChanged: false, isNews };
    this.#lastGoodWallMs = at.wallMs;
    this.#replace(answer.entries);
    const after = this.models();
    const isChanged = before.source !== after.source || !isSameList(before.entries, after.entries);
    return { isGood, isChanged, isNews };
  }

  /** What the routing table is compiled from. The same object until something changes. */
  models(): EndpointModels {
    this.#models ??= modelsOf(this.#endpoint, this.#discovered, this.#source);
    return this.#models;
  }

  status(): EndpointStatus {
    return {
      endpoint: this.#endpoint,
      state: this.#state(),
      modelCount: this.models().entries.length,
      durationMs: this.#answer?.durationMs,
      reason: this.#reason(),
      lastGoodWallMs: this.#lastGoodWallMs,
      isGone: this.#isGone(),
    };
  }

  /** A list that never came says nothing by a failure of the server: there may be none. */
  #isGone(): boolean {
    if (!isAsked(this.#endpoint) || this.#answer?.kind !== "failed") return false;
    const { cause } = this.#answer;
    return isNobodyThere(cause) || (cause === "server_error" && this.#lastGoodWallMs !== undefined);
  }

  /**
   * Wait before the next question: the interval, or after a failure 5 s doubling up to the interval, so that a
   * server started later appears soon. Undefined: not again by itself.
   */
  nextAskMs(intervalMs: number): number | undefined {
    const longest = intervalMs > 0 ? intervalMs : DEFAULT_INTERVAL_MS;
    if (this.#failuresInARow > 0) {
      return Math.min(FIRST_BACKOFF_MS * 2 ** Math.min(this.#failuresInARow - 1, 20), longest);
    }
    return intervalMs > 0 ? intervalMs : undefined;
  }

  #isBelieved(entries: readonly ModelEntry[], at: TakenAt): boolean {
    if (entries.length > 0 || this.#discovered === undefined || this.#discovered.length === 0) {
      this.#emptyInARow = 0;
      return true;
    }
    if (this.#emptyInARow === 0) this.#firstEmptyMs = at.nowMs;
    this.#emptyInARow += 1;
    // The time counts too: unknown names make the gateway ask every 10 s, and a restart may take longer than that.
    const longMs = at.intervalMs > 0 ? at.intervalMs : DEFAULT_INTERVAL_MS;
    const isLong = at.nowMs - this.#firstEmptyMs >= longMs;
    if (this.#emptyInARow < EMPTY_ANSWERS_TO_BELIEVE || !isLong) return false;
    this.#emptyInARow = 0;
    return true;
  }

  #replace(entries: readonly ModelEntry[]): void {
    const isSame = this.#discovered !== undefined && isSameList(this.#discovered, entries);
    if (isSame && this.#source === "listed") return;
    this.#discovered = entries;
    this.#source = "listed";
    this.#models = undefined;
  }

  #state(): EndpointState {
    if (!this.#endpoint.enabled) return "disabled";
    if (this.#endpoint.models.kind === "static") return "static";
    if (this.#answer !== undefined) return this.#answer.kind;
    return this.#discovered === undefined ? "asking" : "saved";
  }

  #reason(): Message | undefined {
    if (!isAsked(this.#endpoint) || this.#answer === undefined) return undefined;
    if (this.#answer.kind !== "listed") return this.#answer.reason;
    return this.#emptyInARow > 0 ? message("reason.kept_empty") : undefined;
  }
}

/** What an endpoint offers, by its own list where it has told one: the row that a routing table is compiled from. */
export function modelsOf(
  { name, models }: Endpoint,
  discovered: readonly ModelEntry[] | undefined,
  source: "listed" | "saved",
): EndpointModels {
  const entries = selectEntries(models, discovered ?? []);
  if (models.kind === "static") return { endpointName: name, source: "static", entries };
  return { endpointName: name, source: discovered === undefined ? "unknown" : source, entries };
}

/** Whether an endpoint is asked at all. */
export function isAsked(endpoint: Endpoint): boolean {
  return endpoint.enabled && endpoint.models.kind === "discovered";
}

function outcomeOf(answer: ListAnswer | undefined): string | undefined {
  return answer?.kind === "failed" ? answer.cause : answer?.kind;
}
