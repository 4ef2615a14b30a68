// A parser of HTTP/1.1 for judging others: written from RFC 9112, byte by byte, with no thought of speed. It refuses
// what the grammar does not have, also where the standard lets a recipient be lenient. Shares nothing with the gateway.

import type { Reading, SeenMessage } from "./reading.ts";
import { bodyOf, type Framing } from "./reference-body.ts";
import { Cursor, isDigit, isFieldByte, isToken, isVisible, Stop } from "./reference-cursor.ts";

type Head = { readonly start: string; readonly minor: string; readonly fields: readonly Field[] };
type Field = { readonly name: string; readonly value: string };

/** Reads requests to the end of the bytes, or to the first that is none. */
export function referenceRequests(bytes: Buffer): Reading {
  const cursor = new Cursor(bytes);
  const whole: SeenMessage[] = [];
  while (!cursor.isAtEnd) {
    let begun: SeenMessage | undefined;
    try {
      const head = headOf(cursor, requestLine(cursor));
      const framing = requestFraming(head);
      const isLast = options(head).includes("close");
      begun = seen(head, "", isLast);
      const body: string[] = [];
      // What has come of a body that is not whole is compared as well.
      try {
        bodyOf(cursor, framing, body);
      } finally {
        begun = seen(head, body.join(""), isLast);
      }
      whole.push(begun);
      if (isLast) return { whole, begun: undefined, end: "left" };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { whole, begun, end: error.why };
    }
  }
  return { whole, begun: undefined, end: "waiting" };
}

/** Reads one answer to a request of this method, the interim ones before it, and nothing behind it; the bytes' end is the connection's. */
export function referenceAnswer(bytes: Buffer, method: string): Reading {
  const cursor = new Cursor(bytes);
  const whole: SeenMessage[] = [];
  let begun: SeenMessage | undefined;
  try {
    for (;;) {
      const head = headOf(cursor, statusLine(cursor));
      const framing = answerFraming(head, method);
      const isLast = isLastAnswer(head, framing);
      begun = seen(head, "", isLast);
      const body: string[] = [];
      try {
        bodyOf(cursor, framing, body);
      } finally {
        begun = seen(head, body.join(""), isLast);
      }
      whole.push(begun);
      begun = undefined;
      // §15.2.2 of RFC 9110: behind a switch the bytes are another protocol's.
      if (!head.start.startsWith("1") || head.start === "101")
        return { whole, begun, end: "left", rest: cursor.some(Number.POSITIVE_INFINITY) };
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return { whole, begun, end: error.why };
  }
}

function seen({ start, fields }: Head, body: string, isLast: boolean | undefined): SeenMessage {
  let lines = "";
  for (const { name, value } of fields) lines += `${name}: ${value}\n`;
  return { start, fields: lines, body, isLast };
}

/** §3: method SP request-target SP HTTP-version CRLF. */
function requestLine(cursor: Cursor): { start: string; minor: string } {
  const method = cursor.many(isToken, 1);
  cursor.exactly(" ");
  // §3.2: which forms there are is for the server; no space or control character is in any of them.
  const target = cursor.many(isVisible, 1);
  cursor.exactly(" HTTP/1.");
  const minor = cursor.many(isDigit, 1, 1);
  cursor.exactly("\r\n");
  return { start: `${method} ${target}`, minor };
}

/** §4: HTTP-version SP status-code SP [reason-phrase] CRLF; the space before nothing may be missing in the wild. */
function statusLine(cursor: Cursor): { start: string; minor: string } {
  cursor.exactly("HTTP/1.");
  const minor = cursor.many(isDigit, 1, 1);
  cursor.exactly(" ");
  const start = cursor.many(isDigit, 3, 3);
  if (Number(start) < 100) throw new Stop("refused");
  if (cursor.peek() !== 0x0d) {
    cursor.exactly(" ");
    cursor.many(isFieldByte, 0);
  }
  cursor.exactly("\r\n");
  return { start, minor };
}

/** §5: field lines, and the empty line behind them. */
function headOf(cursor: Cursor, { start, minor }: { start: string; minor: string }): Head {
  const fields: Field[] = [];
  while (cursor.peek() !== 0x0d) {
    // §5.1: no space between name and colon; §5.2: no line that goes on in the next one.
    const name = cursor.many(isToken, 1).toLowerCase();
    cursor.exactly(":");
    const value = withoutOuterSpace(cursor.many(isFieldByte, 0));
    cursor.exactly("\r\n");
    fields.push({ name, value });
  }
  cursor.exactly("\r\n");
  return { start, minor, fields };
}

function withoutOuterSpace(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && (text[from] === " " || text[from] === "\t")) from += 1;
  while (to > from && (text[to - 1] === " " || text[to - 1] === "\t")) to -= 1;
  return text.slice(from, to);
}

