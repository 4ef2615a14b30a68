// Keeps an endpoint's keys out of what its streams say beside the answer: error events, wherever they come, and
// comments. An event that carries content is passed on as it came, whatever is in it.
//
// Bytes are held only where it matters: an event in which a key was seen, or may have begun, until that event is whole.
// No reader acts on half an event, so that nobody waits for what is held.

import { endsWithBlankLine } from "../../bytes/sse-lines.ts";
import { saysNothing } from "../../core/says-nothing.ts";
import type { EndpointSecrets } from "../../routing/endpoint-secrets.ts";
import { HeldBytes } from "./held-bytes.ts";
import { withoutBeginning } from "./redact.ts";
import type { AnswerTransform } from "./stages.ts";

/** An event is held up to this size; a longer one is judged by what is there. */
const MAX_HELD_BYTES = 64 * 1024;
/** So much of an event that was passed on already is remembered, to tell what it is; a longer one is content. */
const MAX_CONTEXT_BYTES = 8 * 1024;
/** The longest blank line but for its last byte. */
const BLANK_LINE_BYTES = 3;
const NOTHING: Buffer = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;

/** Fields that events with something of an answer have, in the dialects of `wires/paths/operation.ts`. */
const ANSWER_FIELDS = [
  "choices",
  "delta",
  "content_block",
  "message",
  "item",
  "part",
  "output",
  "response",
  "text",
  "arguments",
  "candidates",
  "usage",
  "data",
  "b64_json",
];
/** The same in an event that is not whole. */
const BEGINS_AS_ANSWER =
  /"(?:choices|delta|content_block|item|part|output|response|candidates|b64_json)"\s*:/;
