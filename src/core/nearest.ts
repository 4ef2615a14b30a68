// "Did you mean …": the distance between two names and the nearest of many. Not a search engine. Called by the
// checks of the configuration and by the answer to an unknown model.

/** Longer names than this are never compared: the work grows with the square of the length. */
const LONGEST_NAME = 128;
/** Names compared letter by letter, some 5 µs each, and names looked at, for one search. */
const MAX_COMPARISONS = 400;
const MAX_CANDIDATES = 20_000;

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
 * Case does not count. A candidate that contains the name, or is contained in it, is near as well. At most
 * `budget.left` candidates are compared letter by letter, and what is left is written back: anybody may ask for any
 * name, and the search must not hold up others.
 */
export function nearest(
  name: string,
  candidates: Iterable<string>,
  count = 1,
  budget = { left: MAX_COMPARISONS },
): readonly string[] {
  const wanted = name.toLowerCase();
  if (wanted === "" || wanted.length > LONGEST_NAME) return [];
  const limit = Math.max(1, Math.min(4, Math.floor(wanted.length / 3)));
  const letters = lettersOf(wanted);
  const found: { readonly candidate: string; readonly score: number }[] = [];
  let seen = 0;
  for (const candidate of candidates) {
    seen += 1;
    if (seen > MAX_CANDIDATES || budget.left <= 0) break;
    const lower = candidate.toLowerCase();
    const score = isWorthComparing(lower, wanted, letters, limit)
      ? compared(wanted, lower, limit, budget)
      : contained(wanted, lower, limit);
    if (score !== undefined) found.push({ candidate, score });
  }
  found.sort((a, b) => a.score - b.score || compareText(a.candidate, b.candidate));
  return found.slice(0, count).map((entry) => entry.candidate);
}

/** Smaller is nearer; undefined is too far. */
function compared(
  wanted: string,
  candidate: string,
  limit: number,
  budget: { left: number },
): number | undefined {
  budget.left -= 1;
  const distance = editDistance(wanted, candidate, limit);
  return distance <= limit ? distance : contained(wanted, candidate, limit);
}

/** Containment ranks behind every small edit. */
function contained(wanted: string, candidate: string, limit: number): number | undefined {
  const shorter = Math.min(wanted.length, candidate.length);
  if (shorter < 3 || candidate.length > LONGEST_NAME) return undefined;
  if (!candidate.includes(wanted) && !wanted.includes(candidate)) return undefined;
  return limit + Math.abs(wanted.length - candidate.length);
}

/** The distance is never less than the letters that one has and the other lacks: one look at each tells most apart. */
function isWorthComparing(candidate: string, wanted: string, letters: Uint8Array, limit: number): boolean {
  if (candidate === "" || Math.abs(candidate.length - wanted.length) > limit) return false;
  const left = Uint8Array.from(letters);
  let missing = 0;
  for (let at = 0; at < candidate.length; at++) {
    const bucket = candidate.charCodeAt(at) & 0x7f;
    if (left[bucket] === 0) missing += 1;
    else left[bucket] = (left[bucket] ?? 0) - 1;
    if (missing > limit) return false;
  }
  return true;
}

/** How often each letter is there. Letters beyond ASCII share places, which can only make a comparison more. */
function lettersOf(text: string): Uint8Array {
  const letters = new Uint8Array(128);
  for (let at = 0; at < text.length; at++) {
    const bucket = text.charCodeAt(at) & 0x7f;
    letters[bucket] = (letters[bucket] ?? 0) + 1;
  }
  return letters;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
