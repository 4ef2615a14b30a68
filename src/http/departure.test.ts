// Tests of departure.ts, with a reply that can only be left.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Departure } from "./departure.ts";

/** A departure, and the client that may leave. */
function client(): { departure: Departure; leave: () => void } {
  let leave = (): void => undefined;
  const departure = new Departure({
    onAbort: (listener) => {
      leave = listener;
    },
  });
  return { departure, leave: () => leave() };
}

test("everybody who waits is told once when the client leaves, and nobody replaces another", () => {
  const { departure, leave } = client();
  const told: string[] = [];
  for (const name of ["a", "b", "c"]) departure.watch(() => told.push(name));
  assert.equal(departure.isGone, false);
  leave();
  assert.equal(departure.isGone, true);
  assert.deepEqual(told, ["a", "b", "c"]);
  leave();
  assert.deepEqual(told, ["a", "b", "c"]);
});

test("who has nothing left to stop is not told, and the others are", () => {
  const { departure, leave } = client();
  const told: string[] = [];
  const stops = ["a", "b", "c", "d"].map((name) => () => void told.push(name));
  for (const stop of stops) departure.watch(stop);
  for (const index of [0, 2]) departure.unwatch(stops[index] ?? assert.fail());
  departure.watch(() => told.push("e"));
  leave();
  assert.deepEqual(told.sort(), ["b", "d", "e"]);
});

test("who begins to wait for a client that has left is told at once", () => {
  const { departure, leave } = client();
  leave();
  const stop = mock.fn();
  departure.watch(stop);
  assert.equal(stop.mock.callCount(), 1);
});

test("a wait is ended by the client's leaving, and forgotten when it is over", async () => {
  const { departure, leave } = client();
  const cancel = mock.fn();
  const early = departure.whileWaiting<string>((onCancel) => {
    onCancel(cancel);
    return Promise.resolve("entered");
  });
  assert.equal(await early, "entered");
  const late = departure.whileWaiting<string>(
    (onCancel) => new Promise((resolve) => onCancel(() => resolve("cancelled"))),
  );
  leave();
  assert.equal(await late, "cancelled");
  assert.equal(cancel.mock.callCount(), 0);
});

test("a wait that fails is forgotten as well", async () => {
  const { departure, leave } = client();
  const cancel = mock.fn();
  const failing = departure.whileWaiting((onCancel) => {
    onCancel(cancel);
    return Promise.reject(new Error("as meant"));
  });
  await assert.rejects(failing, /as meant/);
  leave();
  assert.equal(cancel.mock.callCount(), 0);
});

test("a pause ends when it is over, or when the client leaves, and a client that left has none", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const { departure, leave } = client();
    const whole = departure.pause(1_000);
    mock.timers.tick(1_000);
    await whole;
    await departure.pause(0);
    const cut = departure.pause(60_000);
    leave();
    await assert.rejects(cut, { code: "client_closed" });
    await assert.rejects(departure.pause(60_000), { code: "client_closed" });
    await assert.rejects(departure.pause(0), { code: "client_closed" });
  } finally {
    mock.timers.reset();
  }
});
