// One `response.create` of a socket as a request like those of POST /v1/responses: it walks the same ten steps, whoever
// has sent it.

import type { GatewayError } from "../../core/errors.ts";
import { noRoom, tooLarge } from "../../http/body-reader.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { BodyLimits, BodyMeter, FlatHeaders, InboundRequest } from "../../http/message.ts";
import { queryOf } from "../../wires/paths/router.ts";
import type { CreateEvent } from "../../wires/socket/client-event.ts";
import { withoutSocketWord } from "../../wires/socket/socket-word.ts";
import type { TurnBody } from "../../wires/socket/turn-body.ts";

/** What a turn is besides its body. */
export type Turn = {
  readonly create: CreateEvent;
  readonly body: TurnBody;
  /** The endpoint that has the conversation, and that is asked first; undefined where none has. */
  readonly prefers: string | undefined;
};

/** Of the handshake, or of one body alone. */
const NOT_OF_A_TURN: ReadonlySet<string> = new Set([
  ..."connection upgrade sec-websocket-key sec-websocket-version sec-websocket-extensions".split(" "),
  ..."content-length content-type content-encoding transfer-encoding expect accept accept-encoding".split(
    " ",
  ),
  // It would be the same for all turns.
  "x-request-id",
]);
/** The headers of each turn on a socket that was opened by this handshake. */
export function turnHeaders(handshake: FlatHeaders): FlatHeaders {
  const headers = ["content-type", "application/json", "accept", "text/event-stream"];
  for (let at = 0; at + 1 < handshake.length; at += 2) {
    const [name = "", value = ""] = [handshake[at], handshake[at + 1]];
    if (NOT_OF_A_TURN.has(name)) continue;
    const kept = withoutSocketWord(name, value);
    if (kept !== "") headers.push(name, kept);
  }
  return headers;
}

/** The turn of a request; undefined for one that has not come over a socket, or that nothing can be made of. */
export function turnOf(request: InboundRequest): Turn | undefined {
  return request instanceof TurnRequest ? request.turn : undefined;
}

/** The request. */
export class TurnRequest implements InboundRequest {
  readonly method = "POST";
  readonly target: string;
  readonly headers: FlatHeaders;
  readonly remoteAddress: string;
  readonly turn: Turn | undefined;
  readonly #fault: GatewayError | undefined;

  /** `turn`: an error where what was sent is none, which is told when the body is read. */
  constructor(handshake: InboundRequest, headers: FlatHeaders, turn: Turn | GatewayError) {
    this.target = `/v1/responses${queryOf(handshake.target)}`;
    this.headers = headers;
    this.remoteAddress = handshake.remoteAddress;
    const isFault = turn instanceof Error;
    this.turn = isFault ? undefined : turn;
    this.#fault = isFault ? turn : undefined;
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  readBody(limits: BodyLimits, meter: BodyMeter): Promise<Buffer> {
    const bytes = this.turn?.body.body;
    if (bytes === undefined) return Promise.reject(this.#fault);
    if (bytes.length > limits.maxBytes) return Promise.reject(tooLarge(limits.maxBytes));
    if (!meter.take(bytes.length, true)) return Promise.reject(noRoom());
    meter.finish();
    return Promise.resolve(bytes);
  }
}
