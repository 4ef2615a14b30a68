// Answers, in the owner, the requests for the admin API that serving processes hand over: by the same parts as if they had
// come to this process, with the address and the headers that the other one saw.

import { type ErrorCode, GatewayError } from "../../core/errors.ts";
import type { Log } from "../../core/summary.ts";
import type { Part } from "../../front.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { BodyLimits, FlatHeaders, InboundRequest, Reply } from "../../http/message.ts";
import { pathOf } from "../../wires/paths/router.ts";
import type { RelayedHead, RelayOrder, RelayReport } from "./relay-messages.ts";

/** A serving process, as far as it is answered. */
export type RelayPeer = { send(order: RelayOrder): void };

/** What is asked by all processes. */
export class RelayDesk {
  readonly #parts: readonly Part[];
  readonly #log: Log;
  /** Requests that wait for their body, by process and number. */
  readonly #reading = new Map<RelayPeer, Map<number, RelayedRequest>>();

  constructor(parts: readonly Part[], log: Log) {
    this.#parts = parts;
    this.#log = log;
  }

  /** Takes what a process hands over. Never throws. */
  take(report: RelayReport, peer: RelayPeer): void {
    if (report.kind === "relay") {
      void this.#answer(report.id, report.head, peer);
      return;
    }
    const request = this.#reading.get(peer)?.get(report.id);
    if (report.kind === "relay_body") request?.bodyCame(report.body);
    else request?.bodyFailed(report.code, report.message);
  }

  /** A process is gone: its bodies will not come. */
  leave(peer: RelayPeer): void {
    const reading = this.#reading.get(peer);
    this.#reading.delete(peer);
    for (const request of reading?.values() ?? []) request.bodyFailed("client_closed");
  }

  async #answer(id: number, head: RelayedHead, peer: RelayPeer): Promise<void> {
    const request = new RelayedRequest(head, (maxBytes) => {
      this.#noteReading(peer, id, request);
      peer.send({ kind: "relay_want_body", id, maxBytes });
    });
    const reply = new RelayedReply((order) => peer.send(order), id);
    try {
      const path = pathOf(head.target);
      await this.#parts.find((part) => part.takes(path, request))?.handle(request, reply);
      // A reload may have taken the part away a moment ago: its client is cut off and asks again.
      if (!reply.isClosed) reply.destroy();
    } catch (cause) {
      this.#log.error("internal", "A request could not even be refused.", {}, cause);
      reply.destroy();
    } finally {
      this.#reading.get(peer)?.delete(id);
    }
  }

  #noteReading(peer: RelayPeer, id: number, request: RelayedRequest): void {
    const reading = this.#reading.get(peer) ?? new Map<number, RelayedRequest>();
    this.#reading.set(peer, reading);
    reading.set(id, request);
  }
}

/** A request that came to another process. */
class RelayedRequest implements InboundRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: FlatHeaders;
  readonly remoteAddress: string;
  readonly #askForBody: (maxBytes: number) => void;
  readonly #body = Promise.withResolvers<Buffer>();

  constructor(head: RelayedHead, askForBody: (maxBytes: number) => void) {
    this.method = head.method;
    this.target = head.target;
    this.headers = head.headers;
    this.remoteAddress = head.remoteAddress;
    this.#askForBody = askForBody;
    // One that nobody reads may fail, and nobody is to be told.
    this.#body.promise.catch(() => undefined);
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  /** The other process keeps to the size, and has bounds of its own on the time. */
  readBody({ maxBytes }: Pick<BodyLimits, "maxBytes">): Promise<Buffer> {
    this.#askForBody(maxBytes);
    return this.#body.promise;
  }

  bodyCame(bytes: Uint8Array): void {
    this.#body.resolve(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  bodyFailed(code: ErrorCode, message?: string): void {
    this.#body.reject(new GatewayError(code, message === undefined ? {} : { message }));
  }
}

/** An answer that is collected and sent whole: those of the admin API are small. */
class RelayedReply implements Reply {
  readonly #send: (order: RelayOrder) => void;
  readonly #id: number;
  readonly #pieces: Buffer[] = [];
  #head: { readonly status: number; readonly headers: FlatHeaders } | undefined;
  #isClosed = false;

  constructor(send: (order: RelayOrder) => void, id: number) {
    this.#send = send;
    this.#id = id;
  }

  /** Until the whole is sent another head may take the place of this one. */
  get isHeadSent(): boolean {
    return this.#isClosed;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  head(status: number, headers: FlatHeaders): void {
    this.#head = { status, headers };
  }

  flush(): void {}

  write(chunk: Buffer): boolean {
    this.#pieces.push(chunk);
    return true;
  }

  end(chunk?: Buffer): void {
    if (this.#isClosed) return;
    if (this.#head === undefined) {
      this.destroy();
      return;
    }
    if (chunk !== undefined) this.#pieces.push(chunk);
    this.#isClosed = true;
    const { status, headers } = this.#head;
    const body = Buffer.concat(this.#pieces);
    this.#send({ kind: "relay_answer", id: this.#id, status, headers: [...headers], body });
  }

  destroy(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#send({ kind: "relay_cut", id: this.#id });
  }

  onDrain(): void {}

  onAbort(): void {}
}
