// What a translation could not carry over, for the header that tells the client so.

/** A list without repetitions, in the order in which things were met. ASCII, without commas. */
export class Notes {
  readonly #texts = new Set<string>();

  add(text: string): void {
    this.#texts.add(text);
  }

  get texts(): readonly string[] {
    return [...this.#texts];
  }
}