const BEGINS_AS_ERROR = /(?:^|[\r\n])event: ?(?:error|[\w.]*failed)|"error"\s*:\s*[{"]|"type"\s*:\s*"error"/;

/** What has to be known of the stream by others: a `StreamEnd` knows it. */
export type ErrorWatch = {
  /** Whether it has reported an error by now, in the chunk that is being passed on or before. */
  readonly hasError: boolean;
};

/** One stream on its way. */
export class StreamRedactor implements AnswerTransform {
  readonly #secrets: EndpointSecrets;
  readonly #watch: ErrorWatch;
  /** The beginning of the open event, as far as it was passed on; of one that is too long to be an error, its end. */
  readonly #context = new HeldBytes();
  #isLong = false;
  /** The beginning of the open event, where it was not passed on, or what is left of it. */
  readonly #held = new HeldBytes();

  constructor(secrets: EndpointSecrets, watch: ErrorWatch) {
    this.#secrets = secrets;
    this.#watch = watch;
  }

  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return chunk;
    if (this.#held.size === 0 && !this.#watch.hasError && !this.#secrets.isPlainIn(chunk)) {
      // No key crosses the end of a line.
      if (endsLine(chunk) || this.#secrets.beginningAtEnd(chunk) === 0) {
        this.#remember(chunk);
        return chunk;
      }
    }
    // What is held is not looked at again before its event is whole, or too long.
    const isDue = !this.#isMoreOfHeld(chunk);
    this.#held.add(chunk);
    return isDue ? this.#look(this.#held.take()) : NOTHING;
  }

  #isMoreOfHeld(chunk: Buffer): boolean {
    const { size, end } = this.#held;
    if (size === 0 || size + chunk.length > MAX_HELD_BYTES) return false;
    const before = size < BLANK_LINE_BYTES ? [this.#context.end, end] : [end];
    return endOfEvent(Buffer.concat([...before, chunk]), 0) === -1;
  }

  finish(): Buffer {
    return this.#judged(this.#held.take());
  }

  /** Goes through the events one by one; the last one may be open. */
  #look(bytes: Buffer): Buffer {
    const passed: Buffer[] = [];
    let start = 0;
    for (let end = this.#firstEnd(bytes); end !== -1; end = endOfEvent(bytes, start)) {
      passed.push(this.#judged(bytes.subarray(start, end)));
      this.#context.clear();
      this.#isLong = false;
      start = end;
    }
    const open = bytes.subarray(start);
    if (open.length > 0) passed.push(this.#passOpen(open));
    return passed.length === 1 ? (passed[0] ?? NOTHING) : Buffer.concat(passed);
  }

  /** The blank line may have begun in what was passed on. */
  #firstEnd(bytes: Buffer): number {
    const before = this.#context.end;
    const end = endOfEvent(Buffer.concat([before, bytes]), 0);
    return end === -1 ? -1 : end - before.length;
  }

  #passOpen(open: Buffer): Buffer {
    const isOdd =
      this.#watch.hasError || this.#secrets.isPlainIn(open) || this.#secrets.beginningAtEnd(open) > 0;
    if (isOdd && open.length <= MAX_HELD_BYTES && !this.#isLong) {
      this.#held.add(Buffer.from(open));
      return NOTHING;
    }
    const passed = this.#judged(open);
    this.#remember(open);
    return passed;
  }

  /** An event, or as much as there is of it, as it may be told. */
  #judged(event: Buffer): Buffer {
    if (event.length === 0) return event;
    const text = event.toString("latin1");
    const isKeyed = this.#secrets.isIn(text) || this.#secrets.beginningAtEnd(event) > 0;
    if (!isKeyed || this.#isLong) return event;
    if (isContent(this.#context.joined().toString("latin1") + text)) return event;
    return withoutBeginning(Buffer.from(this.#secrets.mask(text), "latin1"), this.#secrets);
  }

  /** Keeps what of the open event has been passed on. */
  #remember(passed: Buffer): void {
    if (endsWithBlankLine(passed)) {
      this.#context.clear();
      this.#isLong = false;
      return;
    }
    const before = this.#context.end;
    const last = lastEventEnd(Buffer.concat([before, passed])) - before.length;
    const isNew = last > -before.length;
    if (isNew) this.#context.clear();
    const open = isNew ? passed.subarray(Math.max(last, 0)) : passed;
    this.#isLong = (!isNew && this.#isLong) || this.#context.size + open.length > MAX_CONTEXT_BYTES;
    // Copied, so that a few bytes do not keep a large piece alive.
    if (!this.#isLong) this.#context.add(Buffer.from(open));
    else this.#keepEnd(open);
  }

  /** Of a long event it has to be known only how it may go on to its end. */
  #keepEnd(open: Buffer): void {
    const end = Buffer.concat([this.#context.end, open.subarray(-BLANK_LINE_BYTES)]);
    this.#context.clear();
    this.#context.add(end.subarray(-BLANK_LINE_BYTES));
  }
}

/** Whether an event has something of an answer in it, and is no error. */
function isContent(text: string): boolean {
  const { name, data } = readEvent(text);
  if (data === undefined || name === "error" || name.endsWith("failed")) return false;
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch {
    return BEGINS_AS_ANSWER.test(text) && !BEGINS_AS_ERROR.test(text);
  }
  if (!isObject(event)) return false;
  if (!saysNothing(event["error"]) || event["type"] === "error" || event["type"] === "response.failed")
    return false;
  const response = event["response"];
  if (isObject(response) && !saysNothing(response["error"])) return false;
  // A bare text under `message` is how errors are told; Anthropic's `message` is an object.
  return ANSWER_FIELDS.some(
    (field) => !saysNothing(event[field]) && (field !== "message" || isObject(event[field])),
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Name and data of one event (WHATWG HTML §9.2.6); no data where it has none. */
function readEvent(text: string): { readonly name: string; readonly data: string | undefined } {
  let name = "";
  const data: string[] = [];
  for (const line of text.replace(/^\u00ef\u00bb\u00bf/, "").split(/\r\n|\r|\n/)) {
    if (line.startsWith("event:")) name = line.slice(6).trim();
    if (line.startsWith("data:")) data.push(line.slice(5).trim());
  }
  return { name, data: data.length === 0 ? undefined : data.join("\n") };
}

function endsLine(bytes: Buffer): boolean {
  const last = bytes[bytes.length - 1];
  return last === LF || last === CR;
}

/** Behind the blank line that ends the first event from `start`; -1 when it is open. */
function endOfEvent(bytes: Buffer, start: number): number {
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte !== LF && byte !== CR) continue;
    if (bytes[at + 1] === byte) return at + 2;
    if (byte === LF && bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return -1;
}

/** Behind the last blank line; 0 where there is none. */
function lastEventEnd(bytes: Buffer): number {
  return Math.max(
    behind(bytes.lastIndexOf("\n\n"), 2),
    behind(bytes.lastIndexOf("\r\n\r\n"), 4),
    behind(bytes.lastIndexOf("\r\r"), 2),
  );
}

function behind(at: number, length: number): number {
  return at === -1 ? 0 : at + length;
}
