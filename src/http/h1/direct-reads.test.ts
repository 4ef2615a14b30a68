import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Condition } from "../../../test/support/condition.ts";
import { readDirectly } from "./direct-reads.ts";

type Pair = { readonly client: Socket; readonly served: Socket };

async function pairFor(t: TestContext): Promise<Pair> {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const accepted = once(server, "connection");
  const client = connect(port, "127.0.0.1");
  t.after(() => client.destroy());
  const [served] = (await accepted) as [Socket];
  t.after(() => served.destroy());
  return { client, served };
}

/** What was read, as one text, and a wait for as much of it. */
class Read {
  text = "";
  readonly #changed = new Condition();
  readonly take = (read: Buffer): void => {
    this.text += read.toString("latin1");
    this.#changed.notify();
  };

  /** Waits until so many bytes have come. */
  async until(length: number): Promise<string> {
    await this.#changed.until(() => this.text.length >= length);
    return this.text;
  }
}

test("reads come without an event of the stream, and the end still does", async (t) => {
  const { client, served } = await pairFor(t);
  const read = new Read();
  readDirectly(served, read.take);
  const emit = t.mock.method(served, "emit");
  client.write("one");
  assert.equal(await read.until(3), "one");
  client.end("two");
  await once(served, "end");
  assert.equal(read.text, "onetwo");
  const events = emit.mock.calls.map(({ arguments: [name] }) => String(name));
  assert.ok(!events.includes("data"), events.join(" "));
});

test("what comes while it is paused waits, and stays in order with what comes later", async (t) => {
  const { client, served } = await pairFor(t);
  const read = new Read();
  readDirectly(served, read.take);
  client.write("first ");
  await read.until(6);
  served.pause();
  // Far more than Node reads ahead, so that the client is held up too.
  const large = "x".repeat(1024 * 1024);
  client.write(large);
  while (served.readableLength === 0) await setImmediate();
  assert.equal(read.text, "first ");
  served.resume();
  client.write(" last");
  const whole = `first ${large} last`;
  assert.ok((await read.until(whole.length)) === whole, `${read.text.length} bytes for ${whole.length}`);
});

test("a connection that is paused at each read loses nothing", async (t) => {
  const { client, served } = await pairFor(t);
  const read = new Read();
  readDirectly(served, (bytes) => {
    read.take(bytes);
    served.pause();
    void setImmediate().then(() => served.resume());
  });
  const sent = Array.from({ length: 20_000 }, (_, at) => `${at},`).join("");
  client.write(sent);
  assert.ok((await read.until(sent.length)) === sent, `${read.text.length} bytes for ${sent.length}`);
});

test("whoever reads next gets what comes from then on", async (t) => {
  const { client, served } = await pairFor(t);
  const [before, after] = [new Read(), new Read()];
  const stop = readDirectly(served, before.take);
  client.write("mine");
  await before.until(4);
  stop();
  served.on("data", after.take);
  client.write("yours");
  assert.equal(await after.until(5), "yours");
  assert.equal(before.text, "mine");
});
