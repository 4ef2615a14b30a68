// What reading a request has found: its body and, in it or beside it, the model's name, where that stands, and
// `stream`. Filled by steps 4 and 5 and by nothing else; afterwards only the body goes.

import type { ByteRange } from "../../bytes/byte-range.ts";
import type { MultipartPeek } from "../../wires/peek/multipart-scan.ts";
import type { TranslatedRequest, Translation } from "../../wires/translate/translation.ts";
import type { BodyHold } from "../admit/body-room.ts";

/** Where the model's name stands in the body: the bytes to replace for a rename. */
export type ModelSpan =
  | { readonly kind: "json"; readonly range: ByteRange }
  | { readonly kind: "multipart"; readonly peek: MultipartPeek };

/** Of a body that names no model: what has to be known to put one in. */
export type ModelGap =
  | { readonly kind: "json"; readonly isEmpty: boolean }
  | { readonly kind: "multipart"; readonly partsStart: number };

/** A coding of content (RFC 9110 §8.4.1) that is understood. */
export type Coding = "gzip" | "deflate" | "br" | "zstd";

/** The body in the words of another API, for a model by an endpoint's name. */
type TranslatedBody = {
  readonly translation: Translation;
  readonly model: string;
  readonly request: TranslatedRequest;
};

const NOT_TRANSLATED: readonly TranslatedBody[] = [];
const NO_BODY: Buffer = Buffer.alloc(0);
const NO_IDS: readonly never[] = [];

/** What one request asks for. */
export class Peek {
  /** What the body takes of the room for bodies. */
  readonly hold: BodyHold;
  /** Empty where there is none, and once it was let go. */
  body: Buffer = NO_BODY;
  /** Length of the body, which is let go before the end. */
  bytesIn = 0;
  /** As sent; empty for none. */
  contentType = "";
  /** How the body came packed; undefined for a plain one. */
  coding: Coding | undefined = undefined;
  /** As the client named it; undefined until it is known, and where it named none. */
  modelName: string | undefined = undefined;
  /** The model that the query names. */
  queryModel: string | undefined = undefined;
  /** Undefined where the body does not name the model, and once the body was let go. */
  modelSpan: ModelSpan | undefined = undefined;
  /** Undefined where the body names the model, or is no body that could. */
  modelGap: ModelGap | undefined = undefined;
  /** The path named the model (Azure's deployments), and the body does not name the same one. */
  isModelOfPath = false;
  /** Of a large body: the values of `SESSION_FIELDS`, in their order. Undefined for others, which are read again. */
  sessionFields: readonly (string | undefined)[] | undefined = undefined;
  /** The body in other words, as far as it was needed; empty once the body was let go. */
  translated: readonly TranslatedBody[] = NOT_TRANSLATED;
  isStream = false;
  /** The body says `background`: its answer is a receipt, where the operation knows that. */
  isBackground = false;

  /** Where the value of `stream_options` stands; undefined where there is none, and once the body was let go. */
  streamOptions: ByteRange | undefined = undefined;

  /** What the body says of `store`: whether the answer is to be kept; undefined where it does not say. */
  isStored: boolean | undefined = undefined;
  /** The ids in the fields of its top level that name kept objects, as the operation lists these. */
  objectIds: readonly (string | undefined)[] = NO_IDS;

  constructor(hold: BodyHold) {
    this.hold = hold;
  }

  /** Once the answer has begun nothing is sent again: a stream of an hour must not hold its prompt for so long. */
  letBodyGo(): void {
    this.body = NO_BODY;
    this.modelSpan = undefined;
    this.streamOptions = undefined;
    this.translated = NOT_TRANSLATED;
    this.hold.release();
  }
}
