// What the engine could not read as HTTP is answered with an error that clients can read where that is still possible,
// and the connection is closed.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { GatewayError } from "../../core/errors.ts";
import { refuse } from "./refusal.ts";

/** What `node:http` keeps on a socket: the answer that is being written, or whose turn it is. */
export type BusySocket = Socket & {
  readonly _httpMessage?: (ServerResponse & { readonly req: IncomingMessage }) | null;
};

type ParseError = Error & { readonly code?: string };

/** Makes the listener of the engine's 'clientError'. */
export function refuserOfBrokenHttp(): (error: ParseError, socket: Socket) => void {
  const waiting = new WeakSet<Socket>();
  return (error, socket) => {
    // It was refused already and sends on: what comes is dropped until it closes or its time is up.
    if (waiting.has(socket) || (socket.writableEnded && !socket.destroyed)) return;
    if (error.code === "ECONNRESET" || !socket.writable) {
      socket.destroy();
      return;
    }
    const refusal = new GatewayError(codeOf(error), { cause: error });
    const { _httpMessage: answer } = socket as BusySocket;
    if (answer?.req.complete === true) {
      // An earlier request waits for its answer: ours must not be taken for that.
      waiting.add(socket);
      afterAnswers(socket, () => refuse(socket, refusal));
      return;
    }
    // An answer is under way on this connection: a second head would corrupt it.
    if (answer?.headersSent === true) socket.destroy();
    else refuse(socket, refusal);
  };
}

/** Whether no answer is due on a connection. */
export function isFree({ _httpMessage: answer }: BusySocket): boolean {
  return answer === null || answer === undefined;
}

/** Runs once every request that was read has its answer, unless the connection is gone by then. */
export function afterAnswers(socket: Socket, run: () => void): void {
  const { _httpMessage: answer } = socket as BusySocket;
  if (socket.destroyed || !socket.writable) return;
  if (answer === null || answer === undefined) run();
  else answer.once("close", () => afterAnswers(socket, run));
}

function codeOf(error: ParseError): "headers_too_large" | "request_timeout" | "bad_request" {
  if (error.code === "HPE_HEADER_OVERFLOW") return "headers_too_large";
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") return "request_timeout";
  return "bad_request";
}
