// "Did you mean …": the distance between two names and the nearest of many. Not a search engine.

/** Longer names than this are never compared: the work grows with the square of the length. */
const LONGEST_NAME = 128;
/** A comparison takes about a microsecond; more of them would hold up other requests. */
const MOST_COMPARED = 512;

/**
 * Edits between two texts: insertions, deletions, substitutions and swaps of neighbours, each at cost 1
 * (optimal string alignment, so that `wieght` is one step from `weight`). Stops early and returns `limit + 1`
 * when the distance is greater than `limit`.
 */
export function editDistance(left: string, right: string, limit = Number.POSITIVE_INFINITY): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let smallest = row;
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      let best = Math.min(at(last, column) + 1, at(current, column - 1) + 1, at(last, column - 1) + cost);
      const isSwap =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      if (isSwap) best = Math.min(best, at(beforeLast, column - 2) + 1);
      current.push(best);
      smallest = Math.min(smallest, best);
    }
    if (smallest > limit) return limit + 1;
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}

/**
 * The candidates that a person most likely meant by `name`, best first, at most `count`; empty when none is near.
 * Case does not count. A candidate that contains the name, or is contained in it, is near as well.
 */
export function nearest(name: string, candidates: Iterable<string>, count = 1): readonly string[] {
  return new NameIndex(candidates).nearest(name, count);
}

/** Names of which one will be looked for again and again. A search compares so many at most, the likeliest first. */
export class NameIndex {
  /** Comparisons of all searches so far. */
  compared = 0;
  readonly #names: readonly string[];
  readonly #lower: readonly string[];
  readonly #signs: Int32Array;

  constructor(names: Iterable<string>) {
    this.#names = [...names];
    this.#lower = this.#names.map((name) => name.toLowerCase());
    this.#signs = Int32Array.from(this.#lower, signsOf);
  }

  /** As the function of this name. A few hundred comparisons at most, however many names there are. */
  nearest(name: string, count = 1): readonly string[] {
    const wanted = name.toLowerCase();
    if (wanted === "" || wanted.length > LONGEST_NAME) return [];
    const limit = Math.max(1, Math.min(4, Math.floor(wanted.length / 3)));
    const found: { readonly candidate: string; readonly score: number }[] = [];
    for (const index of this.#likeliest(wanted, limit)) {
      this.compared += 1;
      const score = scoreOf(wanted, this.#lower[index] ?? "", limit);
      if (score !== undefined) found.push({ candidate: this.#names[index] ?? "", score });
    }
    found.sort((a, b) => a.score - b.score || compareText(a.candidate, b.candidate));
    return found.slice(0, count).map((entry) => entry.candidate);
  }

  /**
   * Those that can be near at all, by their length and the characters that are in them: each edit brings one in, or
   * takes one out, at most. Fewest such edits first.
   */
  #likeliest(wanted: string, limit: number): number[] {
    const signs = signsOf(wanted);
    const byEdits: number[][] = Array.from({ length: limit + 2 }, () => []);
    for (let index = 0; index < this.#signs.length; index += 1) {
      const length = this.#lower[index]?.length ?? 0;
      if (length === 0 || length > LONGEST_NAME) continue;
      const other = this.#signs[index] ?? 0;
      const missing = bitsIn(signs & ~other);
      const surplus = bitsIn(other & ~signs);
      const edits = Math.max(missing, surplus, Math.abs(length - wanted.length));
      // The shorter one may be part of the longer.
      const isPart = length < wanted.length ? surplus === 0 : missing === 0;
      if (edits > limit && !isPart) continue;
      byEdits[Math.min(edits, limit + 1)]?.push(index);
    }
    return byEdits.flat().slice(0, MOST_COMPARED);
  }
}

/** The characters of a text as bits, several to a bit. */
function signsOf(text: string): number {
  let signs = 0;
  for (let index = 0; index < text.length; index += 1) signs |= 1 << (text.charCodeAt(index) & 31);
  return signs;
}

function bitsIn(signs: number): number {
  let left = signs;
  let count = 0;
  for (; left !== 0; count += 1) left &= left - 1;
  return count;
}

/** Smaller is nearer; undefined is too far. Containment ranks behind every small edit. */
function scoreOf(wanted: string, candidate: string, limit: number): number | undefined {
  if (candidate === "" || candidate.length > LONGEST_NAME) return undefined;
  const distance = editDistance(wanted, candidate, limit);
  if (distance <= limit) return distance;
  const shorter = Math.min(wanted.length, candidate.length);
  if (shorter < 3 || !(candidate.includes(wanted) || wanted.includes(candidate))) return undefined;
  return limit + Math.abs(wanted.length - candidate.length);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
