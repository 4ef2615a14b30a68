// Says in the log when a key or a model begins to rest and when it is used again. Called by `refusals.ts` and, for
// ends that nobody is told of, from time to time by `steering.ts`.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Cooldowns } from "../../routing/health/cooldown.ts";
import type { CooldownClass, CooldownScope } from "../../routing/saved-cooldown.ts";

const WHY: Readonly<Record<CooldownClass, string>> = {
  rate_limited: "it is over its rate limit",
  model_missing: "it said that it has no such model",
  dead_key: "it rejects the key",
  quota: "the account is empty",
};

type Told = { readonly scope: CooldownScope; readonly what: string };

/** What the log has said to rest. */
export class RestLog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #cooldowns: Cooldowns;
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock, log: Log, cooldowns: Cooldowns) {
    this.#clock = clock;
    this.#log = log;
    this.#cooldowns = cooldowns;
  }

  /** A rest was set or made longer; only its begin is told. `hasSeveralKeys`: the key has to be named. */
  noteBegin(scope: CooldownScope, why: CooldownClass, hasSeveralKeys: boolean): void {
    const key = JSON.stringify([scope.endpoint, scope.credential, scope.model]);
    if (this.#told.has(key)) return;
    const { endpoint, credential, model } = scope;
    const ms = this.#cooldowns.endMs(scope) - this.#clock.nowMs();
    const seconds = Math.max(1, Math.round(ms / 1_000));
    const ofKey = hasSeveralKeys ? `key #${credential} of ${endpoint}` : `the key of ${endpoint}`;
    const fields = { endpoint, credential, seconds };
    if (model === undefined) {
      const what =
        why === "dead_key" ? `${endpoint} rejects ${ofKey}` : `the account behind ${ofKey} is empty`;
      const sentence = `${what}; it is not used for ${seconds} s. Renew it in the configuration.`;
      this.#log.error("endpoint_key_unusable", sentence, fields);
      this.#told.set(key, { scope, what: ofKey });
      return;
    }
    const what = `${endpoint}/${model}${hasSeveralKeys ? ` with key #${credential}` : ""}`;
    this.#log.info("rest_began", `${what} rests for ${seconds} s: ${WHY[why]}.`, { ...fields, model });
    this.#told.set(key, { scope, what });
  }

  /** Tells the rests that an earlier run has left. */
  noteRestored(hasSeveralKeys: (endpoint: string) => boolean): void {
    for (const rest of this.#cooldowns.snapshot()) {
      this.noteBegin(rest, rest.class, hasSeveralKeys(rest.endpoint));
    }
  }

  /** Tells the rests that have ended since. O(rests). */
  tellEnds(): void {
    for (const [key, { scope, what }] of this.#told) {
      if (this.#cooldowns.endMs(scope) > this.#clock.nowMs()) continue;
      this.#told.delete(key);
      const { endpoint, credential, model } = scope;
      this.#log.info("rest_ended", `${what} may be used again.`, { endpoint, credential, model });
    }
  }
}
