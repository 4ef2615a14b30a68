// Finds every scalar of a document that could be parsed, with the parts of each that may be shown: by the place in the
// form where it is used, through anchors and merges.

import { Scalars } from "../report/excerpt.ts";
import { type FormPlace, isPlainKey, shownParts } from "../report/showable.ts";
import {
  type Aliases,
  hasScalar,
  isAlias,
  isMap,
  isMerge,
  isScalar,
  isSeq,
  keyText,
  spanOf,
  type YAMLMap,
  type YamlDocument,
} from "./document.ts";
import { isOwnKey } from "./places.ts";

/** What is to be shown, and by which form. Beyond the bounds everything is hidden. */
export type Shown = {
  readonly text: string;
  readonly document: YamlDocument;
  readonly aliases: Aliases;
  readonly form: FormPlace;
  readonly bounds: { readonly deepest: number; readonly mostNodes: number };
};

/** Whether there is a text that could be torn; the form, which takes milliseconds to ask, is not needed to tell. */
export function mayBeTorn(document: YamlDocument, text: string): boolean {
  return hasScalar(document, ({ range }) => !!range && isTorn(text.slice(range[0], range[1])));
}

/** All scalars of a document. */
export function scalarsOf(shown: Shown): Scalars {
  return new Walk(shown).scalars;
}

class Walk {
  readonly scalars = new Scalars();
  readonly #shown: Shown;
  #nodeCount = 0;

  constructor(shown: Shown) {
    this.#shown = shown;
    this.#node(shown.document.contents, shown.form, 0);
  }

  /** `place` is undefined where nothing is read: what stands there counts only where an alias uses it. */
  #node(node: unknown, place: FormPlace | undefined, depth: number): void {
    const { bounds, aliases } = this.#shown;
    this.#nodeCount++;
    if (isScalar(node) || isAlias(node)) this.scalars.add(this.#writtenSpan(node));
    if (depth > bounds.deepest || this.#nodeCount > bounds.mostNodes) return;
    if (isAlias(node)) {
      const anchored = aliases.get(node);
      const end = anchored !== undefined && isPlainKey(node.source) ? 1 + node.source.length : 1;
      this.scalars.use(spanOf(node), [{ start: 0, end }], false);
      if (anchored !== undefined && place !== undefined) this.#node(anchored, place, depth + 1);
    } else if (isScalar(node)) {
      if (place !== undefined) this.#scalar(node, place);
    } else if (isSeq(node)) {
      for (const item of node.items) this.#node(item, place?.below(0), depth + 1);
    } else if (isMap(node)) this.#map(node, place, depth);
  }

  #map(node: YAMLMap, place: FormPlace | undefined, depth: number): void {
    const isTop = depth === 0;
    for (const { key, value } of node.items) {
      const name = keyText(key);
      if (isScalar(key)) {
        const { start, end } = this.#writtenSpan(key);
        const isShown = isMerge(key) || (place?.showsKey(name) ?? isPlainKey(name));
        this.scalars.use({ start, end }, isShown ? [{ start: 0, end: end - start }] : [], !isShown);
      } else this.#node(key, undefined, depth + 1);
      const isOwn = isTop && isOwnKey(name);
      if (isMerge(key))
        for (const item of isSeq(value) ? value.items : [value]) this.#node(item, place, depth + 1);
      else this.#node(value, isOwn ? undefined : place?.below(name), depth + 1);
    }
  }

  #scalar(node: unknown, place: FormPlace): void {
    const { start, end } = this.#writtenSpan(node);
    const written = this.#shown.text.slice(start, end);
    const first = written[0] ?? "";
    const isQuoted = written.length > 1 && /["']/.test(first) && written.endsWith(first);
    if (place.showing !== undefined && isTorn(written)) {
      this.scalars.addTorn({ start, end });
      return;
    }
    const from = isQuoted ? 1 : 0;
    const parts = shownParts(place.showing, written.slice(from, written.length - from));
    const shifted = parts.map((part) => ({ start: part.start + from, end: part.end + from }));
    // Quotes, and the sign of a text that goes over several lines, are punctuation.
    const opening = isQuoted || /[|>]/.test(first) ? [{ start: 0, end: 1 }] : [];
    const closing = isQuoted ? [{ start: written.length - 1, end: written.length }] : [];
    this.scalars.use({ start, end }, [...shifted, ...opening, ...closing], parts.length === 0);
  }

  /** A scalar that is not there, as behind a key with nothing, has no character of its own. */
  #writtenSpan(node: unknown): { readonly start: number; readonly end: number } {
    const span = spanOf(node);
    if (!isScalar(node) || !node.range) return span;
    return { start: span.start, end: node.range[1] };
  }
}

/** Whether a text goes over several lines. What is shown never needs to: a line of it has lost its key, such as `api_key`. */
function isTorn(written: string): boolean {
  if (!written.includes("\n")) return false;
  const lines = written.split("\n").filter((line) => line.trim() !== "");
  const isBlockText = /^[|>]/.test(written);
  return lines.length > (isBlockText ? 2 : 1);
}
