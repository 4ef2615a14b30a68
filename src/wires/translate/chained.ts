// Two translations as one, by way of the API that they have in common.

import type { JsonObject } from "../errors/json-prefix.ts";
import type {
  AnswerContext,
  AnswerTranslation,
  StreamTranslation,
  TranslatedRequest,
  Translation,
} from "./translation.ts";
import { untranslatable } from "./values.ts";

/** From the first one's clients to the second one's endpoints. The first one's `to` is the second one's `from`. */
export function chained(first: Translation, second: Translation): Translation {
  return {
    from: first.from,
    to: second.to,
    operation: second.operation,
    request(body): TranslatedRequest {
      const inner = first.request(body);
      if (inner.operation !== undefined) throw untranslatable(inner.operation.path, ONLY_THERE);
      const outer = second.request(inner.body);
      return {
        body: outer.body,
        notes: [...inner.notes, ...outer.notes],
        answer: chainedAnswer(inner.answer, outer.answer),
      };
    },
  };
}

const ONLY_THERE = "this request can only be said in the words of this path";

function chainedAnswer(inner: AnswerTranslation, outer: AnswerTranslation): AnswerTranslation {
  return {
    plain: (answer, context) => inner.plain(outer.plain(answer, context), context),
    stream(context: AnswerContext): StreamTranslation {
      const told = inner.stream(context);
      const stream: StreamTranslation = new ChainedStream(outer.stream(context), told);
      if (told.fail !== undefined) stream.fail = told.fail.bind(told);
      return stream;
    },
  };
}

class ChainedStream implements StreamTranslation {
  readonly #outer: StreamTranslation;
  readonly #inner: StreamTranslation;
  #between: JsonObject[] = [];

  constructor(outer: StreamTranslation, inner: StreamTranslation) {
    this.#outer = outer;
    this.#inner = inner;
  }

  push(event: JsonObject, out: JsonObject[]): void {
    this.#outer.push(event, this.#between);
    this.#passOn(out);
  }

  finish(out: JsonObject[]): void {
    this.#outer.finish(this.#between);
    this.#passOn(out);
    this.#inner.finish(out);
  }

  #passOn(out: JsonObject[]): void {
    for (const event of this.#between) this.#inner.push(event, out);
    this.#between.length = 0;
  }
}
