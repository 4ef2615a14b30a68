// Texts of event streams that property tests make up, and a plain reader of them to compare with.

import fc from "fast-check";

/** A text, and the same as bytes that are cut at some places. */
export type CutText = {
  readonly text: string;
  readonly chunks: readonly Buffer[];
};

const UNIT = fc.constantFrom("\r", "\n", ":", " ", "data:", "data", "x", "event: a", "\ufeff", "漢");

/** Line ends, fields and odd characters in any order, cut anywhere. */
export function cutText(): fc.Arbitrary<CutText> {
  const text = fc.string({ unit: UNIT, maxLength: 30 });
  return fc.tuple(text, fc.array(fc.nat(), { maxLength: 6 })).map(([whole, cuts]) => ({
    text: whole,
    chunks: cutAt(Buffer.from(whole), cuts),
  }));
}

/** The bytes in pieces, some of which may be empty; each number says a place, in whatever order. */
export function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((one, two) => one - two);
  return [0, ...places].map((start, index) => bytes.subarray(start, places[index] ?? bytes.length));
}

/** The data of each event by a plain reading of the HTML standard (§9.2.6), on the whole text. */
export function eventsIn(text: string): string[] {
  const events: string[] = [];
  let data: string[] = [];
  const lines = text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/);
  lines.pop();
  for (const line of lines) {
    if (line === "") {
      if (data.length > 0) events.push(data.join("\n"));
      data = [];
    } else if (line === "data") data.push("");
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return events;
}
