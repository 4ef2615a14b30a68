// What follows when an endpoint refuses a key, an account, a model or the rate: whether something rests, and what.
// A client chooses what it sends and may provoke most of these answers, so that one request alone takes little away:
// it marks one endpoint at most, a key rests when its list of models is refused too or a different request meets the
// same, and a model rests when the list, asked at once, lacks it.

import type { ListChecks } from "../../catalogue/list-checks.ts";
import type { Clock } from "../../core/clock.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Cooldowns } from "../../routing/health/cooldown.ts";
import type { Asker, Rechecks } from "../../routing/health/rechecks.ts";
import { type Accusation, Suspicions } from "../../routing/health/suspicion.ts";
import type { Served } from "../../routing/health/target-health.ts";
import type { Credential, Target } from "../../routing/model.ts";
import { cooldownHintMs } from "../../routing/retry/retry-after.ts";
import type { CooldownClass, CooldownScope } from "../../routing/saved-cooldown.ts";
import type { Facts } from "./facts.ts";

/** What one request has been counted for: it may strike one endpoint and rest one, at most. */
export type RequestMarks = {
  strikes: number;
  rests: number;
  /** Keys that it was refused with, `endpoint#2`: it need not try them again. */
  readonly refusedKeys: string[];
  /** Who asks. */
  readonly identity: () => Asker;
};

/** An attempt that was refused. */
export type Refusal = {
  readonly target: Target;
  readonly credential: Credential;
  /** What the answer says must not be used. */
  readonly cooldown: CooldownClass;
  readonly headers: FlatHeaders;
  readonly operation: string;
  readonly marks: RequestMarks;
};

/** Questions to endpoints that tell whether a refusal, or a silence, is about one request alone. They never reject. */
export type TargetChecks = Pick<ListChecks, "askKey" | "askModel" | "askAlive">;
type KeyAnswer = Awaited<ReturnType<TargetChecks["askKey"]>>;

/** Nobody is asked: what a second request says counts. */
export const NO_CHECKS: TargetChecks = {
  askKey: () => Promise.resolve("unknown"),
  askModel: () => Promise.resolve(undefined),
  askAlive: () => Promise.resolve(undefined),
};
/** Between two questions about one key. */
const ASK_PAUSE_MS = 10_000;
/** A key that only requests were refused for, while its list is not: this, doubled each time, up to a dead key's rest. */
const UNCONFIRMED_MS = 30_000;
const MAX_REST_MS = 600_000;

type KeyState = { isAsking: boolean; askedMs: number; answer: KeyAnswer | undefined };

/** What refusals are judged and told with. */
export type RefusalsParts = {
  readonly clock: Clock;
  readonly cooldowns: Cooldowns;
  readonly rechecks: Rechecks;
  readonly facts: Facts;
  readonly checks: TargetChecks;
};

/** Applies refusals to the rests. */
export class Refusals {
  readonly #clock: Clock;
  readonly #cooldowns: Cooldowns;
  readonly #rechecks: Rechecks;
  readonly #facts: Facts;
  readonly #checks: TargetChecks;
  readonly #suspicions: Suspicions;
  /** By key; there are as many as are configured. */
  readonly #keys = new Map<string, KeyState>();

  constructor({ clock, cooldowns, rechecks, facts, checks }: RefusalsParts) {
    this.#clock = clock;
    this.#cooldowns = cooldowns;
    this.#rechecks = rechecks;
    this.#facts = facts;
    this.#checks = checks;
    this.#suspicions = new Suspicions(clock);
  }

  /** An answer said that something must not be used; operations outside of the table make nothing rest. */
  record(refusal: Refusal): void {
    const { cooldown } = refusal;
    if (cooldown !== "model_missing")
      refusal.marks.refusedKeys.push(keyOf(refusal.target, refusal.credential));
    if (cooldown === "dead_key" || cooldown === "quota") this.#recordKey(refusal, cooldown);
    else if (!isJudged(refusal.operation)) return;
    else if (cooldown === "rate_limited") this.#recordLimit(refusal);
    else void this.#recordMissing(refusal);
  }

