import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { TLSSocket, connect as tlsConnect } from "node:tls";
import { Condition } from "../../../test/support/condition.ts";
import { type SocketPair, socketPairFor } from "../../../test/support/socket-pair.ts";
import { certificate, testAuthority } from "../../../test/support/tls.ts";
import { readDirectly } from "./direct-reads.ts";

/** The same under TLS: ours is the client of it, over a connection that was there already. */
async function tlsPairFor(t: TestContext): Promise<SocketPair> {
  const { far, near } = await socketPairFor(t);
  const server = new TLSSocket(far, { isServer: true, ...certificate("good") });
  const client = tlsConnect({ socket: near, ca: testAuthority(), servername: "localhost" });
  t.after(() => client.destroy());
  await once(client, "secureConnect");
  return { far: server, near: client };
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

for (const [said, made] of [
  ["reads", socketPairFor],
  ["reads under TLS", tlsPairFor],
] as const)
  test(`${said} come without an event of the stream, and the end still does`, async (t) => {
    const { far, near } = await made(t);
    const read = new Read();
    readDirectly(near, read.take);
    const emit = t.mock.method(near, "emit");
    far.write("one");
    assert.equal(await read.until(3), "one");
    far.end("two");
    await once(near, "end");
    assert.equal(read.text, "onetwo");
    const events = emit.mock.calls.map(({ arguments: [name] }) => String(name));
    assert.ok(!events.includes("data"), events.join(" "));
  });

test("what comes while it is paused waits, and stays in order with what comes later", async (t) => {
  const { far, near } = await socketPairFor(t);
  const read = new Read();
  readDirectly(near, read.take);
  far.write("first ");
  await read.until(6);
  near.pause();
  // Far more than Node reads ahead, so that the client is held up too.
  const large = "x".repeat(1024 * 1024);
  far.write(large);
  while (near.readableLength === 0) await setImmediate();
  assert.equal(read.text, "first ");
  near.resume();
  far.write(" last");
  const whole = `first ${large} last`;
  assert.ok((await read.until(whole.length)) === whole, `${read.text.length} bytes for ${whole.length}`);
});

test("a connection that is paused at each read loses nothing", async (t) => {
  const { far, near } = await socketPairFor(t);
  const read = new Read();
  readDirectly(near, (bytes) => {
    read.take(bytes);
    near.pause();
    void setImmediate().then(() => near.resume());
  });
  const sent = Array.from({ length: 20_000 }, (_, at) => `${at},`).join("");
  far.write(sent);
  assert.ok((await read.until(sent.length)) === sent, `${read.text.length} bytes for ${sent.length}`);
});

test("whoever reads next gets what comes from then on", async (t) => {
  const { far, near } = await socketPairFor(t);
  const [before, after] = [new Read(), new Read()];
  const stop = readDirectly(near, before.take);
  far.write("mine");
  await before.until(4);
  stop();
  near.on("data", after.take);
  far.write("yours");
  assert.equal(await after.until(5), "yours");
  assert.equal(before.text, "mine");
});
