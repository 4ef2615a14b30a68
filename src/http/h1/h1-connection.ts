// One connection of a client: heads are read where they are plain, one request is at work at a time, and its answer is
// out before the next one is looked at. A connection with anything else on it goes to another engine, for good.

import type { Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import type { EngineShare } from "../listener/acceptor.ts";
import { endLingering } from "../listener/lingering.ts";
import { refuse } from "../listener/refusal.ts";
import type { RequestListener } from "../message.ts";
import { readDirectly } from "./direct-reads.ts";
import { H1Body } from "./h1-body.ts";
import { H1Reply, type ReplyConnection } from "./h1-reply.ts";
import { H1Request } from "./h1-request.ts";
import { HEAD_END_LENGTH, HeadBytes } from "./head-bytes.ts";
import { hasRequestLine, type PlainHead, readPlainHead } from "./request-head.ts";
import type { HeadEnd } from "./response-head.ts";
import type { WriteRound } from "./write-round.ts";

/** What all connections of an engine share; may change while they are open. */
export interface ConnectionShare extends EngineShare {
  readonly onRequest: RequestListener;
  readonly round: WriteRound;
  readonly maxHeadBytes: number;
  readonly headMs: number;
  readonly keepAliveMs: number;
  /** On a steady scale. */
  nowMs(): number;
  dateLine(): string;
  /** Gives a connection, and what was read of it, to another engine. */
  handOver(socket: Socket, read: Buffer | undefined): void;
  /** The connection is not this engine's any more. */
  forget(connection: H1Connection): void;
}

/** A head that comes in more reads than this is left to an engine that reads it byte by byte. */
const MAX_HEAD_READS = 2;
/** What a plain request begins with. */
const PLAIN = ["GET /", "POST /"];
/** Bytes held while an answer is due, after which reading pauses; one read comes on top. */
const MAX_HELD_BYTES = 64 * 1024;

/** Longer ones have something in them that is another each time. */
const MAX_KEPT_TARGET = 128;

/** Serves one connection. */
export class H1Connection implements ReplyConnection {
  readonly socket: Socket;
  readonly #share: ConnectionShare;
  readonly #remoteAddress: string;
  /** What was read and is not served yet. */
  readonly #held = new HeadBytes();
  #headReads = 0;
  /** The target of the last POST: nearly every request of a connection has the same. */
  #target = "";
  /** The request at work. */
  #reply: H1Reply | undefined;
  #body: H1Body | undefined;
  #isLastAsked = false;
  #isLast = false;
  /** Since when a head, or another request, is waited for. */
  #waitingSinceMs: number;
  #hasServed = false;
  readonly #stopReading: () => void;
  readonly #onEnd = (): void => this.#ended();
  readonly #onClose = (): void => this.#closed();
  readonly #onDrain = (): void => this.#reply?.drained();

  constructor(socket: Socket, share: ConnectionShare) {
    this.socket = socket;
    this.#share = share;
    this.#remoteAddress = socket.remoteAddress ?? "";
    this.#waitingSinceMs = share.nowMs();
    this.#stopReading = readDirectly(socket, (read) => this.#take(read));
    socket.on("end", this.#onEnd).on("close", this.#onClose).on("drain", this.#onDrain);
    // What breaks a connection has closed it by then.
    socket.on("error", ignore);
  }

  /** Whether no answer is due. */
  get isFree(): boolean {
    return this.#reply === undefined;
  }

  get stallMs(): number {
    return this.#share.stallMs;
  }

  get round(): WriteRound {
    return this.#share.round;
  }

  /** Ends a connection on which nothing, or half a head, has come for too long. */
  checkTime(nowMs: number): void {
    if (this.#reply !== undefined || this.#share.closing.has(this.socket)) return;
    const waitedMs = nowMs - this.#waitingSinceMs;
    if (this.#held.length === 0 && this.#hasServed) {
      if (waitedMs >= this.#share.keepAliveMs) this.socket.destroy();
    } else if (waitedMs >= this.#share.headMs) this.#refuse(new GatewayError("request_timeout"));
  }

  #refuse(error: GatewayError): void {
    this.#share.closing.add(this.socket);
    refuse(this.socket, error);
  }

  #take(read: Buffer): void {
    if (this.#share.closing.has(this.socket)) {
      // What still comes of the last request's body is its reader's, and everything else nobody's.
      this.#body?.take(read);
      return;
    }
    if (this.#body !== undefined && !this.#body.isWhole) {
      const rest = this.#body.take(read);
      if (rest !== undefined) this.#hold(rest);
      return;
    }
    this.#hold(read);
    if (this.#reply === undefined) this.#readHead();
  }

  #hold(read: Buffer): void {
    if (this.#held.length === 0 && this.#reply === undefined) this.#waitingSinceMs = this.#share.nowMs();
    this.#held.add(read);
    if (this.#reply !== undefined && this.#held.length > MAX_HELD_BYTES) this.socket.pause();
  }

  /** Looks at what is held: a head, a part of one, or something for another engine. */
  #readHead(): void {
    const held = this.#held;
    if (held.length === 0) return;
    const end = held.end();
    const { maxHeadBytes } = this.#share;
    if (end === -1) {
      this.#headReads += 1;
      const isWaited = this.#headReads < MAX_HEAD_READS && held.length < maxHeadBytes;
      if (isWaited && held.mayBecome(PLAIN)) return;
    }
    const isWithin = end !== -1 && end <= maxHeadBytes - HEAD_END_LENGTH;
    const text = isWithin ? held.text(end) : undefined;
    const head = text === undefined ? undefined : readPlainHead(text, this.#target);
    if (head !== undefined) this.#serve(head, held.take(end + HEAD_END_LENGTH));
    else if (text === undefined || hasRequestLine(text)) this.#handOver();
    else this.#refuse(new GatewayError("bad_request"));
  }

  #serve(head: PlainHead, read: Buffer | undefined): void {
    const body = new H1Body(head.length, head.isChunked, this.socket);
    const reply = new H1Reply(this);
    this.#headReads = 0;
    if (head.method === "POST" && head.target !== this.#target) this.#target = kept(head.target);
    this.#isLastAsked = head.isLast;
    this.#body = body;
    this.#reply = reply;
    const rest = read === undefined || body.isWhole ? read : body.take(read);
    if (rest !== undefined) this.#hold(rest);
    try {
      this.#share.onRequest(new H1Request(head, body, this.#remoteAddress), reply);
    } catch {
      reply.destroy();
    }
  }

  /** What the head of the answer says of the connection: it is kept only behind a body that has come whole. */
  headEnd(isClosing: boolean): HeadEnd {
    const { isDraining, keepAliveMs } = this.#share;
    const isOurs = isDraining || this.#body?.isWhole === false;
    this.#isLast = isClosing || isOurs || this.#isLastAsked;
    if (this.#isLast) this.#share.closing.add(this.socket);
    const connection = isOurs ? "ours" : this.#isLastAsked ? "theirs" : Math.floor(keepAliveMs / 1_000);
    return { date: this.#share.dateLine(), connection };
  }

  onAnswered(): void {
    this.#reply = undefined;
    this.#hasServed = true;
    if (this.#isLast) {
      this.#body?.drop();
      endLingering(this.socket);
      return;
    }
    this.#body = undefined;
    this.#waitingSinceMs = this.#share.nowMs();
    if (this.#held.length === 0) {
      // A body that nobody has read stopped the reading when enough of it was held.
      if (this.socket.isPaused()) this.socket.resume();
      return;
    }
    // A turn of the loop between two answers: a thousand short ones in one go would keep everybody waiting.
    setImmediate(() => this.#next());
  }

  /** The next request that is held, unless one has come meanwhile and begun it: then its answer is waited for. */
  #next(): void {
    const { socket } = this;
    if (socket.destroyed || this.#reply !== undefined || this.#share.closing.has(socket)) return;
    if (this.#held.length === 0) return;
    socket.resume();
    this.#readHead();
  }

  #handOver(): void {
    const { socket } = this;
    this.#stopReading();
    socket.off("end", this.#onEnd).off("close", this.#onClose).off("drain", this.#onDrain);
    socket.off("error", ignore);
    this.#share.forget(this);
    this.#share.handOver(socket, this.#held.take());
  }

  /** The client sends no more: it has left, as clients of HTTP leave, but what is written to it may still be read. */
  #ended(): void {
    const { closing } = this.#share;
    if (this.#reply?.isClosed === false) this.socket.destroy();
    else if (this.#headReads > 0 && !closing.has(this.socket)) this.#refuse(new GatewayError("bad_request"));
    else {
      closing.add(this.socket);
      this.socket.end();
    }
  }

  #closed(): void {
    this.#share.forget(this);
    this.#body?.breakOff(undefined);
    this.#reply?.gone();
  }
}

/** Not a part of its head, which would be kept with it: as a text of its own it is also looked up faster. */
function kept(target: string): string {
  return target.length > MAX_KEPT_TARGET ? "" : Buffer.from(target, "latin1").toString("latin1");
}

function ignore(): void {}
