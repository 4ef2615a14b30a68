// Which models somebody may use, by patterns over their names. Judges a model by the name under which it is served,
// never by the spelling in which a client has asked for it: another spelling must not be a way round.

import { matchesGlob } from "../../core/glob.ts";
import type { Model } from "../model.ts";
import { otherNamesOf, spellingsOf } from "./other-names.ts";

/** Some of the models. */
export class ModelScope {
  /** The same for the same patterns in the same order. */
  readonly key: string;
  readonly #patterns: readonly string[];

  constructor(patterns: readonly string[]) {
    this.key = JSON.stringify(patterns);
    this.#patterns = patterns;
  }

  /** Whether a model is among them; the name that was `asked` for counts only where the model has no name of its own. */
  allows(model: Model, asked = ""): boolean {
    return namesOf(model, asked).some((name) => this.#matches(name));
  }

  /** Whether any model could be among them that a client may mean by this name. */
  mayAllow(asked: string): boolean {
    const slash = asked.indexOf("/") + 1;
    const pinned = otherNamesOf(asked.slice(slash)).map((name) => asked.slice(0, slash) + name);
    return [asked, ...otherNamesOf(asked), ...pinned].some((name) => this.includes(name));
  }

  /** Whether a name is among them as a client has written it. */
  includes(asked: string): boolean {
    return spellingsOf(asked).some((spelling) => this.#matches(spelling));
  }

  #matches(name: string): boolean {
    return this.#patterns.some((pattern) => matchesGlob(pattern, name));
  }
}

/** What a model is called: its public name; of a pin, the endpoint and what it calls the model. */
function namesOf({ name, origin, targets }: Model, asked: string): readonly string[] {
  if (name === "") return [asked];
  const [target] = targets;
  if (origin !== "pin" || target === undefined) return spellingsOf(name);
  return spellingsOf(target.upstreamModel).map((spelling) => `${target.endpoint.name}/${spelling}`);
}
