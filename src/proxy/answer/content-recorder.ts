// Shows a trace what is asked and answered, where it wants that: beside the recorder of the cache, where there is one, so
// that answers pass through nothing that they would not pass through anyway.

import type { RequestTrace } from "../../core/traces/trace.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Call } from "../exchange/call.ts";
import type { AnswerRecorder } from "../exchange/exchange.ts";

type TracedContent = NonNullable<RequestTrace["content"]>;

/** Gives the body of a call to its trace, and from now on the answer as the client gets it. */
export function captureContent(call: Call, content: TracedContent): void {
  const { exchange, operation } = call;
  if (operation.upgrade !== undefined) return;
  content.noteAsked(call.body);
  exchange.recorder = new ContentRecorder(content, exchange.recorder);
}

class ContentRecorder implements AnswerRecorder {
  readonly #content: TracedContent;
  readonly #beside: AnswerRecorder | undefined;

  constructor(content: TracedContent, beside: AnswerRecorder | undefined) {
    this.#content = content;
    this.#beside = beside;
  }

  begin(headers: FlatHeaders): void {
    this.#beside?.begin(headers);
  }

  push(chunk: Buffer): void {
    this.#content.push(chunk);
    this.#beside?.push(chunk);
  }

  finish(): void {
    this.#beside?.finish();
  }

  /** What a trace has is its own: it is told of what broke off, too. */
  drop(): void {
    this.#beside?.drop();
  }
}
