// Requests to leave HTTP: what an outbound engine promises of them.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type TestContext, test } from "node:test";
import { createServer as createTlsServer } from "node:tls";
import type { FlatHeaders } from "../../../src/http/message.ts";
import type { OutboundClient, OutboundFailure, Peer, UpgradeHandler } from "../../../src/upstream/client.ts";
import { ForwardProxy } from "../../../src/upstream/forward-proxy.ts";
import { forwardProxyFor } from "../fakes/forward-proxy.ts";
import { headerOf, SocketReader } from "../socket-reader.ts";
import { certificate, testAuthority } from "../tls.ts";

const REQUEST = { method: "GET", path: "/echo", headers: ["x-mine", "1"], protocol: "echo" };
const OPTIONS = { connectMs: 5_000 };
const SWITCH =
  "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: Echo\r\nx-said: yes\r\n\r\n";

/** What a handler was told, until it was told the last. */
class Told implements UpgradeHandler {
  readonly words: string[] = [];
  connection: Duplex | undefined;
  readonly over: Promise<void>;
  readonly #onSwitch: (() => void) | undefined;
  #resolve = (): void => {};

  constructor(onSwitch?: () => void) {
    this.#onSwitch = onSwitch;
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onHead(status: number, headers: FlatHeaders): void {
    this.words.push(`head ${status} ${headerOf(headers, "x-said") ?? ""}`);
  }

  onData(chunk: Buffer): boolean {
    this.words.push(`data ${chunk}`);
    return true;
  }

  onEnd(): void {
    this.#end("end");
  }

  onFailure({ kind, reason }: OutboundFailure): void {
    this.#end(`failure ${kind} ${reason}`);
  }

  onSwitch(headers: FlatHeaders, connection: Duplex): void {
    this.connection = connection;
    this.#end(`switch ${headerOf(headers, "x-said")}`);
    this.#onSwitch?.();
  }

  onThrow(): void {
    this.words.push("throw");
  }

  #end(word: string): void {
    this.words.push(word);
    this.#resolve();
  }
}

type Peers = { readonly peer: Peer; readonly heads: string[]; readonly sockets: Socket[] };

/** A peer that writes these bytes behind each head, and leaves the rest to the test. */
async function peerFor(t: TestContext, bytes: string, isTls = false): Promise<Peers> {
  const heads: string[] = [];
  const sockets: Socket[] = [];
  const serve = (socket: Socket): void => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.once("data", (head: Buffer) => {
      heads.push(head.toString("latin1").toLowerCase());
      socket.write(bytes);
    });
  };
  const server = isTls
    ? createTlsServer({ ...certificate("good"), allowHalfOpen: true }, serve)
    : createServer({ allowHalfOpen: true }, serve);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const scheme = isTls ? "https" : "http";
  const origin = `${scheme}://127.0.0.1:${address.port}`;
  return { peer: { origin, caPem: isTls ? testAuthority() : undefined }, heads, sockets };
}

/** Asks, and waits for what comes of it. */
async function asked(client: OutboundClient, peer: Peer, told = new Told()): Promise<Told> {
  client.upgrade(client.open(peer), REQUEST, told, OPTIONS);
  await told.over;
  return told;
}

