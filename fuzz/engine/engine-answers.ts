// What the outbound engine sees in the bytes of a connection.

import type { ReceivedHead } from "../../src/upstream/h1/response-head.ts";
import { type AnswerSink, ResponseReader } from "../../src/upstream/h1/response-reader.ts";
import { fieldLines, type Reading, type SeenMessage } from "./reading.ts";

/** Reads one answer to a request of this method; behind the last piece is the connection's end. */
export function engineAnswers(pieces: readonly Buffer[], method: string): Reading {
  const sink = new Sink();
  const reader = new ResponseReader(method, sink);
  const unread: Buffer[] = [];
  for (const piece of pieces) {
    // The engine undoes a coding in place.
    if (sink.isOver) unread.push(piece);
    else reader.take(Buffer.from(piece));
    if (sink.isOver && sink.isSwitched) sink.rest ??= reader.takeRest()?.toString("latin1");
  }
  if (!sink.isOver && reader.endsByClose) sink.onWhole(undefined);
  // What the reader gave back, and what it was not given.
  return { ...sink.reading, rest: (sink.rest ?? "") + Buffer.concat(unread).toString("latin1") };
}

class Sink implements AnswerSink {
  isOver = false;
  isSwitched = false;
  rest: string | undefined;
  readonly #whole: SeenMessage[] = [];
  #head: ReceivedHead | undefined;
  #body = "";
  #end: "refused" | "waiting" | "left" = "waiting";

  onInterim(head: ReceivedHead): boolean {
    this.#whole.push(seen(head, ""));
    this.isSwitched = head.status === 101;
    if (this.isSwitched) this.#finish("left");
    return this.isSwitched;
  }

  onAnswerHead(head: ReceivedHead): void {
    this.#head = head;
  }

  onPiece(piece: Buffer): void {
    this.#body += piece.toString("latin1");
  }

  onWhole(rest: Buffer | undefined): void {
    this.rest = rest?.toString("latin1");
    if (this.#head !== undefined) this.#whole.push(seen(this.#head, this.#body));
    this.#head = undefined;
    this.#finish("left");
  }

  onNonsense(): void {
    this.#finish("refused");
  }

  get reading(): Reading {
    const begun = this.#head === undefined ? undefined : seen(this.#head, this.#body);
    return { whole: this.#whole, begun, end: this.#end };
  }

  #finish(end: "refused" | "left"): void {
    if (this.isOver) throw new Error(`told of an end twice: ${this.#end}, ${end}`);
    this.isOver = true;
    this.#end = end;
  }
}

function seen({ status, headers, isKept }: ReceivedHead, body: string): SeenMessage {
  return { start: String(status), fields: fieldLines(headers), body, isLast: !isKept };
}
