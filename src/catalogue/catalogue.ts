// What every endpoint of the plan is known to serve: asked at start, again from time to time, last good lists kept.
// Does not route and does not compile tables; `data-plane.ts` does, from `lists()`, whenever `onChange` is called.

import { english, message } from "../language/messages.ts";
import type { EndpointModels, RoutingPlan } from "../routing/model.ts";
import type { EndpointStatus, ModelKnowledge } from "./model-knowledge.ts";
import { type CatalogueParts, type Discovery, ModelPoll } from "./model-poll.ts";

/** A client that asks for nonsense in a loop must not make the endpoints suffer. */
const UNKNOWN_NAME_PAUSE_MS = 10_000;
/** Doubled up to this while the questions bring nothing new. */
const LONGEST_UNKNOWN_NAME_PAUSE_MS = 60_000;

const MIN_UNTOLD_WAIT_MS = 1_000;

/** Endpoints that have never told their models, each with the reason in words of ours. */
export type UntoldLists = {
  readonly endpoints: readonly { readonly name: string; readonly reason: string }[];
  /** Nor has any other endpoint. */
  readonly isNobodyTold: boolean;
  /** Until one of them is asked again, from now; 1 to 10 s. */
  readonly waitMs: number;
};

/** The lists of all endpoints. */
export class Catalogue {
  readonly #parts: CatalogueParts;
  #discovery: Discovery = { intervalMs: 0, timeoutMs: 0, maxListBytes: 0 };
  /** In the plan's order. */
  #polls: ReadonlyMap<string, ModelPoll> = new Map();
  #firstRound: Promise<void> | undefined;
  #unknownRound: Promise<void> | undefined;
  #unknownAskedMs = Number.NEGATIVE_INFINITY;
  #unknownPauseMs = UNKNOWN_NAME_PAUSE_MS;
  #isClosed = false;

  constructor(parts: CatalogueParts) {
    this.#parts = parts;
  }

  /**
   * Takes a plan, at start and on reload. New endpoints, and those whose keys or headers changed, are asked at
   * once and all together; what is known of the others is kept; those that are gone are forgotten. A new `base_url`
   * makes a new endpoint. Returns at once and does not call `onChange`.
   */
  setPlan(plan: RoutingPlan, discovery: Discovery): void {
    if (this.#isClosed) return;
    this.#discovery = discovery;
    const before = this.#polls;
    const polls = new Map<string, ModelPoll>();
    for (const endpoint of plan.endpoints) {
      const poll = before.get(endpoint.name);
      if (poll !== undefined && poll.known.endpoint.baseUrl === endpoint.baseUrl) {
        poll.adopt(endpoint, discovery);
        polls.set(endpoint.name, poll);
      } else {
        polls.set(endpoint.name, new ModelPoll(endpoint, discovery, this.#parts));
      }
    }
    this.#polls = polls;
    for (const [name, poll] of before) if (polls.get(name) !== poll) poll.close();
  }

  /** One row an endpoint of the plan, in its order, static lists and include/exclude applied. */
  lists(): EndpointModels[] {
    return this.#map((poll) => poll.known.models());
  }

  status(): EndpointStatus[] {
    return this.#map((poll) => poll.known.status());
  }

  /** What is known of one endpoint; undefined when it is not in the plan. */
  knownOf(name: string): ModelKnowledge | undefined {
    return this.#polls.get(name)?.known;
  }

  /** Whether `firstAnswers` has nothing to wait for; costs one look at each endpoint. */
  get hasFirstAnswers(): boolean {
    return this.#map((poll) => poll.first).every((first) => first === undefined);
  }

  /**
   * Resolves when each endpoint of the present plan has a list (static, saved or new) or has failed once, and
   * after the time limit of one question at the latest.
   */
  firstAnswers(): Promise<void> {
    if (this.hasFirstAnswers) return Promise.resolve();
    this.#firstRound ??= this.#waitForFirst().finally(() => {
      this.#firstRound = undefined;
    });
    return this.#firstRound;
  }

  /** The endpoints that should have a list and have never given one, and how long until one of them is asked again. */
  untold(): UntoldLists {
    const untold = [...this.#polls.values()].filter((poll) => poll.isUntold);
    const waits = untold.map((poll) => poll.waitMs);
    return {
      endpoints: untold.map(({ known }) => {
        const { endpoint, reason = message("reason.not_yet") } = known.status();
        return { name: endpoint.name, reason: english(reason) };
      }),
      isNobodyTold: untold.length > 0 && this.lists().every((list) => list.source === "unknown"),
      // A client that asks for an unknown name is a reason to ask again, once in 10 s.
      waitMs: Math.max(MIN_UNTOLD_WAIT_MS, Math.min(UNKNOWN_NAME_PAUSE_MS, ...waits)),
    };
  }

  /** Asks one endpoint, or all: on recovery, or because somebody wants to see. Resolves with the answers in. */
  async askAgain(name?: string): Promise<void> {
    if (this.#isClosed) return;
    const polls = name === undefined ? [...this.#polls.values()] : [this.#polls.get(name)];
    await Promise.all(polls.map((poll) => poll?.ask()));
  }

  /**
   * Asks because a client wants a name that nobody lists: at most once in 10 s, and less often, down to once a minute,
   * while that brings nothing new; callers share a round under way. Endpoints that let the last question time out are
   * asked, but not waited for.
   */
  askForUnknownName(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    if (this.#unknownRound !== undefined) return this.#unknownRound;
    const sinceMs = nowMs - this.#unknownAskedMs;
    if (this.#isClosed || sinceMs < this.#unknownPauseMs) return Promise.resolve();
    const isCalm = sinceMs > 2 * LONGEST_UNKNOWN_NAME_PAUSE_MS;
    if (isCalm) this.#unknownPauseMs = UNKNOWN_NAME_PAUSE_MS;
    this.#unknownAskedMs = nowMs;
    const before = this.lists();
    this.#unknownRound = this.#askAllWorthAsking().finally(() => {
      this.#unknownRound = undefined;
      const isNews = this.lists().some((list, index) => list !== before[index]);
      const longerMs = Math.min(2 * this.#unknownPauseMs, LONGEST_UNKNOWN_NAME_PAUSE_MS);
      this.#unknownPauseMs = isNews ? UNKNOWN_NAME_PAUSE_MS : longerMs;
    });
    return this.#unknownRound;
  }

  /** Stops asking and waits until what was learnt is saved. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const poll of this.#polls.values()) poll.close();
    await this.#parts.saved.flush();
  }

  async #askAllWorthAsking(): Promise<void> {
    const waitedFor: Promise<void>[] = [];
    for (const poll of this.#polls.values()) {
      if (!poll.isWorthAsking) continue;
      const { isSlow } = poll;
      const asking = poll.ask();
      if (!isSlow) waitedFor.push(asking);
    }
    await Promise.all(waitedFor);
  }

  async #waitForFirst(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    let isLate = false;
    const limit = new Promise<void>((resolve) => {
      timer = setTimeout(() => {
        isLate = true;
        resolve();
      }, this.#discovery.timeoutMs);
    });
    // A reload may bring new endpoints meanwhile.
    while (!isLate && !this.hasFirstAnswers) {
      await Promise.race([Promise.all(this.#map((poll) => poll.first)), limit]);
    }
    clearTimeout(timer);
  }

  #map<T>(pick: (poll: ModelPoll) => T): T[] {
    return [...this.#polls.values()].map(pick);
  }
}
