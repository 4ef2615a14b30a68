// One socket of Responses, served here: what its client sends becomes turns, which run one after the other in each lane,
// each as a request of its own. It keeps what was said, since endpoints do not.

import { GatewayError } from "../../core/errors.ts";
import { runAtOnce, SLICE_BYTES } from "../../core/slices.ts";
import type { InboundRequest } from "../../http/message.ts";
import { CLOSE_CODES, type FrameHandler, type FrameSocket } from "../../http/websocket/frame-socket.ts";
import type { DrainedSocket } from "../../http/websocket/open-sockets.ts";
import { type ClientEvent, type CreateEvent, readClientEvent } from "../../wires/socket/client-event.ts";
import { SocketConversation } from "../../wires/socket/conversation.ts";
import { errorOfGateway, steerRefused } from "../../wires/socket/server-events.ts";
import { turnBody } from "../../wires/socket/turn-body.ts";
import type { BodyHold } from "../admit/body-room.ts";
import type { Services } from "../exchange/services.ts";
import { TurnReply } from "./turn-reply.ts";
import { type Turn, TurnRequest, turnHeaders } from "./turn-request.ts";

/** Has one request answered; as `handle` of `handle.ts`. */
export type AnswerRequest = (
  services: Services,
  request: InboundRequest,
  reply: TurnReply,
) => Promise<void> | undefined;

/** What a session is made of. */
export type SocketParts = {
  readonly services: Services;
  readonly handshake: InboundRequest;
  readonly answer: AnswerRequest;
  /** Of a text, and of what is kept of a conversation. */
  readonly maxBytes: number;
  readonly idleMs: number;
  /** Told once, when it is over. */
  readonly onEnd: () => void;
};

/** Turns that run beside one another. */
const MAX_LANES = 16;
/** Frames that wait: for one before them to be read, or for a turn to end. */
const MAX_WAITING = 32;

/** A `response.create`, or why nothing can be made of what was sent. */
type WantedTurn = { readonly create: CreateEvent | GatewayError; readonly hold: BodyHold };

/** One socket. */
export class SocketSession implements FrameHandler, DrainedSocket {
  readonly #parts: SocketParts;
  readonly #headers: readonly string[];
  readonly #conversation: SocketConversation;
  readonly #kept: BodyHold;
  /** Of a text that has not come whole. */
  readonly #coming: BodyHold;
  /** By lane: what waits behind the turn that runs there. */
  readonly #lanes = new Map<string | undefined, WantedTurn[]>();
  readonly #running = new Set<TurnReply>();
  #inbox: { readonly frame: Buffer | GatewayError; readonly hold: BodyHold }[] = [];
  #waiting = 0;
  #isReading = false;
  #isDraining = false;
  #socket: FrameSocket | undefined;
  #idle: NodeJS.Timeout | undefined;

  constructor(parts: SocketParts) {
    this.#parts = parts;
    const { bodies } = parts.services.overload;
    this.#headers = turnHeaders(parts.handshake.headers);
    this.#conversation = new SocketConversation(parts.maxBytes);
    this.#kept = bodies.open();
    this.#coming = bodies.open();
    this.#coming.onShed = () => this.#socket?.close(CLOSE_CODES.tryAgain, "no room for this message");
  }

  /** The connection is there. */
  begin(socket: FrameSocket): void {
    this.#socket = socket;
    this.#parts.services.sockets.add(this);
    this.#rest();
  }

