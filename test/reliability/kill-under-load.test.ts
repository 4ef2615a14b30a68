// Endpoints that die, drain and come back while requests are under way: none is lost while one endpoint is left.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Condition } from "../support/condition.ts";
import { stream } from "../support/fakes/behaviours.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { openWire, requestBytes } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

const CONNECTIONS = 20;
const REQUESTS = 300;
const THREE = { a: {}, b: {}, c: {} };

/** Sends all requests over a fixed number of connections; gives the number of answers of each status. */
async function load(
  port: number,
  onAnswer: (count: number) => void,
  isStream = false,
): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  let started = 0;
  let answered = 0;
  const worker = async (): Promise<void> => {
    const wire = await openWire(port);
    while (started < REQUESTS) {
      started += 1;
      await wire.send(requestBytes(chat("m", { stream: isStream })));
      const answer = await wire.answer();
      const isWhole = !answer.text.includes("upstream_cut_off");
      const key = isWhole ? String(answer.status) : "broken";
      statuses[key] = (statuses[key] ?? 0) + 1;
      answered += 1;
      onAnswer(answered);
    }
    wire.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return statuses;
}

const DEATHS: Readonly<Record<string, (fake: FakeEndpoint) => void>> = {
  "killed between its answers": (fake) => void fake.close(),
  "refusing new connections and breaking on old ones": (fake) => {
    fake.refuseNew();
    fake.always({ run: async (exchange) => exchange.reset() });
  },
  "answering 503": (fake) =>
    fake.always({ run: async (exchange) => void (await exchange.head(503, ["content-length", "0"])) }),
};

for (const [how, kill] of Object.entries(DEATHS)) {
  test(`one of three ${how} under load: no request is lost`, async (t) => {
    const { fakes, port, log } = await worldFor(t, { endpoints: THREE });
    const statuses = await load(port, (count) => {
      if (count === REQUESTS / 3) kill(fakes.b);
    });
    assert.deepEqual(statuses, { 200: REQUESTS });
    assert.equal(log.summaries.filter(({ error }) => error !== undefined).length, 0);
    assert.ok(log.summaries.some(({ attempts }) => attempts.length > 1));
  });
}

test("two of three killed under load, and back: no request is lost, and both are used again", async (t) => {
  // Ejections and slow starts as short as they go: the test waits for the way back.
  const health = { ejection: "50ms", slow_start: "off" };
  const { fakes, port } = await worldFor(t, { endpoints: THREE, health });
  const reopened = new Condition();
  let isOpen = false;
  const statuses = await load(port, (count) => {
    if (count === 60) void fakes.a.close();
    if (count === 100) void fakes.b.close();
    if (count === 200)
      void Promise.all([fakes.a.reopen(), fakes.b.reopen()]).then(() => {
        isOpen = true;
        reopened.notify();
      });
  });
  assert.deepEqual(statuses, { 200: REQUESTS });
  await reopened.until(() => isOpen);
  const before = fakes.a.requests.length;
  // Bounded by the test's own deadline: an ejected endpoint is let back in after its time and one probe.
  while (fakes.a.requests.length === before) assert.deepEqual(await load(port, () => {}), { 200: REQUESTS });
});

test("an endpoint killed in the middle of its streams: those say so, all others are whole", async (t) => {
  const { fakes, port } = await worldFor(t, { endpoints: THREE });
  fakes.b.always(stream(["data: {}\n\n"], { end: "never" }));
  let killed = 0;
  // Every connection but a few ends up waiting at b; then it dies, and they go on.
  const whenStuck = fakes.b.waitForRequest(CONNECTIONS).then(() => {
    killed = fakes.b.requests.length;
    return fakes.b.close();
  });
  const { broken = 0, ...others } = await load(port, () => {}, true);
  await whenStuck;
  // A request that had only just come there was still moved to another endpoint.
  assert.ok(broken > 0 && broken <= killed, `${broken} of ${killed}`);
  assert.deepEqual(others, { 200: REQUESTS - broken });
});
