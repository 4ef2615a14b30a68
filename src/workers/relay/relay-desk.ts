// Answers, in the owner, the requests for the admin API that serving processes hand over: by the same parts as if they had
// come to this process, with the address and the headers that the other one saw.

import { type ErrorCode, GatewayError } from "../../core/errors.ts";
import type { Log } from "../../core/summary.ts";
import type { Part } from "../../front.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { BodyLimits, FlatHeaders, InboundRequest } from "../../http/message.ts";
import { pathOf } from "../../wires/paths/router.ts";
import type { RelayedHead, RelayOrder, RelayReport } from "./relay-messages.ts";
import { RelayedReply } from "./relayed-reply.ts";

/** A serving process, as far as it is answered. */
export type RelayPeer = { send(order: RelayOrder): void };

/** What is asked by all processes. */
export class RelayDesk {
  readonly #parts: readonly Part[];
  readonly #log: Log;
  /** Requests that wait for their body, and answers that come in pieces, by process and number. */
  readonly #reading = new Map<RelayPeer, Map<number, RelayedRequest>>();
  readonly #streaming = new Map<RelayPeer, Map<number, RelayedReply>>();

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
    if (report.kind === "relay_read" || report.kind === "relay_gone") {
      const reply = this.#streaming.get(peer)?.get(report.id);
      if (report.kind === "relay_read") reply?.wasRead(report.bytes);
      else reply?.wasLeft();
      return;
    }
    const request = this.#reading.get(peer)?.get(report.id);
    if (report.kind === "relay_body") request?.bodyCame(report.body);
    else request?.bodyFailed(report.code, report.message);
  }

  /** A process is gone: its bodies will not come, and nobody reads its answers. */
  leave(peer: RelayPeer): void {
    const streaming = this.#streaming.get(peer);
    this.#streaming.delete(peer);
    for (const reply of streaming?.values() ?? []) reply.wasLeft();
    const reading = this.#reading.get(peer);
    this.#reading.delete(peer);
    for (const request of reading?.values() ?? []) request.bodyFailed("client_closed");
  }

  async #answer(id: number, head: RelayedHead, peer: RelayPeer): Promise<void> {
    const request = new RelayedRequest(head, (maxBytes) => {
      noteIn(this.#reading, peer, id, request);
      peer.send({ kind: "relay_want_body", id, maxBytes });
    });
    const reply = new RelayedReply(id, {
      send: (order) => peer.send(order),
      began: (one) => noteIn(this.#streaming, peer, id, one),
      ended: () => this.#streaming.get(peer)?.delete(id),
    });
    try {
      const path = pathOf(head.target);
      await this.#parts.find((part) => part.takes(path, request))?.handle(request, reply);
      // A reload may have taken the part away a moment ago: its client is cut off and asks again.
      if (!reply.isClosed && !reply.isStreaming) reply.destroy();
    } catch (cause) {
      this.#log.error("internal", "A request could not even be refused.", {}, cause);
      reply.destroy();
    } finally {
      this.#reading.get(peer)?.delete(id);
    }
  }
}

function noteIn<T>(
  known: Map<RelayPeer, Map<number, T>>,
  peer: RelayPeer,
  ...[id, one]: readonly [number, T]
): void {
  const ofPeer = known.get(peer) ?? new Map<number, T>();
  known.set(peer, ofPeer);
  ofPeer.set(id, one);
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
