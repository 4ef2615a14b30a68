// Keeps what a client asks and gets, for keys that ask for it: the bytes as they came and went, up to a bound. Requests of
// other keys know nothing of it.

import type { KeptBodies, KeptBody } from "../../core/summary.ts";
import { firstHeader } from "../../http/first-header.ts";
import { type FlatHeaders, isUpgradeReply, type Reply } from "../../http/message.ts";
import { WrappedReply } from "../../http/wrapped-reply.ts";
import type { BodyRecorder, Exchange } from "../exchange/exchange.ts";
import type { Peek } from "../exchange/peek.ts";
import { maskerFor } from "./masked-text.ts";

const TEXT =
  /^(?:text\/|application\/(?:json|x-ndjson|jsonl|xml|x-www-form-urlencoded)|[^;]*\+(?:json|xml))/i;
const LOOKS_LIKE_JSON = /^\s*[{[]/;
const MAX_TYPE_CHARS = 100;
/** Read beyond the bound, so that a credential that stands across it is seen whole. */
const SLACK_BYTES = 512;

/** Records an exchange from here on, where its client's key wants that and it may be kept. */
export function recordBodies(exchange: Exchange): void {
  const { bodyBytes } = exchange.world;
  // Of what leaves HTTP nobody reads anything; the turns of a socket are exchanges of their own.
  if (bodyBytes === 0 || isUpgradeReply(exchange.reply)) return;
  const reply = new RecordingReply(exchange.reply, bodyBytes);
  exchange.reply = reply;
  exchange.bodies = new BodyRecording(exchange, reply, bodyBytes);
}

class BodyRecording implements BodyRecorder {
  readonly #exchange: Exchange;
  readonly #reply: RecordingReply;
  readonly #maxBytes: number;
  #asked: KeptBody | undefined;

  constructor(exchange: Exchange, reply: RecordingReply, maxBytes: number) {
    this.#exchange = exchange;
    this.#reply = reply;
    this.#maxBytes = maxBytes;
  }

  noteAsked({ body, contentType }: Peek): void {
    this.#asked ??= keptBody(body, body.length, { type: contentType, maxBytes: this.#maxBytes });
  }

  told(): KeptBodies {
    const mask = maskerFor(this.#exchange);
    const asked = this.#asked ?? { type: "", bytes: this.#exchange.peek.bytesIn, isCut: false };
    const most = this.#maxBytes;
    return { asked: masked(asked, most, mask), answered: masked(this.#reply.body(), most, mask) };
  }
}

/** Another's reply, with a copy of the beginning of what is sent. */
class RecordingReply extends WrappedReply {
  readonly #maxBytes: number;
  readonly #chunks: Buffer[] = [];
  #keptBytes = 0;
  #bytes = 0;
  #headers: FlatHeaders = [];

  constructor(reply: Reply, maxBytes: number) {
    super(reply);
    this.#maxBytes = maxBytes;
  }

  /** What was sent so far. */
  body(): KeptBody {
    const type = firstHeader(this.#headers, "content-type") ?? "";
    const isPacked =
      (firstHeader(this.#headers, "content-encoding") ?? "identity").toLowerCase() !== "identity";
    const kept = Buffer.concat(this.#chunks);
    return keptBody(kept, this.#bytes, { type, maxBytes: isPacked ? 0 : this.#maxBytes });
  }

  override head(status: number, headers: FlatHeaders): void {
    this.#headers = headers;
    super.head(status, headers);
  }

  override write(chunk: Buffer): boolean {
    this.#keep(chunk);
    return super.write(chunk);
  }

  override end(chunk?: Buffer): void {
    if (chunk !== undefined) this.#keep(chunk);
    super.end(chunk);
  }

  #keep(chunk: Buffer): void {
    this.#bytes += chunk.length;
    const room = this.#maxBytes + SLACK_BYTES - this.#keptBytes;
    if (room <= 0) return;
    // A copy: the bytes may be of a buffer that is used again.
    const copy = Buffer.from(chunk.subarray(0, room));
    this.#keptBytes += copy.length;
    this.#chunks.push(copy);
  }
}

/** With some text beyond the bound; `maxBytes` 0: only how much there was. */
function keptBody(
  body: Buffer,
  bytes: number,
  { type: written, maxBytes }: { readonly type: string; readonly maxBytes: number },
): KeptBody {
  const type = (written.split(";")[0] ?? "").trim().slice(0, MAX_TYPE_CHARS);
  if (bytes === 0) return { type, bytes, isCut: false };
  const beginning = body.subarray(0, maxBytes === 0 ? 0 : maxBytes + SLACK_BYTES);
  const isText = TEXT.test(type) || (type === "" && LOOKS_LIKE_JSON.test(beginning.toString("latin1")));
  if (!isText || maxBytes === 0) return { type, bytes, isCut: true };
  return { type, bytes, text: beginning.toString(), isCut: bytes > maxBytes };
}

/** The text within the bound, without credentials: of one that was cut in two nothing is left. */
function masked(body: KeptBody, maxBytes: number, mask: (text: string) => string): KeptBody {
  const { text: whole, bytes } = body;
  if (whole === undefined) return body;
  const text = mask(whole);
  if (!body.isCut) return { ...body, text };
  const isSeenWhole = bytes <= maxBytes + SLACK_BYTES;
  const known = isSeenWhole ? text : text.slice(0, -SLACK_BYTES);
  const kept = Buffer.from(known).subarray(0, maxBytes).toString();
  // A character that was cut in two is none.
  return { ...body, text: kept.replace(/\ufffd{1,3}$/, "") };
}
