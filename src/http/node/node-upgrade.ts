// The reply to a request that offers to leave HTTP/1.1, over a socket that the engine's parser has let go of. A refusal
// is an answer like any other, the last one of its connection; the switch hands the socket over.

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { EngineShare } from "../listener/acceptor.ts";
import { endLingering } from "../listener/lingering.ts";
import type { FlatHeaders, UpgradeReply } from "../message.ts";
import { holdReading } from "./held-reading.ts";
import { NodeReply } from "./node-reply.ts";

const SWITCHING = 101;

/** What a request offers to switch to, in lower case; undefined where it offers nothing, several, or has a body. */
export function offerOf(message: IncomingMessage): string | undefined {
  // Offers in HTTP/1.0 are to be ignored (RFC 9110 §7.8).
  if (message.httpVersionMinor === 0) return undefined;
  let offer: string | undefined;
  let isOffered = false;
  const { rawHeaders } = message;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? "").toLowerCase();
    const value = (rawHeaders[index + 1] ?? "").trim().toLowerCase();
    if (name === "upgrade") {
      if (offer !== undefined) return undefined;
      offer = value;
    } else if (name === "connection") isOffered ||= /(?:^|,)\s*upgrade\s*(?:,|$)/.test(value);
    // What follows the head would be the body, and not what is switched to.
    else if (name === "transfer-encoding" || (name === "content-length" && value !== "0")) return undefined;
  }
  return isOffered ? offer : undefined;
}

/** Implements `UpgradeReply`. */
export class NodeUpgradeReply extends NodeReply implements UpgradeReply {
  readonly #socket: Socket;
  readonly #stopReading: () => readonly Buffer[];
  readonly #handOver: (headers: FlatHeaders) => void;

  /** `rest`: what was read behind the head. */
  constructor(message: IncomingMessage, rest: Buffer, protocol: string, settings: EngineShare) {
    const { ServerResponse } = process.getBuiltinModule("node:http");
    const { socket } = message;
    const response = new ServerResponse(message);
    // The connection has no parser any more: whatever is answered is the last of it.
    const { stallMs, closing } = settings;
    super(message, response, { stallMs, closing, isDraining: true });
    this.#socket = socket;
    response.assignSocket(socket);
    // The engine has set the time of an idle connection.
    socket.setTimeout(0);
    // What breaks the connection has closed it by then.
    socket.on("error", () => undefined);
    this.#stopReading = holdReading(socket, rest, () => response.emit("drain"));
    response.once("finish", () => {
      response.detachSocket(socket);
      // What still comes is nobody's; held, it would stop the reading, and a reset overtake the refusal.
      this.#stopReading();
      endLingering(socket);
    });
    this.#handOver = (headers) => {
      response.writeHead(SWITCHING, ["connection", "Upgrade", "upgrade", protocol, ...headers]);
      response.flushHeaders();
      response.detachSocket(socket);
    };
  }

  switchProtocols(headers: FlatHeaders): Duplex {
    const socket = this.#socket;
    this.#handOver(headers);
    this.leave();
    const held = this.#stopReading();
    socket.pause();
    if (held.length > 0) socket.unshift(Buffer.concat(held));
    return socket;
  }
}
