// Connections to a peer that says when they end, breaks them, or is slower or faster than we are: what an outbound
// engine promises of them, at the seam. What becomes of requests then is held by the system tests.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import type { OutboundClient, OutboundFailure, OutboundRequest, Peer } from "../../../src/upstream/client.ts";
import { blackHole } from "../ports.ts";
import { GET, OPTIONS, Thrower } from "./outbound-rig.ts";

/** Notes the body, what failed, and stops the peer at the first piece where it is told to. */
class Reader extends Thrower {
  text = "";
  failure: OutboundFailure | undefined;
  readonly #isSlow: boolean;

  constructor(isSlow = false) {
    super(undefined);
    this.#isSlow = isSlow;
  }

  override onData(chunk: Buffer): boolean {
    super.onData(chunk);
    this.text += chunk.toString("latin1");
    return !this.#isSlow;
  }

  override onFailure(failure: OutboundFailure): void {
    this.failure = failure;
    super.onFailure(failure);
  }
}

/** A peer that does as it is told with each request of each connection. */
async function peerFor(t: TestContext, onRead: (socket: Socket, connection: number) => void) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    const connection = sockets.push(socket) - 1;
    socket.on("error", () => undefined);
    socket.on("data", () => onRead(socket, connection));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { peer: { origin: `http://127.0.0.1:${address.port}` }, sockets };
}

async function sent(
  client: OutboundClient,
  peer: Peer,
  request: OutboundRequest = GET,
  isFresh = false,
): Promise<Reader> {
  const reader = new Reader();
  client.send(client.open(peer), request, reader, { ...OPTIONS, isFresh });
  await reader.over;
  return reader;
}

function saying(fields: string, body = "ok"): string {
  return `HTTP/1.1 200 OK\r\n${fields}content-length: ${body.length}\r\n\r\n${body}`;
}

/** The cases; `clientFor` makes an engine that is closed with the test. */
export function testConnections(clientFor: (t: TestContext) => OutboundClient): void {
  for (const [hint, connections] of [
    ["keep-alive: timeout=60\r\n", 1],
    ["keep-alive: timeout=60, max=7\r\n", 1],
    ["keep-alive: timeout=1\r\n", 2],
    ["keep-alive: timeout=60, max=0\r\n", 2],
    ["connection: close\r\n", 2],
  ] as const) {
    test(`what a peer says of keeping its connection is heeded: ${hint.trim()}`, async (t) => {
      const { peer, sockets } = await peerFor(t, (socket) => socket.write(saying(hint)));
      const client = clientFor(t);
      for (let time = 0; time < 2; time += 1) assert.equal((await sent(client, peer)).text, "ok");
      assert.equal(sockets.length, connections);
    });
  }

  test("bytes that nobody asked for end the connection, and nobody sees them", async (t) => {
    const { peer, sockets } = await peerFor(t, (socket) => socket.write(saying("")));
    const client = clientFor(t);
    await sent(client, peer);
    const [first] = sockets;
    assert.ok(first !== undefined);
    first.write(saying("", "FORGED"));
    if (!first.closed) await new Promise((resolve) => first.once("close", resolve));
    assert.equal((await sent(client, peer)).text, "ok");
    assert.equal(sockets.length, 2);
  });

  test("a connection that is closed as it is used again is told as stale, a fresh one never", async (t) => {
    const served = new Set<number>();
    const { peer } = await peerFor(t, (socket, connection) => {
      if (served.has(connection)) socket.destroy();
      else socket.write(saying(""));
      served.add(connection);
    });
    const client = clientFor(t);
    await sent(client, peer);
    assert.equal((await sent(client, peer)).failure?.isStale, true);
    const silent = await peerFor(t, (socket) => socket.destroy());
    const { failure } = await sent(client, silent.peer, GET, true);
    assert.deepEqual([failure?.kind, failure?.isStale], ["reset", false]);
  });

  test("an answer that comes before the request was read is the answer, and its connection is not used again", async (t) => {
    const { peer, sockets } = await peerFor(t, (socket) => {
      if (socket.isPaused()) return;
      socket.pause();
      socket.write(saying("", "early"));
    });
    const client = clientFor(t);
    const body = Buffer.alloc(32 * 1024 * 1024, 120);
    const post: OutboundRequest = { method: "POST", path: "/", headers: [], body };
    const first = await sent(client, peer, post);
    assert.deepEqual([first.text, first.told.at(-1)], ["early", "onEnd"]);
    assert.equal((await sent(client, peer, post)).text, "early");
    assert.equal(sockets.length, 2);
  });

  test("trailers are dropped, and the connection behind them is good", async (t) => {
    const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nx-sum: 1\r\n\r\n";
    const { peer, sockets } = await peerFor(t, (socket) => socket.write(chunked));
    const client = clientFor(t);
    for (let time = 0; time < 2; time += 1) assert.equal((await sent(client, peer)).text, "ok");
    assert.equal(sockets.length, 1);
  });

  test("an answer that the connection's end ends is whole with a FIN, and cut with a reset", async (t) => {
    for (const [end, last] of [
      ["end", "onEnd"],
      ["resetAndDestroy", "onFailure"],
    ] as const) {
      const { peer } = await peerFor(t, (socket) => {
        socket.write("HTTP/1.1 200 OK\r\n\r\nsome", () => setImmediate(() => socket[end]()));
      });
      const reader = await sent(clientFor(t), peer);
      assert.match(reader.told.at(-1) ?? "", new RegExp(`^${last}`));
    }
  });

  test("a call that is dropped while it connects leaves no connecting", async (t) => {
    const hole = await blackHole();
    t.after(() => hole.close());
    const client = clientFor(t);
    const route = client.open({ origin: `http://127.0.0.1:${hole.port}` });
    const call = client.send(route, GET, new Reader(), { connectMs: 60_000 });
    const connecting = () => process.getActiveResourcesInfo().includes("ConnectWrap");
    while (!connecting()) await new Promise(setImmediate);
    call.cancel();
    while (connecting()) await new Promise(setImmediate);
  });

  test("a reader that is slow stops the peer, and gets everything in the end", async (t) => {
    const size = 32 * 1024 * 1024;
    const { peer, sockets } = await peerFor(t, (socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size, 120));
    });
    const client = clientFor(t);
    const reader = new Reader(true);
    const call = client.send(client.open(peer), GET, reader, OPTIONS);
    while (reader.text === "") await new Promise(setImmediate);
    for (let turn = 0; turn < 1_000; turn += 1) await new Promise(setImmediate);
    assert.ok(reader.text.length < 1024 * 1024, `${reader.text.length} bytes were passed on`);
    assert.ok((sockets[0]?.writableLength ?? 0) > 0, "the peer could write all of it");
    while (reader.told.at(-1) !== "onEnd") {
      call.resume();
      await new Promise(setImmediate);
    }
    assert.equal(reader.text.length, size);
  });

  test("a head without an end is given up at its bound", async (t) => {
    const { peer, sockets } = await peerFor(t, (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n");
      for (let line = 0; line < 200; line += 1) socket.write(`x-${line}: ${"v".repeat(1_000)}\r\n`);
    });
    const { failure } = await sent(clientFor(t), peer);
    assert.equal(failure?.kind, "bad_response");
    const [socket] = sockets;
    assert.ok(socket !== undefined);
    // By `once` of the events module a reset would be a failure of the test.
    if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
  });
}
