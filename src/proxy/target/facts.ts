// What was found out about endpoints and is of use to others: a subscriber writes it to the log, another asks an ejected
// endpoint whether it is back. Tells and keeps nothing.

import type { Credential, Target } from "../../routing/model.ts";
import type { CooldownClass, CooldownScope } from "../../routing/saved-cooldown.ts";

/** One thing that was found out. Times are of the monotonic clock. */
export type Fact =
  /** An endpoint (`operation` undefined), or an operation of a model there, gets no requests until then. */
  | {
      readonly kind: "ejected";
      readonly target: Target;
      readonly operation: string | undefined;
      readonly untilMs: number;
    }
  /** What was ejected answers again. */
  | { readonly kind: "returned"; readonly target: Target; readonly operation: string | undefined }
  /** A key, or a model under it, is not used until then; `why` says a missing model, too. */
  | {
      readonly kind: "rests";
      readonly scope: CooldownScope;
      readonly why: CooldownClass;
      readonly untilMs: number;
      readonly hasSeveralKeys: boolean;
    }
  /** A key was refused by one request; its list or a second request decides. */
  | { readonly kind: "key_doubted"; readonly target: Target; readonly credential: Credential }
  /** All that was learnt of an endpoint is forgotten: what stands behind its name is another one now. */
  | { readonly kind: "forgotten"; readonly endpoint: string };

/** Hears every fact, in the stretch in which it was found out. Must not throw. */
export type FactListener = (fact: Fact) => void;

/** Tells facts to all who listen. */
export class Facts {
  readonly #listeners: FactListener[] = [];

  /** Listens from now on, for the life of the process. */
  subscribe(listener: FactListener): void {
    this.#listeners.push(listener);
  }

  tell(fact: Fact): void {
    for (const listener of this.#listeners) listener(fact);
  }
}
