// The difference of two texts, with a few lines around each change.

import { whole } from "../../words/figures.ts";
import { type DiffLine, diffOf } from "./line-diff.ts";

/** The words that it needs; they are the page's. */
export type DiffWords = {
  readonly linesChanged: string;
  readonly sameText: string;
  readonly tooFar: string;
  readonly unchanged: (count: string) => string;
  readonly lineAdded: string;
  readonly lineRemoved: string;
};

const AROUND = 3;

type Piece = { readonly skipped: number; readonly lines: readonly DiffLine[] };

/** The difference. */
export function DiffView({
  before,
  after,
  words,
}: {
  readonly before: string;
  readonly after: string;
  readonly words: DiffWords;
}) {
  const { lines, isWhole } = diffOf(before, after);
  if (lines.every(({ kind }) => kind === "same")) return <p class="soft">{words.sameText}</p>;
  return (
    <>
      {isWhole && <p class="notice">{words.tooFar}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="diff" tabIndex={0} aria-label={words.linesChanged}>
        {piecesOf(lines).map((piece) => (
          <div key={keyOf(piece)} class="diff-piece">
            {piece.skipped > 0 && <div class="diff-gap">{words.unchanged(whole(piece.skipped))}</div>}
            {piece.lines.map((line) => (
              <Line key={`${line.oldLine} ${line.newLine}`} line={line} words={words} />
            ))}
          </div>
        ))}
      </section>
    </>
  );
}

function Line({
  line: { kind, text, oldLine, newLine },
  words,
}: {
  readonly line: DiffLine;
  readonly words: DiffWords;
}) {
  const sign = kind === "added" ? "+" : kind === "removed" ? "−" : " ";
  return (
    <div class={`diff-line ${kind}`}>
      <span class="diff-number">{newLine ?? oldLine}</span>
      <span aria-hidden="true">{sign}</span>
      <span class="diff-text">
        {kind !== "same" && (
          <span class="hidden-but-read">{kind === "added" ? words.lineAdded : words.lineRemoved}</span>
        )}
        {text}
      </span>
    </div>
  );
}

function keyOf({ lines: [first] }: Piece): string {
  return `${first?.oldLine} ${first?.newLine}`;
}

/** Lines that are the same and far from any change are left out; a last piece without lines tells of those at the end. */
function piecesOf(lines: readonly DiffLine[]): readonly Piece[] {
  const isNear = lines.map(() => false);
  for (const [at, { kind }] of lines.entries())
    if (kind !== "same") isNear.fill(true, Math.max(0, at - AROUND), at + AROUND + 1);
  const pieces: { skipped: number; lines: DiffLine[] }[] = [];
  let skipped = 0;
  for (const [at, line] of lines.entries()) {
    if (isNear[at] !== true) {
      skipped += 1;
      continue;
    }
    const last = pieces.at(-1);
    if (last === undefined || skipped > 0) pieces.push({ skipped, lines: [line] });
    else last.lines.push(line);
    skipped = 0;
  }
  return skipped > 0 ? [...pieces, { skipped, lines: [] }] : pieces;
}