function valuesOf({ fields }: Head, name: string): string[] {
  return fields.filter((field) => field.name === name).map((field) => field.value);
}

/** The options of the connection (RFC 9110 §7.6.1), in lower case. */
function options(head: Head): string[] {
  return valuesOf(head, "connection")
    .join(",")
    .split(",")
    .map((option) => withoutOuterSpace(option).toLowerCase());
}

/** §6.3 for requests; what must or ought to be answered with 400 is refused. */
function requestFraming(head: Head): Framing {
  const hosts = valuesOf(head, "host").length;
  // §3.2.
  if (hosts > 1 || (hosts === 0 && head.minor !== "0")) throw new Stop("refused");
  const coding = codingOf(head);
  const length = lengthOf(head);
  if (coding === undefined) return { length: length ?? 0 };
  // §6.1: both of them, and a coding in HTTP/1.0, are faulty; the last coding of a request is `chunked`.
  if (length !== undefined || head.minor === "0" || coding !== "chunked") throw new Stop("refused");
  return "chunked";
}

/** §6.3 for answers. */
function answerFraming(head: Head, method: string): Framing {
  const coding = codingOf(head);
  const length = lengthOf(head);
  if (coding !== undefined && length !== undefined) throw new Stop("refused");
  // §6.1: no other coding could be undone. `identity`, which older standards had, needs none.
  if (coding !== undefined && coding !== "chunked" && coding !== "identity") throw new Stop("refused");
  const { start } = head;
  if (method === "HEAD" || start.startsWith("1") || start === "204" || start === "304") return { length: 0 };
  if (coding === "chunked") return "chunked";
  if (coding === undefined && length !== undefined) return { length };
  return "close";
}

/** §9.3. §6.1: an answer in HTTP/1.0 with a coding is the last one, whatever it says. */
function isLastAnswer(head: Head, framing: Framing): boolean | undefined {
  const said = options(head);
  if (framing === "close" || said.includes("close")) return true;
  // No standard in force says how `Keep-Alive: max=0` is written; whoever takes it for the last answer is right.
  if (valuesOf(head, "keep-alive").some((value) => value.toLowerCase().includes("max"))) return undefined;
  if (head.minor !== "0") return false;
  return !said.includes("keep-alive") || codingOf(head) !== undefined;
}

function codingOf(head: Head): string | undefined {
  const values = valuesOf(head, "transfer-encoding");
  if (values.length > 1) throw new Stop("refused");
  return values[0]?.toLowerCase();
}

/** RFC 9110 §8.6: digits; several lengths, also the same ones, are refused. */
function lengthOf(head: Head): number | undefined {
  const values = valuesOf(head, "content-length");
  const [value] = values;
  if (value === undefined) return undefined;
  if (values.length > 1 || value === "") throw new Stop("refused");
  for (const character of value) if (character < "0" || character > "9") throw new Stop("refused");
  const length = Number(value);
  if (!Number.isSafeInteger(length)) throw new Stop("refused");
  return length;
}
