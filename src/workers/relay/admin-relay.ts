// Hands requests for the admin API, metrics and the status page from a serving process to the owner, and writes the owner's answers back. Who may ask,
// and from where, is for the owner to say: it is told the client's address and headers as they were seen here.

import { readAdminBody } from "../../admin/body.ts";
import { GatewayError } from "../../core/errors.ts";
import type { Part } from "../../front.ts";
import type { InboundRequest, Reply } from "../../http/message.ts";
import type { RelayOrder, RelayReport } from "./relay-messages.ts";

/** As many wait for the owner at once; whoever else asks is told to come again. */
const MAX_WAITING = 64;

/** Sends to the owner; called back with an error where it is gone. */
type SendToOwner = (report: RelayReport, done: (error: Error | null) => void) => void;

type WaitingRelay = { readonly request: InboundRequest; readonly reply: Reply };

type WantedBody = Extract<RelayOrder, { readonly kind: "relay_want_body" }>;

/** The requests of one process that wait for the owner. */
export class AdminRelay {
  readonly part: Part;
  readonly #send: SendToOwner;
  readonly #waiting = new Map<number, WaitingRelay>();
  #lastId = 0;

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
    this.#waiting.delete(order.id);
    if (order.kind === "relay_cut") {
      waiting.reply.destroy();
      return;
    }
    waiting.reply.head(order.status, order.headers);
    // An answer without a body ends without one: a 204 must not have any.
    if (order.body.length === 0) waiting.reply.end();
    else waiting.reply.end(bufferOf(order.body));
  }

  /** The owner is gone: nobody waits for it any longer. */
  end(): void {
    for (const id of [...this.#waiting.keys()]) this.#lose(id);
  }

  #hand(request: InboundRequest, reply: Reply): undefined {
    if (this.#waiting.size >= MAX_WAITING) {
      refuse(reply, "Too many requests wait for the process that owns the gateway. Try again in a moment.");
      return;
    }
    this.#lastId += 1;
    const id = this.#lastId;
    this.#waiting.set(id, { request, reply });
    const { method, target, headers, remoteAddress } = request;
    const head = { method, target, headers: [...headers], remoteAddress };
    this.#say({ kind: "relay", id, head });
  }

  async #sendBody({ id, maxBytes }: WantedBody, request: InboundRequest): Promise<void> {
    try {
      this.#say({ kind: "relay_body", id, body: await readAdminBody(request, maxBytes) });
    } catch (error) {
      const { code, message } =
        error instanceof GatewayError ? error : new GatewayError("internal", { cause: error });
      this.#say({ kind: "relay_no_body", id, code, message });
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
    if (waiting !== undefined) refuse(waiting.reply, "The process that owns the gateway is gone.");
  }
}

function refuse(reply: Reply, message: string): void {
  const { status, row, code } = new GatewayError("overloaded");
  const body = Buffer.from(JSON.stringify({ error: { message, type: row.type, param: null, code } }));
  const length = String(body.length);
  reply.head(status, ["content-type", "application/json", "content-length", length, "retry-after", "1"]);
  reply.end(body);
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
