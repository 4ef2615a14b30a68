// What an endpoint sends on a socket of its own, many events in one write, as they are read at once.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { WebSocket } from "ws";
import { connectionOf, eventsOf, says, socketEndpointFor } from "../support/fakes/socket-endpoint.ts";
import { socketFor } from "../support/socket-client.ts";
import { gatewayFor } from "../support/start-gateway.ts";

/** Has what is sent leave in one write. */
function together(socket: WebSocket, send: () => void): void {
  const connection = connectionOf(socket);
  connection.cork();
  send();
  connection.uncork();
}

test("what an endpoint sends at once arrives as if it came apart: an end, an end behind words, what follows", async (t) => {
  const endpoint = await socketEndpointFor(t);
  const { port, log } = await gatewayFor(t, { endpoints: [{ name: "a", base_url: endpoint.url }] });
  const client = await socketFor(t, port);
  const types = async (): Promise<unknown[]> => {
    const events = await client.create({ model: "m", input: "x" });
    return events.map(({ type }) => type);
  };
  endpoint.answer = (frame, socket, number) =>
    together(socket, () => {
      says(frame, socket, number);
      socket.send('{"type":"response.output_text.delta","delta":"nobody asked"}');
      if (number === 1) socket.close(1000);
    });
  const whole = eventsOf({}, 1).map(({ type }) => type);
  for (let turn = 0; turn < 3; turn += 1) {
    assert.deepEqual(await types(), whole);
    assert.equal((await log.nextSummary()).status, 200);
  }
  assert.equal(endpoint.handshakes.length, 2);
  endpoint.answer = (frame, socket, number) =>
    together(socket, () => {
      for (const event of eventsOf(frame, number).slice(0, 3)) socket.send(JSON.stringify(event));
      socket.close(1000);
    });
  assert.deepEqual(await types(), [...whole.slice(0, 3), "error"]);
  assert.equal((await log.nextSummary()).error, "upstream_cut_off");
  endpoint.answer = (frame, socket, number) =>
    together(socket, () => {
      for (const event of eventsOf(frame, number).slice(0, 2)) socket.send(JSON.stringify(event));
      socket.send(Buffer.from('{"type":"response.completed","response":{"id":"\xff"}}', "latin1"), {
        binary: false,
      });
    });
  const broken = await types();
  assert.equal(broken.at(-1), "error");
  assert.equal(broken.includes("response.completed"), false);
  await endpoint.until(() => endpoint.sockets.at(-1)?.readyState === 3);
  endpoint.answer = says;
  assert.deepEqual(await types(), whole);
});
