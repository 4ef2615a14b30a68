// The reply to one request, over `node:http`'s ServerResponse.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { EngineShare } from "../listener/acceptor.ts";
import { framed, framedEnd } from "../listener/chunk-frame.ts";
import { endLingering } from "../listener/lingering.ts";
import { breakOff } from "../listener/reset.ts";
import type { FlatHeaders, Reply } from "../message.ts";

/** What shows that a client has taken everything, or never will. */
const READER_EVENTS = ["drain", "finish", "close"] as const;

/** Implements `Reply`. */
export class NodeReply implements Reply {
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #settings: EngineShare;
  /** A body was announced; whether all of it has come says the message. */
  isBodyExpected = false;
  #heldHead: { readonly status: number; readonly headers: FlatHeaders } | undefined;
  #stall: NodeJS.Timeout | undefined;
  #isHeadSet = false;
  #isFraming = false;
  /** The engine has the head, and writes it before anything that comes later. */
  #isHeadOut = false;
  #isDone = false;

  constructor(message: IncomingMessage, response: ServerResponse, settings: EngineShare) {
    this.#settings = settings;
    this.#message = message;
    this.#response = response;
    // A broken client connection is an abort, seen on 'close'; without a listener it would be an exception.
    response.on("error", ignore);
    message.on("error", ignore);
  }

  get isHeadSent(): boolean {
    return this.#response.headersSent && this.#isHeadSet;
  }

  get isClosed(): boolean {
    return this.#response.destroyed || this.#response.closed || this.#isDone;
  }

  head(status: number, headers: FlatHeaders): void {
    if (this.#isHeadSet || this.isClosed) return;
    this.#isHeadSet = true;
    // The body may have come in one piece with its head and be read in a moment: then the connection can be kept.
    if (this.#isBodyDue) this.#heldHead = { status, headers };
    else this.#writeHead(status, headers);
  }

  /** Asks a client that waits for it to send the body. */
  sendContinue(): void {
    if (!this.#isHeadSet && !this.isClosed) this.#response.writeContinue();
  }

  get #isBodyDue(): boolean {
    return this.isBodyExpected && !this.#message.complete;
  }

  #writeHead(status: number, headers: FlatHeaders): void {
    this.#isFraming = this.#canFrame(status, headers);
    const all = this.#isFraming ? [...headers, "transfer-encoding", "chunked"] : (headers as string[]);
    const isLast = this.#settings.isDraining || this.#isBodyDue;
    // `writeHead` keeps the head until the first byte of body, so that both leave in one segment.
    this.#response.writeHead(status, isLast ? this.#asLast(all) : all);
    // The head says chunked, and from here on the chunks are framed by us: the engine is to add nothing.
    if (this.#isFraming) this.#response.chunkedEncoding = false;
  }

  #writeHeldHead(): void {
    const held = this.#heldHead;
    if (held === undefined) return;
    this.#heldHead = undefined;
    this.#writeHead(held.status, held.headers);
  }

  /** The last answer on its connection: what still comes, such as a body that nobody wants, is dropped for a moment. */
  #asLast(headers: readonly string[]): string[] {
    const { socket } = this.#message;
    this.#settings.closing.add(socket);
    // The engine calls this when the answer is out; its own way cuts a client that is still sending.
    socket.destroySoon = () => {
      this.#message.resume();
      endLingering(socket);
    };
    return headers.includes("close") ? [...headers] : [...headers, "connection", "close"];
  }

  /** Only a body without a length is framed, and only for a client that knows chunks (RFC 9112 §6.1). */
  #canFrame(status: number, headers: FlatHeaders): boolean {
    const { method, httpVersionMinor } = this.#message;
    if (httpVersionMinor === 0 || method === "HEAD" || status === 204 || status === 304) return false;
    for (let index = 0; index < headers.length; index += 2)
      if (headers[index] === "content-length") return false;
    return true;
  }

  flush(): void {
    if (!this.#isHeadSet || this.isClosed) return;
    this.#writeHeldHead();
    this.#response.flushHeaders();
    this.#isHeadOut = true;
  }

  write(chunk: Buffer): boolean {
    if (this.isClosed) return true;
    this.#writeHeldHead();
    if (this.#writePieces(chunk)) return true;
    this.#awaitReader();
    return false;
  }

  end(chunk?: Buffer): void {
    if (this.isClosed) return;
    this.#isDone = true;
    if (this.#heldHead === undefined) this.#finish(chunk);
    // Runs when the parser is through with what arrived together with the head.
    else setImmediate(() => this.#finish(chunk));
  }

  #finish(chunk: Buffer | undefined): void {
    if (this.#response.destroyed) return;
    this.#writeHeldHead();
    this.#response.end(this.#isFraming ? framedEnd(chunk) : chunk);
    // Nearly always the kernel has taken everything by now, and there is nothing to wait for.
    if (this.#response.socket?.writableLength !== 0) this.#awaitReader();
  }

  #writePieces(chunk: Buffer): boolean {
    const response = this.#response;
    if (!this.#isFraming) return response.write(chunk);
    const { socket } = response;
    // Once the head has left, a frame goes straight to the socket: the engine would cork it for a turn of its queue,
    // which costs as much as all the rest of passing an event on. Until then, and while corked, order wants the engine.
    const isDirect = this.#isHeadOut && socket !== null && socket.writableCorked === 0;
    this.#isHeadOut = true;
    let canTakeMore = true;
    for (const piece of framed(chunk)) canTakeMore = isDirect ? socket.write(piece) : response.write(piece);
    // The engine tells of a drain only where it wrote itself.
    if (isDirect && !canTakeMore) socket.once("drain", () => response.emit("drain"));
    return canTakeMore;
  }

  /**
   * What was written is not all with the kernel: the client has a limited time to make room for it, or its
   * connection is cut, which is an abort like any other. No timer runs for a client that reads.
   */
  #awaitReader(): void {
    const response = this.#response;
    if (this.#stall !== undefined || response.destroyed) return;
    const { socket } = response;
    if (socket === null) return;
    // A reset, since the kernel would go on for minutes trying to deliver what is left.
    const timer = setTimeout(() => breakOff(socket), this.#settings.stallMs);
    this.#stall = timer;
    const stop = (): void => {
      clearTimeout(timer);
      this.#stall = undefined;
      for (const event of READER_EVENTS) response.off(event, stop);
    };
    for (const event of READER_EVENTS) response.on(event, stop);
  }

  /** The connection goes on without this reply. */
  protected leave(): void {
    this.#isDone = true;
  }

  destroy(): void {
    this.#isDone = true;
    // To a client of HTTP/1.0 an end in order is the end of the body: only a reset tells it otherwise.
    if (this.#message.httpVersionMinor === 0) breakOff(this.#message.socket);
    this.#response.destroy();
  }

  onDrain(listener: () => void): void {
    this.#response.on("drain", listener);
  }

  onAbort(listener: () => void): void {
    if (this.#response.closed && !this.#response.writableFinished) {
      listener();
      return;
    }
    this.#response.once("close", () => {
      if (!this.#response.writableFinished) listener();
    });
  }
}

function ignore(): void {}
