// The samples for nginx and Caddy in front of the gateway, in the proxies themselves where this machine has them: events
// come as they are sent, prompts larger than a mebibyte pass, and so do WebSockets.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { manual } from "../support/fakes/behaviours.ts";
import { frame, TEXT } from "../support/fakes/realtime-endpoint.ts";
import { joined, realtimeWorld } from "../support/fakes/realtime-world.ts";
import { isThere, PROXIES, startProxy } from "../support/proxies.ts";
import { ask, requestBytes, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

for (const proxy of PROXIES) {
  const { name } = proxy;
  const options = isThere(proxy) ? {} : { skip: `needs ${name}` };
  const start = async (t: TestContext, port: number): Promise<number> =>
    (await startProxy(t, proxy, [port])).port;

  test(
    `${name}: each event of a stream comes as it is sent, and silence cuts nothing`,
    options,
    async (t) => {
      const { fakes, port } = await worldFor(t, { endpoints: { a: {} } });
      const proxyPort = await start(t, port);
      const open = manual();
      fakes.a.script([open]);
      const wire = await wireFor(t, proxyPort);
      await wire.send(requestBytes(chat("m", { stream: true })));
      const exchange = await open.started;
      await exchange.head(200, ["content-type", "text/event-stream"]);
      assert.equal((await wire.head()).status, 200);
      for (const piece of ['data: {"first":1}\n\n', 'data: {"second":2}\n\n', "data: [DONE]\n\n"]) {
        // The next one is sent only when this one has come.
        await exchange.piece(piece);
        assert.ok((await wire.readUntil(piece)).endsWith(piece));
      }
      await exchange.finish();
    },
  );

  test(`${name}: a client that leaves is noticed at the endpoint`, options, async (t) => {
    const { fakes, port } = await worldFor(t, { endpoints: { a: {} } });
    const open = manual();
    fakes.a.script([open]);
    const wire = await wireFor(t, await start(t, port));
    await wire.send(requestBytes(chat("m", { stream: true })));
    const exchange = await open.started;
    await exchange.head(200, ["content-type", "text/event-stream"]);
    await wire.head();
    await exchange.piece('data: {"first":1}\n\n');
    await wire.readUntil('{"first":1}\n\n');
    wire.close();
    await exchange.closed();
  });

  test(`${name}: a prompt of three mebibytes passes, and the gateway's own words do`, options, async (t) => {
    const { port } = await worldFor(t, { endpoints: { a: {} } });
    const proxyPort = await start(t, port);
    const content = "x".repeat(3 * 1_024 * 1_024);
    const large = await ask(proxyPort, chat("m", { messages: [{ role: "user", content }] }));
    assert.equal(large.status, 200);
    const unknown = await ask(proxyPort, chat("nobody-has-it"));
    assert.equal(unknown.status, 404);
    assert.match(unknown.text, /model_not_found/);
  });

  test(`${name}: a WebSocket passes in both directions`, options, async (t) => {
    const { port, first } = await realtimeWorld(t);
    const { client, session } = await joined(t, await start(t, port), first);
    const sent = frame(TEXT, '{"type":"session.update"}', true);
    await client.send(sent);
    assert.deepEqual(await session.reader.exactly(sent.length), sent);
    const answered = frame(TEXT, '{"type":"session.updated"}');
    session.socket.write(answered);
    assert.deepEqual(await client.bytes(answered.length), answered);
  });
}
