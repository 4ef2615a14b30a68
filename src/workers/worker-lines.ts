// The log lines of a serving process: sent to the owner in batches, which writes all of them, so that lines of several
// processes stay whole. Each says which process it is of.

import { createLineWriter, type LineWriter } from "../observe/line-writer.ts";
import type { OwnerLine } from "./owner-line.ts";

/** A writer for process `index`, which waits for its batches as for a slow disk. */
export function workerLines(line: OwnerLine, index: number, isJson: boolean): LineWriter {
  const marked = isJson ? markedJson(index) : markedText(index);
  return createLineWriter({
    fd: 1,
    rawWrite: (_fd, bytes, done) => {
      const text = marked(bytes.toString());
      line.send({ kind: "lines", text }, (error) => done(error, error === null ? bytes.length : 0));
    },
  });
}

/** A line feed is at the end of a line of JSON and nowhere else. */
function markedJson(index: number): (text: string) => string {
  return (text) =>
    text.slice(0, -1).replaceAll("}\n", `,"worker":${index}}\n`).replace(/\}$/, `,"worker":${index}}`);
}

function markedText(index: number): (text: string) => string {
  return (text) => `[${index}] ${text.slice(0, -1).replaceAll("\n", `\n[${index}] `)}`;
}
