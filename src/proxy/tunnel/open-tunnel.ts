// The switch: the endpoint has left HTTP, now the client does, and a tunnel joins them. From here on nothing can be
// retried, as behind the first byte of an answer.

import type { Duplex } from "node:stream";
import type { ErrorCode } from "../../core/errors.ts";
import { type FlatHeaders, isUpgradeReply } from "../../http/message.ts";
import type { Target } from "../../routing/model.ts";
import { answerHeaders } from "../answer/answer-headers.ts";
import { redactedHeaders } from "../answer/redact.ts";
import { attemptsHeader } from "../answer/reply-error.ts";
import type { Call } from "../exchange/call.ts";
import { Tunnel, type TunnelEnd } from "./tunnel.ts";

/** The endpoint's side: its answer's headers and its connection. */
export type Switched = { readonly headers: FlatHeaders; readonly connection: Duplex };

const SWITCHING = 101;

/**
 * How long both sides may be silent, at least: people think longer than models do. A peer that is gone without a word is
 * found out by the system's probes long before.
 */
const MIN_IDLE_MS = 900_000;

const ERRORS_OF: Readonly<Record<TunnelEnd, ErrorCode | undefined>> = {
  closed: undefined,
  client_gone: "client_closed",
  endpoint_gone: "upstream_cut_off",
  silent: "request_timeout",
  client_stuck: "client_closed",
  endpoint_stuck: "upstream_idle_timeout",
};

/** Answers the client with the endpoint's switch, and joins the two. `onOver` is told once, with what went wrong. */
export function openTunnel(
  call: Call,
  target: Target,
  switched: Switched,
  onOver: (error: ErrorCode | undefined) => void,
): Tunnel | undefined {
  const { reply, services, exchange } = call;
  if (!isUpgradeReply(reply) || reply.isClosed) {
    switched.connection.destroy();
    onOver("client_closed");
    return undefined;
  }
  exchange.noteAnswer(target, SWITCHING);
  const client = reply.switchProtocols(headersOf(call, target, switched.headers));
  return new Tunnel(client, switched.connection, {
    clock: services.clock,
    idleMs: Math.max(MIN_IDLE_MS, target.timeouts.idleMs),
    stallMs: { client: call.world.writeStallMs, endpoint: target.timeouts.idleMs },
    onBytes: (from, count) => {
      if (from === "client") call.peek.bytesIn += count;
      else exchange.noteSent(count);
    },
    onOver: (end) => onOver(ERRORS_OF[end]),
  });
}

/** What the endpoint said of the switch, such as `Sec-WebSocket-Accept`, and what the gateway says of any answer. */
function headersOf(call: Call, target: Target, received: FlatHeaders): FlatHeaders {
  const { endpoint, upstreamModel } = target;
  const { exchange, fallbackName: fallback } = call;
  const { requestId } = exchange;
  const attempts = attemptsHeader(exchange, target);
  const marks = { endpoint: endpoint.name, upstreamModel, attempts, requestId, fallback };
  // A switch has no body: a length would be of nothing.
  return answerHeaders(redactedHeaders(received, endpoint, false), marks, true, exchange.commonHeaders);
}
