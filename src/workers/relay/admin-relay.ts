// Hands requests for the admin API, metrics and the status page from a serving process to the owner, and writes the owner's answers back. Who may ask,
// and from where, is for the owner to say: it is told the client's address and headers as they were seen here.

import { MOST_OF_STRANGERS, readAdminBody } from "../../admin/body.ts";
import { GatewayError } from "../../core/errors.ts";
import type { Part } from "../../front.ts";
import type { InboundRequest, Reply } from "../../http/message.ts";
import { type Message, message } from "../../language/messages.ts";
import { readerLanguage, refusalWords } from "../../language/refusal-words.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import type { RelayOrder, RelayReport } from "./relay-messages.ts";

/** As many wait for the owner at once; whoever else asks is told to come again. */
const MAX_WAITING = 64;

/** So many bodies of people who have not logged in are read at once: whoever sends them slowly leaves places for others. */
const MAX_OF_STRANGERS = 16;

/** Sends to the owner; called back with an error where it is gone. */
type SendToOwner = (report: RelayReport, done: (error: Error | null) => void) => void;

type WaitingRelay = {
  readonly request: InboundRequest;
  readonly reply: Reply;
  /** Bytes of an answer in pieces that the client has not read yet. */
  unread: number;
};

type WantedBody = Extract<RelayOrder, { readonly kind: "relay_want_body" }>;

/** The requests of one process that wait for the owner. */
export class AdminRelay {
  readonly part: Part;
  readonly #send: SendToOwner;
  readonly #waiting = new Map<number, WaitingRelay>();
  #lastId = 0;
  #strangers = 0;

  /** `takes`: which paths only the owner can answer. */
  constructor(send: SendToOwner, takes: (path: string) => boolean) {
    this.#send = send;
    this.part = {
      takes,
      handle: (request, reply) => this.#hand(request, reply),
    };
  }

  /** Does what the owner says of a request; nothing where that has its answer already. */
  obey(order: RelayOrder): void {
    const waiting = this.#waiting.get(order.id);
    if (waiting === undefined) return;
    if (order.kind === "relay_want_body") {
      void this.#sendBody(order, waiting.request);
      return;
    }
    switch (order.kind) {
      case "relay_head":
        this.#begin(order.id, waiting);
        waiting.reply.head(order.status, order.headers);
        waiting.reply.flush();
        return;
      case "relay_piece":
        this.#pass(order.id, waiting, bufferOf(order.body));
        return;
      case "relay_end":
        this.#waiting.delete(order.id);
        waiting.reply.end();
        return;
      case "relay_cut":
        this.#waiting.delete(order.id);
        waiting.reply.destroy();
        return;
      case "relay_answer":
        this.#waiting.delete(order.id);
        waiting.reply.head(order.status, order.headers);
        // An answer without a body ends without one: a 204 must not have any.
        if (order.body.length === 0) waiting.reply.end();
        else waiting.reply.end(bufferOf(order.body));
    }
  }

  /** An answer comes in pieces: the owner has to hear of a client that goes away, or reads slowly. */
  #begin(id: number, { reply }: WaitingRelay): void {
    reply.onAbort(() => {
      if (this.#waiting.delete(id)) this.#say({ kind: "relay_gone", id });
    });
    reply.onDrain(() => {
      const waiting = this.#waiting.get(id);
      if (waiting !== undefined) this.#tellRead(id, waiting);
    });
  }

  #pass(id: number, waiting: WaitingRelay, piece: Buffer): void {
    waiting.unread += piece.length;
    if (waiting.reply.write(piece)) this.#tellRead(id, waiting);
  }

  #tellRead(id: number, waiting: WaitingRelay): void {
    const bytes = waiting.unread;
    waiting.unread = 0;
    if (bytes > 0) this.#say({ kind: "relay_read", id, bytes });
  }

  /** The owner is gone: nobody waits for it any longer. */
  end(): void {
    for (const id of [...this.#waiting.keys()]) this.#lose(id);
  }

  #hand(request: InboundRequest, reply: Reply): undefined {
    if (this.#waiting.size >= MAX_WAITING) {
      refuse({ request, reply }, message("refused.ownerBusy"));
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waiting.set(id, { request, reply, unread: 0 });
    const { method, target, headers, remoteAddress } = request;
    const head = { method, target, headers: [...headers], remoteAddress };
    this.#say({ kind: "relay", id, head });
  }

  async #sendBody({ id, maxBytes }: WantedBody, request: InboundRequest): Promise<void> {
    const isStranger = maxBytes <= MOST_OF_STRANGERS;
    if (isStranger) this.#strangers += 1;
    try {
      if (isStranger && this.#strangers > MAX_OF_STRANGERS) throw new GatewayError("overloaded");
      this.#say({ kind: "relay_body", id, body: await readAdminBody(request, maxBytes) });
    } catch (error) {
      const { code, message: words } =
        error instanceof GatewayError ? error : new GatewayError("internal", { cause: error });
      this.#say({ kind: "relay_no_body", id, code, message: words });
    } finally {
      if (isStranger) this.#strangers -= 1;
    }
  }

  #say(report: RelayReport): void {
    this.#send(report, (error) => {
      if (error !== null) this.#lose(report.id);
    });
  }

  #lose(id: number): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting?.reply.isHeadSent === true) waiting.reply.destroy();
    else if (waiting !== undefined) refuse(waiting, message("refused.ownerGone"));
  }
}

function refuse({ request, reply }: Pick<WaitingRelay, "request" | "reply">, why: Message): void {
  const refusal = new SaidRefusal("overloaded", why);
  const { status, row, code } = refusal;
  const words = refusalWords(refusal, readerLanguage(request.header("accept-language")));
  const body = Buffer.from(JSON.stringify({ error: { message: words, type: row.type, param: null, code } }));
  const length = String(body.length);
  reply.head(status, ["content-type", "application/json", "content-length", length, "retry-after", "1"]);
  reply.end(body);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
