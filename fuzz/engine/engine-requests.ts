// What the inbound engine sees: a real connection of it over a socket that is none, whose requests are read and
// answered as they come.

import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import { systemClock } from "../../src/core/clock.ts";
import { runAtOnce } from "../../src/core/slices.ts";
import { type ConnectionShare, H1Connection } from "../../src/http/h1/h1-connection.ts";
import { WriteRound } from "../../src/http/h1/write-round.ts";
import type { BodyLimits, BodyMeter, InboundRequest, Reply } from "../../src/http/message.ts";
import type { Random } from "../random.ts";
import { fieldLines, type Reading, type SeenMessage } from "./reading.ts";

/** A head may be as long in `node:http`. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Turns of the event loop in which nothing happens, after which nothing will. */
const QUIET_TURNS = 3;
const ENDLESS_MS = 2 ** 30;
const LIMITS: BodyLimits = {
  maxBytes: 2 ** 40,
  idleMs: ENDLESS_MS,
  totalMs: ENDLESS_MS,
  minBytesPerSecond: 0,
  clock: systemClock,
};

/** What the engine has seen, and what it has left to the other engine. */
export type EngineReading = Reading & {
  /** The bytes that were handed over, in latin1. */
  readonly handedOver: string | undefined;
  /** What must never be, whatever came. */
  readonly fault: string | undefined;
};

/** Reads requests, piece by piece, with or without a turn of the event loop between two pieces. */
export async function engineRequests(pieces: readonly Buffer[], random: Random): Promise<EngineReading> {
  const talk = new EngineTalk(random);
  const { socket } = talk;
  for (const piece of pieces) {
    if (socket.isPaused()) await untilQuiet(talk);
    if (socket.isPaused() || talk.isOver) break;
    // The engine undoes a coding in place.
    socket.emit("data", Buffer.from(piece));
    if (random.chance(20)) await setImmediate();
  }
  await untilQuiet(talk);
  const reading = talk.reading;
  socket.destroy();
  // Promises of bodies that never came whole.
  await Promise.resolve();
  return reading;
}

async function untilQuiet(talk: EngineTalk): Promise<void> {
  let before = -1;
  // Mostly one turn is enough: nothing was held when the answer left.
  for (let quiet = 0; quiet < QUIET_TURNS && before !== talk.events; quiet += 1) {
    before = talk.events;
    await setImmediate();
    if (talk.events !== before) quiet = 0;
  }
}

/** One connection to the engine. */
class EngineTalk implements ConnectionShare {
  readonly socket = new FakeSocket();
  readonly closing = new WeakSet<Socket>();
  readonly round = new WriteRound();
  readonly maxHeadBytes = MAX_HEAD_BYTES;
  readonly headMs = ENDLESS_MS;
  readonly keepAliveMs = 5_000;
  readonly stallMs = ENDLESS_MS;
  readonly isDraining = false;
  events = 0;
  /** What must never be, whatever came. */
  fault: string | undefined;
  readonly #random: Random;
  readonly #whole: SeenMessage[] = [];
  #begun: SeenMessage | undefined;
  #end: "refused" | "waiting" | "left" = "waiting";
  #handedOver: string | undefined;

  constructor(random: Random) {
    this.#random = random;
    new H1Connection(this.socket as unknown as Socket, this);
  }

  get isOver(): boolean {
    return this.#end !== "waiting";
  }

  nowMs(): number {
    return 0;
  }

  dateLine(): string {
    return "";
  }

  forget(): void {}

  handOver(_socket: Socket, read: Buffer | undefined): void {
    this.#handedOver = read?.toString("latin1") ?? "";
    this.#end = "left";
  }

  onRequest = (asked: InboundRequest, reply: Reply): void => {
    const { method, target, headers } = asked;
    const isLast = asked.header("connection")?.toLowerCase() === "close";
    const head = { start: `${method} ${target}`, fields: fieldLines(headers), isLast };
    this.events += 1;
    if (this.#begun !== undefined) this.fault = `${head.start} while another one is at work`;
    this.#begun = { ...head, body: "" };
    if (this.#random.chance(10)) {
      this.#answer({ ...head, body: undefined }, reply);
      return;
    }
    Promise.resolve(asked.readBody(LIMITS, new Meter())).then(
      (body) => {
        const bytes = Buffer.isBuffer(body) ? body : runAtOnce(body.inOnePiece());
        this.#answer({ ...head, body: bytes.toString("latin1") }, reply);
      },
      () => {
        this.events += 1;
        this.#end = "refused";
        reply.destroy();
      },
    );
  };

  /** At once or a turn of the event loop later. */
  #answer(message: SeenMessage, reply: Reply): void {
    const answer = (): void => {
      this.events += 1;
      reply.head(200, ["content-length", "0"]);
      this.socket.written = "";
      reply.end();
      const isKept = this.socket.written.includes("keep-alive");
      if (!isKept) this.#end = "left";
      // Before the body is whole, the answer is the last one.
      if (message.body === undefined && !isKept) return;
      this.#whole.push(message);
      this.#begun = undefined;
    };
    if (this.#random.chance(70)) answer();
    else {
      this.events += 1;
      setImmediate().then(answer);
    }
  }

  get reading(): EngineReading {
    const isStuck = this.socket.isPaused() && this.#end === "waiting";
    const fault = this.fault ?? (isStuck ? "it reads no more, and nobody will have it read on" : undefined);
    const end = this.#end === "waiting" && this.socket.destroyed ? "refused" : this.#end;
    return { whole: this.#whole, begun: this.#begun, end, handedOver: this.#handedOver, fault };
  }
}

class Meter implements BodyMeter {
  onShed: (() => void) | undefined;

  take(): boolean {
    return true;
  }

  finish(): void {}

  release(): void {}
}

/** As much of a socket as the engine needs. */
class FakeSocket extends EventEmitter {
  readonly remoteAddress = "127.0.0.1";
  readonly writableLength = 0;
  destroyed = false;
  #isPaused = false;
  written = "";

  pause(): this {
    this.#isPaused = true;
    return this;
  }

  isPaused(): boolean {
    return this.#isPaused;
  }

  resume(): this {
    this.#isPaused = false;
    return this;
  }

  write(bytes: Buffer): boolean {
    this.written += bytes.toString("latin1");
    return true;
  }

  cork(): void {}

  uncork(): void {}

  end(): this {
    return this;
  }

  destroy(): this {
    if (this.destroyed) return this;
    this.destroyed = true;
    this.emit("close");
    return this;
  }
}
