import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { H1Reply } from "./h1-reply.ts";
import { WriteRound } from "./write-round.ts";

/** A reply whose head and first piece are out, and what its client has read once the connection is over. */
async function begun(t: TestContext): Promise<{ reply: H1Reply; socket: Socket; read: Promise<string> }> {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const [socket] = (await once(server, "connection")) as [Socket];
  const read = new Promise<string>((resolve) => {
    let text = "";
    client.on("data", (bytes) => {
      text += bytes.toString("latin1");
    });
    client.on("error", () => undefined).on("close", () => resolve(text.slice(text.indexOf("\r\n\r\n") + 4)));
  });
  const reply = new H1Reply({
    socket,
    round: new WriteRound(),
    stallMs: 60_000,
    headEnd: () => ({ date: "", connection: 5 }),
    onAnswered: () => socket.end(),
  });
  reply.head(200, ["content-type", "text/event-stream"]);
  reply.write(Buffer.from("one"));
  return { reply, socket, read };
}

test("a small piece is left for the end of the turn, and what a turn brings is one write", async (t) => {
  const { reply, socket, read } = await begun(t);
  const before = socket.bytesWritten;
  reply.write(Buffer.from("two"));
  reply.write(Buffer.from("three"));
  assert.equal(socket.bytesWritten, before);
  reply.end(Buffer.from("four"));
  assert.equal(await read, "3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n4\r\nfour\r\n0\r\n\r\n");
});

test("what is left for the end of the turn goes before a large piece", async (t) => {
  const { reply, read } = await begun(t);
  const large = "x".repeat(0x5000);
  reply.write(Buffer.from("two"));
  reply.write(Buffer.from(large));
  reply.end();
  assert.equal(await read, `3\r\none\r\n3\r\ntwo\r\n5000\r\n${large}\r\n0\r\n\r\n`);
});

test("an answer that is cut has all that came before, and no end", async (t) => {
  const { reply, read } = await begun(t);
  reply.write(Buffer.from("two"));
  reply.destroy();
  assert.equal(await read, "3\r\none\r\n3\r\ntwo\r\n");
});