  onBytes(count: number): void {
    if (this.#coming.take(count, false)) return;
    this.#socket?.close(CLOSE_CODES.tryAgain, "no room for this message");
  }

  onTexts(texts: readonly Buffer[]): void {
    for (const text of texts) if (this.#socket?.isOpen === true) this.#take(text);
  }

  onBinary(): void {
    const message = "Events are JSON in frames of text; this frame is binary.";
    this.#take(new GatewayError("invalid_json", { message }));
  }

  onDrain(): void {
    for (const reply of this.#running) reply.drained();
  }

  onClose(): void {
    clearTimeout(this.#idle);
    this.#parts.services.sockets.delete(this);
    for (const { hold } of this.#inbox) hold.release();
    for (const waiting of this.#lanes.values()) for (const { hold } of waiting) hold.release();
    this.#inbox = [];
    this.#lanes.clear();
    this.#coming.release();
    this.#kept.release();
    // Each tells its departure, which stops what is done for it.
    for (const reply of this.#running) reply.abort();
    this.#parts.onEnd();
  }

  drain(): void {
    this.#isDraining = true;
    this.#endIfDrained();
  }

  #take(frame: Buffer | GatewayError): void {
    this.#coming.release();
    clearTimeout(this.#idle);
    const hold = this.#parts.services.overload.bodies.open();
    if (this.#waiting >= MAX_WAITING || (Buffer.isBuffer(frame) && !hold.take(frame.length, true))) {
      this.#socket?.send(errorOfGateway(tooMany()));
      return;
    }
    hold.finish();
    this.#waiting += 1;
    this.#inbox.push({ frame, hold });
    if (!this.#isReading) void this.#read();
  }

  /** Reads what has come, in its order: a large frame takes several turns of the event loop. */
  async #read(): Promise<void> {
    this.#isReading = true;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      const { frame, hold } = next;
      try {
        if (!Buffer.isBuffer(frame)) throw frame;
        const { slices } = this.#parts.services.overload;
        const work = readClientEvent(frame);
        const event = frame.length <= SLICE_BYTES ? runAtOnce(work) : await slices.run(work);
        this.#dispatch(event, hold);
      } catch (error) {
        this.#want(undefined, { create: asError(error), hold });
      }
    }
    this.#isReading = false;
    this.#rest();
  }

  #dispatch(event: ClientEvent, hold: BodyHold): void {
    if (event.kind === "create") {
      this.#want(event.create.lane, { create: event.create, hold });
      return;
    }
    this.#waiting -= 1;
    hold.release();
    this.#socket?.send(steerRefused(event.previousId, event.input));
  }

  /** Runs it when those before it in its lane are over. */
  #want(lane: string | undefined, wanted: WantedTurn): void {
    if (this.#socket?.isOpen !== true) {
      wanted.hold.release();
      return;
    }
    const waiting = this.#lanes.get(lane);
    if (waiting !== undefined) {
      waiting.push(wanted);
      return;
    }
    if (this.#lanes.size < MAX_LANES) {
      this.#lanes.set(lane, []);
      void this.#runLane(this.#socket, lane, wanted);
      return;
    }
    this.#waiting -= 1;
    wanted.hold.release();
    this.#socket.send(errorOfGateway(tooMany()));
  }

  async #runLane(socket: FrameSocket, lane: string | undefined, first: WantedTurn): Promise<void> {
    for (let next: WantedTurn | undefined = first; next !== undefined; ) {
      this.#waiting -= 1;
      await this.#run(socket, lane, next);
      next = this.#lanes.get(lane)?.shift();
    }
    this.#lanes.delete(lane);
    this.#rest();
  }

  /** One turn, from its beginning to its end. Never rejects. */
  async #run(socket: FrameSocket, lane: string | undefined, { create, hold }: WantedTurn): Promise<void> {
    const { services, handshake, answer } = this.#parts;
    const turn = create instanceof Error ? create : this.#turnOf(create);
    const request = new TurnRequest(handshake, this.#headers, turn);
    const reply = new TurnReply(socket, lane);
    this.#running.add(reply);
    try {
      await answer(services, request, reply);
    } catch (cause) {
      services.log.error("internal", "A turn of a socket could not even be refused.", {}, cause);
    }
    reply.destroy();
    // Until here the frame is held as well as the body that was made of it.
    hold.release();
    this.#running.delete(reply);
    if (!(turn instanceof Error)) this.#keep(turn, reply);
  }

  #turnOf(create: CreateEvent): Turn | GatewayError {
    const { previousId, isStored } = create;
    const said = previousId === undefined ? undefined : this.#conversation.said(previousId);
    if (previousId !== undefined && said === undefined && !isStored) return notFound(previousId);
    try {
      return { create, body: turnBody(create, said), prefers: said?.endpoint };
    } catch (error) {
      return asError(error);
    }
  }

  /** Keeps what a turn has added, where all that was said before it is known. */
  #keep({ create, body }: Turn, reply: TurnReply): void {
    const { id, items } = reply.watch;
    const { previousId, standing, isWarmUp } = create;
    const isKnown = previousId === undefined || this.#conversation.said(previousId) !== undefined;
    if (id === undefined || body.items === undefined || !isKnown || this.#socket?.isOpen !== true) return;
    this.#conversation.add(id, {
      previousId,
      // Copies: what is kept must not keep the frame that it came in.
      items: [...body.items.map((item) => Buffer.from(item)), ...items],
      standing: isWarmUp ? standing : new Map(),
      endpoint: reply.endpoint,
    });
    this.#count();
  }

  /** Has the room for bodies know of what is kept; the oldest goes where others need the room. */
  #count(): void {
    const { bodies } = this.#parts.services.overload;
    const conversation = this.#conversation;
    while (conversation.bytes > this.#kept.bytes) {
      const more = conversation.bytes - this.#kept.bytes;
      if (bodies.hasRoomToKeep(more) && this.#kept.take(more, true)) return;
      conversation.forgetOldest();
    }
    this.#kept.shrinkTo(conversation.bytes);
  }

  /** Nothing is under way: the time of an idle socket begins. */
  #rest(): void {
    if (this.#lanes.size > 0 || this.#isReading || this.#socket?.isOpen !== true) return;
    if (this.#endIfDrained()) return;
    clearTimeout(this.#idle);
    this.#idle = setTimeout(
      () => this.#socket?.close(CLOSE_CODES.normal, "nothing was asked for too long"),
      this.#parts.idleMs,
    );
  }

  #endIfDrained(): boolean {
    if (!this.#isDraining || this.#lanes.size > 0 || this.#isReading) return false;
    this.#socket?.close(CLOSE_CODES.goingAway, "the gateway is stopping");
    return true;
  }
}

function asError(error: unknown): GatewayError {
  return error instanceof GatewayError ? error : new GatewayError("internal", { cause: error });
}

function tooMany(): GatewayError {
  const message =
    "The socket has as many events waiting as it may, or the gateway has no room for this one. Wait for the responses under way.";
  return new GatewayError("overloaded", { message });
}

function notFound(id: string): GatewayError {
  const message = `Previous response with id '${id}' not found on this socket. Send all of the input again, without previous_response_id.`;
  return new GatewayError("previous_response_not_found", { message, param: "previous_response_id" });
}
