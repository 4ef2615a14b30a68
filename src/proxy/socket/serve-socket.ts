// Opens a socket of Responses that is served here: the handshake, and the session behind it. Loaded when the first one is
// asked for.

import type { InboundRequest, UpgradeReply } from "../../http/message.ts";
import { FrameSocket, packingFor } from "../../http/websocket/frame-socket.ts";
import { acceptOf, keyOfHandshake } from "../../http/websocket/handshake.ts";
import { passedSubprotocols, subprotocolsOf } from "../../wires/headers/subprotocols.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { EndpointSockets } from "./endpoint-sockets.ts";
import { type AnswerRequest, SocketSession } from "./session.ts";

/** People think longer than models do: as for tunnels. */
const IDLE_MS = 900_000;
/** A client that is gone without a word is found out after twice as long. */
const HEARTBEAT_MS = 30_000;

/**
 * Answers the handshake of an exchange that was let in, and has each turn answered by `answer`.
 * @throws GatewayError bad_request, upgrade_required, overloaded
 */
export function serveSocket(exchange: Exchange, reply: UpgradeReply, answer: AnswerRequest): void {
  const { services, request, world } = exchange;
  services.overload.refuseHopeless();
  const key = keyOfHandshake(request);
  if (reply.isClosed) return;
  const { maxBytes } = world.bodyLimits;
  const packing = packingFor(request.header("sec-websocket-extensions"), maxBytes);
  const headers = switchHeaders(request, key, packing?.header);
  headers.push("x-request-id", exchange.requestId, ...exchange.commonHeaders);
  const connection = reply.switchProtocols(headers);
  const endpoints = new EndpointSockets(services.client, services.targets.sockets);
  const session = new SocketSession({
    services: { ...services, client: endpoints },
    handshake: request,
    answer,
    maxBytes,
    idleMs: IDLE_MS,
    onEnd: () => void endpoints.close(),
  });
  const rules = { isServer: true, maxBytes, heartbeatMs: HEARTBEAT_MS, stallMs: world.writeStallMs };
  session.begin(new FrameSocket(connection, rules, session, packing));
}

function switchHeaders(request: InboundRequest, key: string, packing: string | undefined): string[] {
  const headers: string[] = ["sec-websocket-accept", acceptOf(key)];
  const [subprotocol] = passedSubprotocols(subprotocolsOf(request.headers));
  if (subprotocol !== undefined) headers.push("sec-websocket-protocol", subprotocol);
  if (packing !== undefined) headers.push("sec-websocket-extensions", packing);
  return headers;
}
