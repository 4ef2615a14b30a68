// The answer to a warm-up: a socket's client sends instructions, tools and what was said, and wants nothing written yet.
// No endpoint that is asked over HTTP knows of such a thing: it would write, and be paid for it.

import { warmUpEvents } from "../../wires/socket/server-events.ts";
import type { Call } from "../exchange/call.ts";

const MS_PER_SECOND = 1_000;

/** Answers as an endpoint with a socket of its own would. What was sent stays with the socket. */
export function replyWithWarmUp(call: Call): void {
  const { reply, exchange, services, modelName } = call;
  const id = `resp_${crypto.randomUUID().replaceAll("-", "")}`;
  const seconds = Math.floor(services.clock.wallMs() / MS_PER_SECOND);
  const events = warmUpEvents(id, modelName, seconds).flatMap((event) => [DATA, event, BLANK]);
  const body = Buffer.concat(events);
  reply.head(200, ["content-type", "text/event-stream", "x-request-id", exchange.requestId]);
  reply.end(body);
  exchange.noteOwnAnswer(200, body.length);
}

const DATA = Buffer.from("data: ");
const BLANK = Buffer.of(0x0a, 0x0a);
