// One socket at an endpoint that speaks Responses over sockets itself, open for as long as the client's: turns one after
// the other, each told to its handler as the answer to a request by HTTP would be.

import { isUtf8 } from "node:buffer";
import type { Duplex } from "node:stream";
import { CLOSE_CODES, FrameSocket } from "../../http/websocket/frame-socket.ts";
import type { OutboundHandler } from "../../upstream/client.ts";
import { tellFailure, tellThrown } from "../../upstream/telling.ts";
import { isLastEvent } from "../../wires/socket/answer-watch.ts";
import {
  asStreamEvents,
  type EndpointRefusal,
  refusalIn,
  responseIdIn,
} from "../../wires/socket/endpoint-events.ts";
import { EventTypes } from "../../wires/socket/event-types.ts";

/** An endpoint's events are no longer than its answers. */
const MAX_EVENT_BYTES = 64 * 1024 * 1024;
const HEARTBEAT_MS = 30_000;

/** What becomes of a turn. */
export type EndpointTurn = {
  readonly handler: OutboundHandler;
  /** Asked before a refusal is told: true where the turn is sent again, by whoever has sent it. */
  readonly isSentAgain: (refusal: EndpointRefusal) => boolean;
};

const NOTHING = Buffer.alloc(0);
const STREAM_HEAD = ["content-type", "text/event-stream"];

/** The socket. */
export class EndpointSocket {
  /** The response that it has told last, which can be gone on from. */
  lastId: string | undefined = undefined;
  readonly #socket: FrameSocket;
  readonly #onFree: (socket: EndpointSocket) => void;
  readonly #types = new EventTypes();
  #turn: EndpointTurn | undefined;
  #hasHead = false;
  #turns = 0;

  /** `onFree`: told after each turn, and when it is closed. */
  constructor(connection: Duplex, stallMs: number, onFree: (socket: EndpointSocket) => void) {
    this.#onFree = onFree;
    const bounds = { maxBytes: MAX_EVENT_BYTES, heartbeatMs: HEARTBEAT_MS, stallMs };
    this.#socket = new FrameSocket(
      connection,
      { ...bounds, isServer: false, isUnchecked: true },
      {
        onBytes: () => undefined,
        onTexts: (texts) => this.#onEvents(texts),
        onBinary: () => this.#break("BINARY_FRAME"),
        onDrain: () => undefined,
        onClose: () => this.#onClose(),
      },
    );
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  /** Asks for a response; one at a time. */
  ask(frame: Buffer, turn: EndpointTurn): void {
    this.#turn = turn;
    this.#hasHead = false;
    this.#turns += 1;
    this.lastId = undefined;
    this.#socket.send(frame);
  }

  /** Goes on after the handler has asked for a pause. */
  resume(): void {
    this.#socket.resume();
  }

  /** Nobody wants the rest of an answer: there is no word for that but the socket's end. Nothing where it is over. */
  abandon(handler: OutboundHandler): void {
    if (this.#turn?.handler === handler) this.cut();
  }

  /** Closes it; a turn under way hears nothing more. */
  cut(): void {
    this.#turn = undefined;
    this.#socket.cut();
  }

  /** What was read at once goes on at once. */
  #onEvents(events: readonly Buffer[]): void {
    const turn = this.#turn;
    // Nobody has asked for what comes between two turns.
    if (turn === undefined) return;
    const types = events.map((event) => this.#types.of(event));
    if (types[0] === "error" && !this.#hasHead) {
      this.#refuse(turn, refusalIn(events[0] ?? NOTHING));
      return;
    }
    const last = types.findIndex(isLastEvent);
    const isEnd = last !== -1;
    if (isEnd && types[last] !== "error") this.lastId = responseIdIn(events[last] ?? NOTHING);
    // An event ends in what is no part of a character, so that all of them are seen at once.
    const stream = isEnd ? asStreamEvents(events.slice(0, last + 1), types) : asStreamEvents(events, types);
    if (!isUtf8(stream)) {
      this.#socket.close(CLOSE_CODES.notUtf8);
      return;
    }
    this.#tell(turn, () => {
      if (!this.#hasHead) turn.handler.onHead(200, STREAM_HEAD);
      this.#hasHead = true;
      // What the handler has thrown away meanwhile is nobody's.
      if (this.#turn === turn && !turn.handler.onData(stream)) this.#socket.pause();
      if (isEnd && this.#turn === turn) this.#end(turn);
    });
  }

  #refuse(turn: EndpointTurn, refusal: EndpointRefusal): void {
    this.#turn = undefined;
    if (turn.isSentAgain(refusal)) return;
    this.#tell(turn, () => {
      turn.handler.onHead(refusal.status, refusal.headers);
      turn.handler.onData(refusal.body);
      turn.handler.onEnd();
    });
    this.#onFree(this);
  }

  #end(turn: EndpointTurn): void {
    this.#turn = undefined;
    this.#socket.resume();
    turn.handler.onEnd();
    this.#onFree(this);
  }

  #break(reason: string): void {
    const turn = this.#turn;
    this.cut();
    if (turn !== undefined) tellFailure(turn.handler, { kind: "bad_response", reason, isStale: false });
  }

  #onClose(): void {
    const turn = this.#turn;
    this.#turn = undefined;
    this.#onFree(this);
    if (turn === undefined) return;
    // Just as it was used again: the endpoint may not have seen the turn.
    const isStale = this.#turns > 1 && !this.#hasHead;
    tellFailure(turn.handler, { kind: "reset", reason: "SOCKET_CLOSED", isStale });
  }

  #tell(turn: EndpointTurn, tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.cut();
      tellThrown(turn.handler, error);
    }
  }
}
