// Says in the log what was found out about endpoints: ejections and returns, doubts, rests and their ends. Sentences and
// nothing else; the facts come from `facts.ts`.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Cooldowns } from "../../routing/health/cooldown.ts";
import { USUAL_OPERATION } from "../../routing/health/operation-breakers.ts";
import type { Target } from "../../routing/model.ts";
import type { CooldownClass, CooldownScope } from "../../routing/saved-cooldown.ts";
import type { Fact } from "./facts.ts";

const WHY: Readonly<Record<CooldownClass, string>> = {
  rate_limited: "it is over its rate limit",
  model_missing: "it said that it has no such model",
  dead_key: "it rejects the key",
  quota: "the account is empty",
};

type Told = { readonly scope: CooldownScope; readonly what: string };

/** Writes facts to the log; remembers which rests it has told, so that their ends can be told too. */
export class TargetLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #cooldowns: Cooldowns;
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock, log: Log, cooldowns: Cooldowns) {
    this.#clock = clock;
    this.#log = log;
    this.#cooldowns = cooldowns;
  }

  /** Listens to `Facts`. */
  readonly onFact = (fact: Fact): void => {
    if (fact.kind === "ejected") this.#tellEjection(fact);
    else if (fact.kind === "returned") this.#tellReturn(fact);
    else if (fact.kind === "rests") this.#tellBegin(fact.scope, fact.why, fact.hasSeveralKeys);
    else if (fact.kind === "key_doubted") this.#tellDoubt(fact);
  };

  /** Tells the rests that an earlier run has left. */
  noteRestored(hasSeveralKeys: (endpoint: string) => boolean): void {
    for (const rest of this.#cooldowns.snapshot()) {
      this.#tellBegin(rest, rest.class, hasSeveralKeys(rest.endpoint));
    }
  }

  /** Tells the rests that have ended since; nobody else notices an end. O(rests). */
  tellEnds(): void {
    for (const [key, { scope, what }] of this.#told) {
      if (this.#cooldowns.endMs(scope) > this.#clock.nowMs()) continue;
      this.#told.delete(key);
      const { endpoint, credential, model } = scope;
      this.#log.info("rest_ended", `${what} may be used again.`, { endpoint, credential, model });
    }
  }

  #tellEjection({ target, operation, untilMs }: Extract<Fact, { kind: "ejected" }>): void {
    const seconds = Math.round((untilMs - this.#clock.nowMs()) / 1000);
    const sentence = `${wordFor(target, operation)} keeps failing and gets no requests for ${seconds} s.`;
    this.#log.warn("endpoint_ejected", sentence, { endpoint: target.endpoint.name, seconds });
  }

  #tellReturn({ target, operation }: Extract<Fact, { kind: "returned" }>): void {
    const sentence = `${wordFor(target, operation)} answers and is in use again.`;
    this.#log.info("endpoint_returned", sentence, { endpoint: target.endpoint.name });
  }

  #tellDoubt({ target, credential }: Extract<Fact, { kind: "key_doubted" }>): void {
    const { name: endpoint } = target.endpoint;
    const message = `${endpoint} has refused a request for its key; its list of models is asked for, and a second request decides.`;
    this.#log.info("endpoint_key_doubted", message, { endpoint, credential: credential.id });
  }

  /** A rest was set or made longer; only its begin is told. `hasSeveralKeys`: the key has to be named. */
  #tellBegin(scope: CooldownScope, why: CooldownClass, hasSeveralKeys: boolean): void {
    const key = JSON.stringify([scope.endpoint, scope.credential, scope.model]);
    if (this.#told.has(key)) return;
    const { endpoint, credential, model } = scope;
    const ms = this.#cooldowns.endMs(scope) - this.#clock.nowMs();
    const seconds = Math.max(1, Math.round(ms / 1_000));
    const ofKey = hasSeveralKeys ? `key #${credential} of ${endpoint}` : `the key of ${endpoint}`;
    const fields = { endpoint, credential, seconds };
    if (model === undefined) {
      const what =
        why === "dead_key"
          ? `${endpoint} rejects ${hasSeveralKeys ? `key #${credential}` : "its key"}`
          : `the account behind ${ofKey} is empty`;
      const sentence = `${what}; it is not used for ${seconds} s. Renew it in the configuration.`;
      this.#log.error("endpoint_key_unusable", sentence, fields);
      this.#told.set(key, { scope, what: ofKey });
      return;
    }
    const what = `${endpoint}/${model}${hasSeveralKeys ? ` with key #${credential}` : ""}`;
    this.#log.info("rest_began", `${what} rests for ${seconds} s: ${WHY[why]}.`, { ...fields, model });
    this.#told.set(key, { scope, what });
  }
}

/** `a`, `a/m`, or `a/m (rerank)`: what was ejected, or is back. */
function wordFor(target: Target, operation: string | undefined): string {
  if (operation === undefined) return target.endpoint.name;
  return operation === USUAL_OPERATION ? target.key : `${target.key} (${operation})`;
}
