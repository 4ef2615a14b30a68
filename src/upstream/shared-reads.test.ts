// Tests of shared-reads.ts, over real connections.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { Condition } from "../../test/support/condition.ts";
import { type ReadTaker, SharedReads } from "./shared-reads.ts";

/** A connection that is read by these, and the peer's end of it. */
async function joined(t: TestContext, reads: SharedReads, taker: ReadTaker): Promise<[Socket, Socket]> {
  const server = createServer();
  t.after(() => server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted = once(server, "connection");
  const port = (server.address() as AddressInfo).port;
  const socket: Socket = connect({ host: "127.0.0.1", port, onread: reads.option(taker, () => socket) });
  const [peer] = (await accepted) as [Socket];
  t.after(() => {
    socket.destroy();
    peer.destroy();
  });
  return [socket, peer];
}

test("what one connection has brought stays as it is when another one is read", async (t) => {
  const reads = new SharedReads();
  const taken: Buffer[] = [];
  const came = new Condition();
  const taker = (read: Buffer): boolean => {
    taken.push(read);
    came.notify();
    return true;
  };
  const [one, two] = [await joined(t, reads, taker), await joined(t, reads, taker)];
  const sent = ["first", "2".repeat(3_000), "third", "4".repeat(2_000), "5".repeat(7_000), "sixth"];
  for (const [index, text] of sent.entries()) {
    const [, peer] = index % 2 === 0 ? one : two;
    peer.write(text);
    const until = sent.slice(0, index + 1).join("").length;
    await came.until(() => Buffer.concat(taken).length === until);
  }
  assert.equal(Buffer.concat(taken).toString(), sent.join(""));
});

test("what the taker does not take is read of the socket, which may be paused meanwhile", async (t) => {
  let isTaken = true;
  let taken = "";
  const came = new Condition();
  const reads = new SharedReads();
  const [socket, peer] = await joined(t, reads, (read) => {
    if (!isTaken) return false;
    taken += String(read);
    came.notify();
    return true;
  });
  peer.write("mine");
  await came.until(() => taken === "mine");
  isTaken = false;
  let got = 0;
  socket.pause();
  peer.write("x".repeat(1_000_000));
  socket.on("data", (bytes: Buffer) => {
    got += bytes.length;
    socket.pause();
    setImmediate(() => socket.resume());
    came.notify();
  });
  socket.resume();
  await came.until(() => got === 1_000_000);
  const ended = once(socket, "end");
  peer.end();
  await ended;
  assert.equal(taken, "mine");
});
