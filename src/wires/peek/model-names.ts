// Names of models as bodies have had them: one that comes again, as nearly all do, is known by its bytes, and need be neither
// decoded nor checked. Bounded, and the newest take the place of the oldest.

/** Names of other characters are read as if they came for the first time: an escape, or UTF-8, has several spellings. */
const PLAIN = /^[ !#-[\]-~]{1,64}$/;
const PLACES = 64;

/** Keeps names by their bytes. */
export class ModelNames {
  readonly #names: string[] = new Array<string>(PLACES).fill("");

  /** The name whose bytes stand from `start` to `end`; undefined where it is not known. */
  find(body: Buffer, start: number, end: number): string | undefined {
    const length = end - start;
    const name = this.#names[placeOf(length, body[start] ?? 0, body[end - 1] ?? 0)] ?? "";
    if (name.length !== length || length === 0) return undefined;
    for (let at = 0; at < length; at += 1) if (name.charCodeAt(at) !== body[start + at]) return undefined;
    return name;
  }

  /** Keeps a name that was checked. */
  note(name: string): void {
    if (!PLAIN.test(name)) return;
    const { length } = name;
    this.#names[placeOf(length, name.charCodeAt(0), name.charCodeAt(length - 1))] = name;
  }
}

function placeOf(length: number, first: number, last: number): number {
  return (length * 5 + first * 3 + last) % PLACES;
}
