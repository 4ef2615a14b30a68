// Fault 11: too many connections, and no file descriptors left. In a process of its own, under a limit of its own.

import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { manual } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { type Answer, ask, openWire, requestBytes, type Wire, wireFor } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const SCRIPT = join(import.meta.dirname, "../../support/limited-gateway.ts");
const skip = process.platform === "win32" ? "no ulimit" : false;

/** A gateway that may have so many files open. */
class LimitedGateway {
  port = 0;
  readonly child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  constructor(files: number, endpoint: FakeEndpoint) {
    const command = `ulimit -n ${files} && exec "$0" "$@"`;
    this.child = spawn("sh", ["-c", command, process.execPath, SCRIPT, endpoint.url]);
    this.child.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** The number in the next line, which begins with the word. */
  async next(word: string): Promise<number> {
    const { value } = await this.#lines.next();
    const [said, number] = String(value).split(" ");
    assert.equal(said, word);
    return Number(number);
  }

  async do(word: "exhaust" | "release" | "faults"): Promise<number> {
    this.child.stdin.write(`${word}\n`);
    return this.next(word);
  }
}

async function limitedFor(t: TestContext, files: number) {
  const endpoint = await fakeFor(t);
  const gateway = new LimitedGateway(files, endpoint);
  t.after(async () => {
    if (gateway.child.exitCode !== null || gateway.child.signalCode !== null) return;
    gateway.child.stdin.end();
    await once(gateway.child, "exit");
  });
  gateway.port = await gateway.next("port");
  return { endpoint, gateway };
}

/** A connection, or undefined where it was reset as soon as it was made. */
function tryOpen(port: number): Promise<Wire | undefined> {
  return openWire(port).catch(() => undefined);
}

/** Sends a request; an answer, or undefined where the connection was closed without one. */
async function tryAsk(wire: Wire): Promise<Answer | undefined> {
  await wire.send(requestBytes(chat()));
  return wire.answer().catch(() => undefined);
}

test("fault 11: with few files allowed, surplus connections are told 503 and the others served", {
  skip,
}, async (t) => {
  const { endpoint, gateway } = await limitedFor(t, 64);
  const held = Array.from({ length: 8 }, () => manual());
  endpoint.script(held);
  const wires: Wire[] = [];
  for (const one of held) {
    const wire = await wireFor(t, gateway.port);
    await wire.send(requestBytes(chat()));
    await one.started;
    wires.push(wire);
  }
  const surplus = await tryAsk(await wireFor(t, gateway.port));
  assert.equal(surplus?.status, 503);
  assert.ok(surplus?.header("retry-after"));
  // A crowd besides: none of it costs those who are served their files.
  const crowd = await Promise.all(Array.from({ length: 40 }, () => tryOpen(gateway.port)));
  const statuses = await Promise.all(crowd.map(async (wire) => (wire && (await tryAsk(wire)))?.status));
  assert.ok(
    statuses.every((status) => status === 503 || status === undefined),
    String(statuses),
  );
  for (const [index, one] of held.entries()) {
    const exchange = await one.started;
    await exchange.head(200, ["content-type", "application/json", "content-length", "2"]);
    await exchange.piece("{}");
    one.release();
    assert.equal((await wires[index]?.answer())?.status, 200);
  }
  for (const wire of [...wires, ...crowd]) wire?.close();
  while ((await ask(gateway.port, chat()).catch(() => undefined))?.status !== 200);
  assert.equal(await gateway.do("faults"), 0);
});

test("fault 11: with no file left at all the process lives, says so to who is connected, and serves on", {
  skip,
}, async (t) => {
  const { endpoint, gateway } = await limitedFor(t, 64);
  const connected = [await wireFor(t, gateway.port), await wireFor(t, gateway.port)];
  for (const wire of connected) assert.equal((await tryAsk(wire))?.status, 200);
  // The gateway's idle connections are closed, so that it needs a file for the next request.
  await endpoint.close();
  await endpoint.reopen();
  assert.ok((await gateway.do("exhaust")) > 0);
  for (const wire of connected) {
    const answer = await tryAsk(wire);
    assert.ok(answer !== undefined && [502, 503].includes(answer.status), String(answer?.status));
    assert.match(answer.text, /"error":/);
  }
  // Nobody new can be let in; some are closed at once, some may wait in the kernel.
  const strangers = await Promise.all(Array.from({ length: 20 }, () => tryOpen(gateway.port)));
  for (const wire of strangers) await wire?.send(requestBytes(chat()));
  const faults = await gateway.do("faults");
  assert.ok(faults <= 1, `said ${faults} times`);
  await gateway.do("release");
  for (const wire of strangers) wire?.close();
  while ((await ask(gateway.port, chat()).catch(() => undefined))?.status !== 200);
  for (const wire of connected) {
    let status = 0;
    // The endpoint was given a strike, or more, for what was not its fault: until that is over it may be 503.
    while (status !== 200) status = (await tryAsk(wire))?.status ?? 200;
  }
});
