// What is different between two texts, line by line.

/** A line: in both, only in the new text, or only in the old one. */
export type DiffLine = {
  readonly kind: "same" | "added" | "removed";
  readonly text: string;
  /** From 1; undefined where the line is not in that text. */
  readonly oldLine: number | undefined;
  readonly newLine: number | undefined;
};

/** The difference; `isWhole` where the texts were too different to be compared, so that all of both is told. */
export type LineDiff = { readonly lines: readonly DiffLine[]; readonly isWhole: boolean };

/** Cells of the comparison at most: 2,000 changed lines against 2,000 take a moment, more would hold the page up. */
const MOST_CELLS = 4_000_000;

/** Compares; the fewest lines that had to change to come from the old text to the new one. */
export function diffOf(oldText: string, newText: string): LineDiff {
  const before = linesOf(oldText);
  const after = linesOf(newText);
  const least = Math.min(before.length, after.length);
  let head = 0;
  while (head < least && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < least - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const old = before.slice(head, before.length - tail);
  const now = after.slice(head, after.length - tail);
  const isWhole = old.length * now.length > MOST_CELLS;
  const middle = isWhole ? allOf(old, now) : compared(old, now);
  const kinds: (readonly [DiffLine["kind"], string])[] = [
    ...before.slice(0, head).map((text) => ["same", text] as const),
    ...middle,
    ...before.slice(before.length - tail).map((text) => ["same", text] as const),
  ];
  let oldLine = 0;
  let newLine = 0;
  const lines = kinds.map(([kind, text]): DiffLine => {
    if (kind !== "added") oldLine += 1;
    if (kind !== "removed") newLine += 1;
    return {
      kind,
      text,
      oldLine: kind === "added" ? undefined : oldLine,
      newLine: kind === "removed" ? undefined : newLine,
    };
  });
  return { lines, isWhole };
}

type Kinds = (readonly [DiffLine["kind"], string])[];

function allOf(old: readonly string[], now: readonly string[]): Kinds {
  return [...old.map((text) => ["removed", text] as const), ...now.map((text) => ["added", text] as const)];
}

/** The longest common part of both, by the lengths of those of all their ends. */
function compared(old: readonly string[], now: readonly string[]): Kinds {
  const width = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  const at = (one: number, other: number): number => lengths[one * width + other] ?? 0;
  for (let one = old.length - 1; one >= 0; one -= 1)
    for (let other = now.length - 1; other >= 0; other -= 1)
      lengths[one * width + other] =
        old[one] === now[other]
          ? at(one + 1, other + 1) + 1
          : Math.max(at(one + 1, other), at(one, other + 1));
  const kinds: Kinds = [];
  let one = 0;
  let other = 0;
  while (one < old.length || other < now.length) {
    const [before, after] = [old[one], now[other]];
    if (before !== undefined && before === after) {
      kinds.push(["same", before]);
      one += 1;
      other += 1;
    } else if (before !== undefined && (after === undefined || at(one + 1, other) >= at(one, other + 1))) {
      kinds.push(["removed", before]);
      one += 1;
    } else {
      kinds.push(["added", after ?? ""]);
      other += 1;
    }
  }
  return kinds;
}

function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/);
}
