// A gateway in front of endpoints that speak WebSocket, and clients that ask it for a session.

import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { KeptLog } from "../kept-log.ts";
import { type ConfigObject, gatewayFor, type TestGateway } from "../start-gateway.ts";
import { type AnswerHead, requestBytes, type Wire, wireFor } from "../wire.ts";
import { acceptOf, type RealtimeEndpoint, realtimeFor, type Session } from "./realtime-endpoint.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** The headers of a handshake. */
export const HANDSHAKE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": KEY,
};

/** A gateway with its endpoints. */
export type RealtimeWorld = TestGateway & {
  readonly first: RealtimeEndpoint;
  readonly second: RealtimeEndpoint;
};

/**
 * Two endpoints, `a` and `b`, of which `a` comes first; and what the configuration says besides, of the whole and of
 * `a`.
 */
export async function realtimeWorld(
  t: TestContext,
  more: ConfigObject = {},
  ofFirst: Readonly<Record<string, unknown>> = {},
): Promise<RealtimeWorld> {
  const [first, second] = [await realtimeFor(t), await realtimeFor(t)];
  const endpoints = [
    { name: "a", base_url: first.url, api_key: "key-of-a", priority: 1, ...ofFirst },
    { name: "b", base_url: second.url, api_key: "key-of-b", priority: 2 },
  ];
  return { ...(await gatewayFor(t, { endpoints, ...more })), first, second };
}

/** A handshake that was sent; its answer is still to be read. */
export async function handshake(
  t: TestContext,
  port: number,
  headers: Readonly<Record<string, string>> = {},
  path = "/v1/realtime?model=m",
): Promise<Wire> {
  const wire = await wireFor(t, port);
  await wire.send(requestBytes({ path, headers: { ...HANDSHAKE, ...headers } }));
  return wire;
}

/** A client and an endpoint that speak to one another. */
export type Joined = { readonly client: Wire; readonly head: AnswerHead; readonly session: Session };

/** A session that is open. */
export async function joined(
  t: TestContext,
  port: number,
  endpoint: RealtimeEndpoint,
  headers: Readonly<Record<string, string>> = {},
): Promise<Joined> {
  const client = await handshake(t, port, headers);
  const head = await client.head();
  assert.equal(head.status, 101);
  assert.equal(head.header("sec-websocket-accept"), acceptOf(KEY));
  return { client, head, session: await endpoint.session() };
}

/** What the one log line says, in short. */
export async function logged(log: KeptLog): Promise<readonly unknown[]> {
  const { operation, model, endpoint, status, error, attempts } = await log.nextSummary();
  return [operation, model, endpoint, status, error, attempts.map(({ outcome }) => outcome).join()];
}