  /** What was said of the key and of the model is over. Free while nothing was. */
  recordSuccess({ target, credential, startedMs }: Served): void {
    if (this.#rechecks.size > 0) this.#rechecks.forget(target.key);
    if (this.#suspicions.size === 0) return;
    this.#suspicions.acquit(keyOf(target, credential), startedMs);
    this.#suspicions.acquit(modelKeyOf(target, credential), startedMs);
  }

  /** Forgets all of an endpoint. */
  forget(endpoint: string): void {
    this.#suspicions.forget(endpoint);
    this.#rechecks.retain((key) => !key.startsWith(`${endpoint}/`));
    for (const key of this.#keys.keys()) if (key.startsWith(`${endpoint}#`)) this.#keys.delete(key);
  }

  #recordLimit(refusal: Refusal): void {
    const { target, credential, headers, marks } = refusal;
    const scope = scopeOf(target, credential, "model");
    const wasResting = this.#cooldowns.endMs(scope) > this.#clock.nowMs();
    // Where it rests already this request was a check, or under way: what the answer says still counts.
    if (!wasResting && !takeMark(marks)) return;
    this.#rechecks.noteRefusal(target.key, marks.identity(), wasResting);
    this.#rest(refusal, scope, cooldownHintMs("rate_limited", headers, this.#clock));
  }

  #recordKey(refusal: Refusal, cooldown: CooldownClass): void {
    const { target, credential, operation, marks, headers } = refusal;
    const key = keyOf(target, credential);
    void this.#askKey(key, refusal);
    // Of the operation alone it may be true: only the list can tell.
    if (!isJudged(operation) || !takeMark(marks)) return;
    const said = { class: cooldown, witness: marks.identity().request };
    const accusation = this.#suspicions.accuse(key, target.endpoint.name, said);
    if (accusation.isFirst) this.#facts.tell({ kind: "key_doubted", target, credential });
    if (!accusation.isBelieved) return;
    const hintMs =
      cooldown === "quota"
        ? cooldownHintMs(cooldown, headers, this.#clock)
        : this.#unconfirmedMs(key, accusation);
    this.#rest(refusal, scopeOf(target, credential, "credential"), hintMs);
  }

  /** Undefined, which is the whole of a dead key's rest, where no list could say otherwise. */
  #unconfirmedMs(key: string, accusation: Accusation): number | undefined {
    if (this.#keys.get(key)?.answer === "unknown") return undefined;
    return Math.min(MAX_REST_MS, UNCONFIRMED_MS * 2 ** Math.min(accusation.times, 10));
  }

  /** Asks for the list under the key, one question at a time; a key that the list refuses rests at once. */
  async #askKey(key: string, refusal: Refusal): Promise<void> {
    const { target, credential } = refusal;
    const known = this.#keys.get(key);
    const isTooSoon = known !== undefined && this.#clock.nowMs() - known.askedMs < ASK_PAUSE_MS;
    if (known?.isAsking === true || isTooSoon) return;
    const state = { isAsking: true, askedMs: this.#clock.nowMs(), answer: known?.answer };
    this.#keys.set(key, state);
    state.answer = await this.#checks.askKey(target.endpoint, credential);
    state.isAsking = false;
    // A reload has replaced the key meanwhile.
    if (this.#keys.get(key) !== state) return;
    if (state.answer === "rejected")
      this.#rest(refusal, scopeOf(target, credential, "credential"), undefined);
  }

  async #recordMissing(refusal: Refusal): Promise<void> {
    const { target, credential, marks } = refusal;
    const { name } = target.endpoint;
    const key = modelKeyOf(target, credential);
    const said = { class: "model_missing", witness: marks.identity().request } as const;
    const isBelieved = takeMark(marks) && this.#suspicions.accuse(key, name, said).isBelieved;
    const isListed = await this.#checks.askModel(name, target.upstreamModel);
    if (isListed === true) {
      this.#suspicions.acquit(key, Number.POSITIVE_INFINITY);
      this.#cooldowns.forgetMissingModels(name, (model) => model === target.upstreamModel);
    } else if (isListed === false || isBelieved)
      this.#rest(refusal, scopeOf(target, credential, "model"), undefined);
  }

  #rest({ target, cooldown }: Refusal, scope: CooldownScope, hintMs: number | undefined): void {
    const leftMs = this.#cooldowns.set(scope, cooldown, hintMs);
    const hasSeveralKeys = target.endpoint.credentials.length > 1;
    const untilMs = this.#clock.nowMs() + leftMs;
    this.#facts.tell({ kind: "rests", scope, why: cooldown, untilMs, hasSeveralKeys });
  }
}

/** Counting tokens and paths that no table has are no test of a model: many endpoints lack them. */
function isJudged(operation: string): boolean {
  return !operation.startsWith("/") && !COUNTING.has(operation);
}

/** Operations whose failures say nothing of the model; clients send them by the dozen. */
export const COUNTING: ReadonlySet<string> = new Set(["messages_count_tokens", "responses_input_tokens"]);

/** Whether the request was refused with this key already. */
export function isRefusedIn(marks: RequestMarks, endpoint: string, credential: number): boolean {
  return marks.refusedKeys.includes(`${endpoint}#${credential}`);
}

/** True for the first of a request's refusals: it marks one endpoint at most. */
function takeMark(marks: RequestMarks): boolean {
  if (marks.rests > 0) return false;
  marks.rests += 1;
  return true;
}

function keyOf({ endpoint }: Target, { id }: Credential): string {
  return `${endpoint.name}#${id}`;
}

function modelKeyOf(target: Target, { id }: Credential): string {
  return `${target.key}#${id}`;
}

function scopeOf(target: Target, credential: Credential, kind: "model" | "credential"): CooldownScope {
  const { endpoint, upstreamModel } = target;
  return {
    endpoint: endpoint.name,
    credential: credential.id,
    model: kind === "model" ? upstreamModel : undefined,
  };
}
