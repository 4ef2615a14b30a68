// Saves of every kind in the middle of traffic, through the command itself: no client sees an error. Single saves and
// what a reload leaves behind are in the catalogue of faults.

import assert from "node:assert/strict";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { startCli } from "../support/cli.ts";
import { Gate } from "../support/condition.ts";
import { held, json } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { heldAnswer } from "../support/held-answer.ts";
import { configOf } from "../support/start-gateway.ts";
import { openWire, requestBytes, sse } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

type Fakes = Readonly<Record<string, FakeEndpoint>>;

function textOf(fakes: Fakes, more: object = {}): string {
  const endpoints = Object.entries(fakes).map(([name, fake]) => ({ name, base_url: fake.url, ...more }));
  return JSON.stringify({ server: { port: 0 }, endpoints }, null, 1);
}

/** Requests without a pause, plain and as streams, until it is stopped; every answer must be whole. */
class Load {
  readonly faults: string[] = [];
  answers = 0;
  #isOver = false;
  readonly #workers: Promise<unknown>;

  constructor(port: number, workers: number) {
    this.#workers = Promise.all(
      Array.from({ length: workers }, (_, index) => this.#work(port, index % 2 === 0)),
    );
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#workers;
  }

  async #work(port: number, isStream: boolean): Promise<void> {
    const wire = await openWire(port);
    while (!this.#isOver) {
      await wire.send(requestBytes(chat("m", { stream: isStream })));
      const { status, text } = await wire.answer();
      const isWhole = status === 200 && (!isStream || sse(text).at(-1)?.data === "[DONE]");
      if (!isWhole) this.faults.push(`${status} ${text}`);
      this.answers += 1;
    }
    wire.close();
  }
}

test("a hundred saves, half-written ones among them, and the file removed and back: no client sees an error", async (t) => {
  const [a, b, c] = [await fakeFor(t), await fakeFor(t), await fakeFor(t)];
  const run = await startCli(t, [], { files: { "config.yaml": textOf({ a, b }) } });
  const port = await run.port();
  const file = join(run.folder, "config.yaml");
  await run.ready();
  // A stream at an endpoint that comes and goes.
  const { wire, exchange } = await heldAnswer(t, port, a, chat("a/m", { stream: true }));
  await exchange.head(200, ["content-type", "text/event-stream"]);
  await wire.head();

  const load = new Load(port, 6);
  const texts = [textOf({ b }), textOf({ a, b }, { weight: 3 }), textOf({ b, a }), textOf({ b, c })];
  for (let save = 0; save < 100; save += 1) {
    const text = texts[save % texts.length] ?? "";
    if (save % 10 === 3) await writeFile(file, text.slice(0, text.length / 2));
    if (save % 10 === 6) {
      await writeFile(`${file}.new`, text);
      await rename(`${file}.new`, file);
    } else await writeFile(file, text);
    if (save % 25 === 20) await rm(file);
  }
  // The last one counts: only then is there a c without a b.
  await writeFile(file, textOf({ c }));
  await c.waitForRequest();
  await run.says("stdout", /"event":"reload"[^\n]*-\d endpoints? \([^)]*\bb\b/);
  const before = load.answers;
  while (load.answers < before + 50) await setImmediate();
  await load.stop();
  assert.deepEqual(load.faults, []);
  await exchange.piece("data: [DONE]\n\n");
  await exchange.finish();
  assert.equal((await wire.body()).toString(), "data: [DONE]\n\n");
  run.kill("SIGTERM");
  assert.deepEqual((await run.ended).code, 0);
  assert.doesNotMatch(run.stdout, /"event":"internal"|"status":5\d\d/);
});

test("what waits for an endpoint that a reload takes out is served all the same", async (t) => {
  const config = { max_in_flight: 1, queue: { max: 5, timeout: "60s" } };
  const world = await worldFor(t, { endpoints: { a: { config } } });
  const other = await fakeFor(t);
  const gate = new Gate();
  world.fakes.a.always(held(gate, json(200, '{"good":true}')));
  const first = world.ask(chat());
  await world.fakes.a.waitForRequest();
  const second = world.ask(chat());
  while (world.gateway.targets.gates.of("a")?.waiting !== 1) await setImmediate();
  world.gateway.reload(configOf({ endpoints: [{ name: "b", base_url: other.url, models: ["m"] }] }));
  gate.open(Number.POSITIVE_INFINITY);
  assert.deepEqual([(await first).status, (await second).status], [200, 200]);
  assert.equal((await world.ask(chat())).header("x-oai-gateway-endpoint"), "b");
});

test("a request that is being tried again meets the endpoints that a reload has brought", async (t) => {
  const world = await worldFor(t, { endpoints: { a: {}, b: {} } });
  const gate = new Gate();
  for (const fake of Object.values(world.fakes)) fake.always(held(gate, json(503, "{}")));
  const caught = world.ask(chat());
  await world.fakes.a.waitForRequest();
  const third = await fakeFor(t);
  world.gateway.reload(configOf({ endpoints: [{ name: "c", base_url: third.url, models: ["m"] }] }));
  gate.open(Number.POSITIVE_INFINITY);
  const answer = await caught;
  assert.deepEqual([answer.status, answer.header("x-oai-gateway-endpoint")], [200, "c"]);
});
