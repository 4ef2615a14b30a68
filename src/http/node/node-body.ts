// The body of a request, over `node:http`'s IncomingMessage.

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { BodySink, BodySource } from "../body-source.ts";

/** `node:http` starts to read again for each piece that is taken, unless this is set. */
type RestingSocket = Socket & {
  _paused?: boolean;
  readonly parser?: { pause?: () => void; resume: () => void } | null;
};

/** Implements `BodySource`. */
export class NodeBody implements BodySource {
  readonly #message: IncomingMessage;

  constructor(message: IncomingMessage) {
    this.#message = message;
  }

  pour(sink: BodySink): void {
    const message = this.#message;
    message.on("data", (piece: Buffer) => sink.onData(piece));
    message.on("end", () => sink.onEnd());
    message.on("error", (cause: Error) => sink.onBroken(cause));
    message.on("close", () => sink.onBroken(undefined));
  }

  drop(): void {
    this.#message.removeAllListeners("data");
    this.#message.resume();
  }

  rest(): void {
    const socket: RestingSocket = this.#message.socket;
    const { parser } = socket;
    // The engine has stopped reading for a reason of its own, and goes on by itself.
    if (socket._paused === true) return;
    socket._paused = true;
    // What the system was read for still comes, under TLS in many records: a parser at rest takes that for no HTTP.
    if (parser !== undefined && parser !== null) parser.pause = ignore;
    socket.pause();
    setImmediate(() => {
      socket._paused = false;
      // It has its own way to rest again, and goes on where it was put to rest before.
      delete parser?.pause;
      socket.parser?.resume();
      socket.resume();
    });
  }
}

function ignore(): void {}