/** The cases; `clientFor` makes an engine that is closed with the test. */
export function testOutboundUpgrades(clientFor: (t: TestContext) => OutboundClient): void {
  test("a switch gives the connection, with what came behind the head, and may be half-open", async (t) => {
    const { peer, heads, sockets } = await peerFor(t, `${SWITCH}early`);
    const told = await asked(clientFor(t), peer);
    assert.deepEqual(told.words, ["switch yes"]);
    assert.match(heads[0] ?? "", /^get \/echo http\/1\.1\r\n/);
    for (const line of ["connection: upgrade", "upgrade: echo", "x-mine: 1"])
      assert.equal(heads[0]?.split(`${line}\r\n`).length, 2, line);
    const { connection } = told;
    assert.ok(connection !== undefined);
    const reader = new SocketReader(connection);
    connection.resume();
    assert.equal((await reader.exactly(5)).toString(), "early");
    const [socket] = sockets;
    assert.ok(socket !== undefined);
    socket.end("last");
    assert.equal((await reader.toEnd()).toString(), "last");
    const heard = once(socket, "data");
    connection.end("answer");
    assert.equal(String(await heard), "answer");
  });

  test("over TLS a switch gives what is under it, both ways", async (t) => {
    const { peer, sockets } = await peerFor(t, `${SWITCH}early`, true);
    const { words, connection } = await asked(clientFor(t), peer);
    assert.deepEqual(words, ["switch yes"]);
    const [socket] = sockets;
    assert.ok(connection !== undefined && socket !== undefined);
    const [ours, theirs] = [new SocketReader(connection), new SocketReader(socket)];
    connection.resume();
    assert.equal((await ours.exactly(5)).toString(), "early");
    const large = Buffer.alloc(500_000, "x");
    connection.write(large);
    assert.deepEqual(await theirs.exactly(large.length), large);
    socket.end("last");
    assert.equal((await ours.toEnd()).toString(), "last");
    connection.end();
    await theirs.ended();
  });

  for (const isTls of [false, true]) {
    test(`a switch through a forward proxy goes by a tunnel, ${isTls ? "with" : "without"} TLS inside`, async (t) => {
      const proxy = await forwardProxyFor(t, { credentials: "u:p" });
      const { peer, heads, sockets } = await peerFor(t, `${SWITCH}early`, isTls);
      const through = { ...peer, proxy: new ForwardProxy(new URL(proxy.url("u:p"))) };
      const { words, connection } = await asked(clientFor(t), through);
      assert.deepEqual(words, ["switch yes"]);
      assert.deepEqual(proxy.tunnels, [new URL(peer.origin).host]);
      assert.match(heads[0] ?? "", /^get \/echo http\/1\.1\r\n/);
      assert.ok(!heads[0]?.includes("proxy-authorization"));
      const [socket] = sockets;
      assert.ok(connection !== undefined && socket !== undefined);
      const [ours, theirs] = [new SocketReader(connection), new SocketReader(socket)];
      connection.resume();
      assert.equal((await ours.exactly(5)).toString(), "early");
      connection.write("question");
      assert.equal((await theirs.exactly(8)).toString(), "question");
      socket.end("last");
      assert.equal((await ours.toEnd()).toString(), "last");
      connection.end();
    });
  }

  test("a proxy that talks in a plain tunnel unasked is asked a time or two, not for ever", async (t) => {
    for (const mood of ["talk", "talk-later"] as const) {
      const proxy = await forwardProxyFor(t);
      proxy.mood = mood;
      const through = { origin: "http://other.example", proxy: new ForwardProxy(new URL(proxy.url())) };
      const { words } = await asked(clientFor(t), through);
      assert.match(words.join(), /^failure (?:proxy_failed|connect_failed|bad_response) /, mood);
      assert.ok(proxy.tunnels.length <= 2, `${mood}: ${proxy.tunnels.length}`);
    }
  });

  test("each such request has a connection of its own, and no other request gets that", async (t) => {
    const { peer, sockets } = await peerFor(t, SWITCH);
    const client = clientFor(t);
    await asked(client, peer);
    await asked(client, peer);
    assert.equal(sockets.length, 2);
  });

  test("a refusal is an answer like any other", async (t) => {
    const { peer } = await peerFor(t, "HTTP/1.1 403 No\r\nx-said: no\r\ncontent-length: 4\r\n\r\nbody");
    const told = await asked(clientFor(t), peer);
    assert.deepEqual(told.words, ["head 403 no", "data body", "end"]);
  });

  test("a switch to something else, or to nothing, is a failure, and the connection is closed", async (t) => {
    for (const upgrade of ["upgrade: other\r\n", ""]) {
      const head = `HTTP/1.1 101 X\r\nconnection: upgrade\r\n${upgrade}\r\n`;
      const { peer, sockets } = await peerFor(t, head);
      const told = await asked(clientFor(t), peer);
      assert.deepEqual(told.words, ["failure bad_response SWITCHING_PROTOCOLS"]);
      const [socket] = sockets;
      assert.ok(socket !== undefined);
      await new SocketReader(socket).ended();
    }
  });

  test("a call that is dropped before the switch closes its connection, and is told nothing", async (t) => {
    const { peer, heads, sockets } = await peerFor(t, "");
    const client = clientFor(t);
    const told = new Told();
    const call = client.upgrade(client.open(peer), REQUEST, told, OPTIONS);
    while (heads.length === 0) await new Promise(setImmediate);
    const [socket] = sockets;
    assert.ok(socket !== undefined);
    call.cancel();
    await new SocketReader(socket).ended();
    assert.deepEqual(told.words, []);
  });

  test("a handler that throws at the switch is told so, and its connection is closed", async (t) => {
    const { peer, sockets } = await peerFor(t, SWITCH);
    const told = new Told(() => {
      throw new Error("canary");
    });
    await asked(clientFor(t), peer, told);
    const [socket] = sockets;
    assert.ok(socket !== undefined);
    await new SocketReader(socket).ended();
    assert.deepEqual(told.words, ["switch yes", "throw"]);
  });

  test("nobody there is a failure like that of any request", async (t) => {
    const told = await asked(clientFor(t), { origin: "http://127.0.0.1:1" });
    assert.deepEqual(told.words, ["failure connect_failed ECONNREFUSED"]);
  });
}
