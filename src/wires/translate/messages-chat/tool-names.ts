// Names of tools in both APIs: Anthropic's may be twice as long as OpenAI's. A name that is too long goes out short, and
// comes back as it was.

import { createHash } from "node:crypto";

/** The longest that OpenAI takes; Anthropic takes 128. */
const MAX_CHARS = 64;
const HASH_CHARS = 8;

/** The names of one request. */
export class ShortNames {
  readonly #long = new Map<string, string>();

  /** As the endpoint is told. The same each time. */
  short(name: string): string {
    if (name.length <= MAX_CHARS) return name;
    const digest = createHash("sha256").update(name).digest("hex").slice(0, HASH_CHARS);
    const short = `${name.slice(0, MAX_CHARS - HASH_CHARS - 1)}_${digest}`;
    this.#long.set(short, name);
    return short;
  }

  /** As the client knows it. */
  long(name: string): string {
    return this.#long.get(name) ?? name;
  }
}
