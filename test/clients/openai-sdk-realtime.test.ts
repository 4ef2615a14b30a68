// Realtime as the official `openai` package speaks it: over `wss:` alone, so that the gateway needs a certificate.

import assert from "node:assert/strict";
import { once } from "node:events";
import { before, test } from "node:test";
import { setDefaultCACertificates } from "node:tls";
import { fileURLToPath } from "node:url";
import OpenAI from "openai";
import { OpenAIRealtimeWebSocket } from "openai/realtime/websocket";
import { CLOSE, frame, TEXT } from "../support/fakes/realtime-endpoint.ts";
import { realtimeWorld } from "../support/fakes/realtime-world.ts";
import { testAuthority } from "../support/tls.ts";

const fileOf = (name: string): string => fileURLToPath(new URL(`../support/certs/${name}`, import.meta.url));

// The package has no option for it: it opens the WebSocket of Node.
before(() => setDefaultCACertificates([testAuthority()]));

for (const engine of ["fast", "node"]) {
  test(`${engine}: a session by the package, with a client key, under a certificate of the gateway`, async (t) => {
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
  });
}
