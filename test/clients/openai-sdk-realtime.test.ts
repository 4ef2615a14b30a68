// Realtime as the official `openai` package speaks it: over `wss:` alone, so that the gateway needs a certificate.

import assert from "node:assert/strict";
import { once } from "node:events";
import { before, type TestContext, test } from "node:test";
import { setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { ENGINE_NAMES, type EngineName } from "../../src/config/schema/engine-name.ts";
import { CLOSE, frame, TEXT } from "../support/fakes/realtime-endpoint.ts";
import { realtimeWorld } from "../support/fakes/realtime-world.ts";
import { testAuthority } from "../support/tls.ts";

const fileOf = (name: string): string => fileURLToPath(new URL(`../support/certs/${name}`, import.meta.url));

// The package has no option for it: it opens the WebSocket of Node.
before(() => setDefaultCACertificates([testAuthority()]));

/** What is another in each handshake. */
const CHANCE = /^(?:host|sec-websocket-key|x-oai-gateway-hops)$/i;

test("a session by the package, under a certificate of the gateway, opened by the same bytes on both engines", async (t) => {
  const heads: (readonly string[])[] = [];
  for (const engine of ENGINE_NAMES)
    await t.test(engine, async (inner) => {
      heads.push(await headOfSession(inner, engine));
    });
  assert.deepEqual(heads[0], heads[1]);
});

/** Has a session with a client key from its beginning to its end, and gives the head that the endpoint got. */
async function headOfSession(t: TestContext, engine: EngineName): Promise<readonly string[]> {
  const tls = { cert_file: fileOf("good.crt"), key_file: fileOf("good.key") };
  const { url, first } = await realtimeWorld(t, { server: { engine, tls, api_keys: ["sk-caller"] } });
  const openai = new OpenAI({ baseURL: url, apiKey: "sk-caller" });
  const session = new OpenAIRealtimeWebSocket({ model: "m" }, openai);
  const opened = once(session.socket, "open");
  const { request, socket, reader } = await first.session();
  assert.equal(request.headers["authorization"], "Bearer key-of-a");
  assert.equal(request.headers["sec-websocket-protocol"], "realtime");
  await opened;
  const said = new Promise((done) => session.on("event", done));
  socket.write(frame(TEXT, '{"type":"session.created"}'));
  assert.deepEqual(await said, { type: "session.created" });
  session.send({ type: "response.create" });
  // As a client sends it: masked, by a key of its own.
  const text = '{"type":"response.create"}';
  const sent = await reader.exactly(6 + text.length);
  assert.deepEqual([sent[0], sent[1]], [0x80 | TEXT, 0x80 | text.length]);
  const closed = once(session.socket, "close");
  session.close();
  await reader.exactly(6 + 2 + "OK".length);
  socket.end(frame(CLOSE, Buffer.from([0x03, 0xe8])));
  await closed;
  const { method, url: target, rawHeaders } = request;
  return [`${method} ${target}`, ...rawHeaders.map((text, at) => (isChance(rawHeaders, at) ? "*" : text))];
}

function isChance(raw: readonly string[], at: number): boolean {
  return at % 2 === 1 && CHANCE.test(raw[at - 1] ?? "");
}
