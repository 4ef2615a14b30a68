// Tests of reach.ts over real sockets: several addresses, some of them dead.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { blackHole, deadPort } from "../../../test/support/ports.ts";
import { AddressBook } from "./address-book.ts";
import type { NameSource } from "./name-source.ts";
import { reach } from "./reach.ts";

/** A book whose one name has these addresses. */
function bookOf(addresses: readonly string[]): AddressBook {
  const source: NameSource = {
    lookUp: async () => addresses,
    ask: async () => ({ addresses, ttlMs: 30_000 }),
    isOwn: async () => false,
    close: () => undefined,
  };
  return new AddressBook(source);
}

/** A listener on 127.0.0.1; gives its port and what was accepted. */
async function listener(t: TestContext) {
  const accepted: Socket[] = [];
  const server = createServer((socket) => accepted.push(socket.on("error", () => undefined)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    for (const socket of accepted) socket.destroy();
    server.close();
  });
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  return { port: address.port, accepted };
}

function reached(book: AddressBook, port: number): Promise<Socket | Error> {
  return new Promise((resolve) => {
    reach(book, { hostname: "a.example", port }, (error, socket) => resolve(error ?? socket));
  });
}

test("beside an address that says nothing the next one is tried a quarter of a second later, and once only", async (t) => {
  const { port } = await listener(t);
  const hole = await blackHole("127.0.0.2", port);
  t.after(() => hole.close());
  const book = bookOf(["::ffff:127.0.0.2", "127.0.0.1"]);
  await book.addressesOf("a.example");
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const first = reached(book, port);
  t.mock.timers.tick(249);
  const connecting = process.getActiveResourcesInfo().filter((one) => one === "ConnectWrap").length;
  t.mock.timers.tick(1);
  const socket = await first;
  assert.ok(!(socket instanceof Error), String(socket));
  assert.equal(socket.remoteAddress, "127.0.0.1");
  assert.equal(connecting, 1);
  // No timer has to ring for the next connection.
  const second = await reached(book, port);
  assert.ok(!(second instanceof Error), String(second));
  assert.equal(second.remoteAddress, "127.0.0.1");
  for (const one of [socket, second]) one.destroy();
  await new Promise(setImmediate);
  assert.ok(!process.getActiveResourcesInfo().includes("ConnectWrap"), "the slow attempt is given up");
});

test("behind an address that refuses the next one is tried at once", async (t) => {
  const { port } = await listener(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const socket = await reached(bookOf(["127.0.0.3", "127.0.0.1"]), port);
  assert.ok(!(socket instanceof Error), String(socket));
  socket.destroy();
});

test("where all refuse the first refusal is told", async () => {
  const error = await reached(bookOf(["127.0.0.3", "127.0.0.1"]), await deadPort());
  assert.ok(error instanceof Error && "code" in error && error.code === "ECONNREFUSED");
  const none = await reached(bookOf([]), 1);
  assert.ok(none instanceof Error);
});

test("what is given up in the lookup, or while several addresses are tried, leaves no socket", async (t) => {
  const { port } = await listener(t);
  const hole = await blackHole("127.0.0.2", port);
  t.after(() => hole.close());
  for (const turns of [0, 3]) {
    const told = Promise.withResolvers<Error | null>();
    const opening = reach(bookOf(["127.0.0.2"]), { hostname: "a.example", port }, (...[error]) =>
      told.resolve(error),
    );
    for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
    opening.destroy(new Error("cancelled"));
    assert.equal((await told.promise)?.message, "cancelled");
    await new Promise(setImmediate);
    assert.ok(!process.getActiveResourcesInfo().includes("ConnectWrap"));
  }
});
