// What a translation is: a request in the words of one API said in those of another, and its answer said back. Pure
// functions over values; each has a twin for streams. Bytes, events' lines and what an endpoint is known to speak are
// nothing of theirs: that is for `event-values.ts` and for the data plane. Types only.

import type { JsonObject } from "../errors/json-prefix.ts";
import type { ChatApi, Operation } from "../paths/operation.ts";
import type { TextPieces } from "./text-pieces.ts";

/** One direction: clients of one API over endpoints of another. */
export type Translation = {
  /** The client's API. */
  readonly from: ChatApi;
  /** The endpoint's. */
  readonly to: ChatApi;
  /** What the endpoint is asked for. */
  readonly operation: Operation;
  /**
   * The request in the endpoint's words. `body` is not changed; values that are carried over may be shared with it.
   * @throws GatewayError untranslatable, where leaving something out would make it another request
   */
  request(body: JsonObject): TranslatedRequest;
};

/** A request in the endpoint's words, and how its answer is said back. */
export type TranslatedRequest = {
  /** The whole body but for `model`, which is set for each endpoint. */
  readonly body: JsonObject;
  /** What could not be carried over, each a few words of visible ASCII, such as `top_k`. */
  readonly notes: readonly string[];
  /** Holds nothing of the request but what its answer needs: it lasts as long as the answer. */
  readonly answer: AnswerTranslation;
  /** What the endpoint is asked for in place of the translation's own operation, where that cannot say this request. */
  readonly operation?: Operation;
};

/** What of an answer is not for the endpoint to say. */
export type AnswerContext = {
  /** The name of the model that the client is told; undefined: the endpoint's own is as good. */
  readonly model: string | undefined;
  /** For an answer that has no id of its own, without a prefix. */
  readonly id: string;
  /** In seconds since 1970, for an answer that does not say when it was made. */
  readonly createdSeconds: number;
  /** Since the request came, for an answer that says how long it took; left out where nobody measures. */
  readonly elapsedMs?: () => number;
};

/** A request as an endpoint of another API is asked, and what of its answer the gateway has to say. */
export type Translated = {
  readonly translation: Translation;
  readonly request: TranslatedRequest;
  readonly context: AnswerContext;
};

/** How the answers to one request are said in the client's words. */
export type AnswerTranslation = {
  /**
   * A plain answer.
   * @throws GatewayError upstream_bad_response for what is no such answer
   */
  plain(answer: JsonObject, context: AnswerContext): JsonObject;
  /** A new one for each stream. */
  stream(context: AnswerContext): StreamTranslation;
};

/**
 * One stream. Events that tell of an error do not come here. What it gives is written as events of the client's API:
 * `data` lines, and for named events their `type` in an `event` line, or bare lines of JSON; what ends a stream is written by others.
 */
export interface StreamTranslation {
  /**
   * Takes the value of one event, and puts what follows from it into `out`.
   * @throws GatewayError upstream_bad_response for an event that cannot come here
   */
  push(event: JsonObject, out: JsonObject[]): void;
  /** The endpoint's stream has come to its own end: what closes the client's. Never for one that broke off. */
  finish(out: JsonObject[]): void;
  /**
   * The answer cannot become whole: the client's last event, which says so. Left out where an error event of the client's
   * API, which knows nothing of the answer, says all there is to say.
   */
  fail?(code: string, message: string, out: JsonObject[]): void;
  /** Pieces of text that need not be taken apart; left out where each event has to be. */
  readonly pieces?: TextPieces;
}
