// Tests of alert-book.ts and alert-watch.ts: what is told once, what is held back, what flaps, and what a blip is.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Alert, AlertNews } from "./alert.ts";
import { AlertBook } from "./alert-book.ts";
import { AlertWatch } from "./alert-watch.ts";
import type { WatchedState } from "./watched-state.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SOLVED = { text: "It is over.", details: {} };

function newsOf(subject: string, kind: AlertNews["kind"] = "key_dead"): AlertNews {
  return { kind, level: "error", subject, text: `${subject} is bad.`, details: { subject } };
}

function bookAt(startMs = 1_000_000_000) {
  const told: Alert[] = [];
  const time = { nowMs: startMs };
  const book = new AlertBook({ wallMs: () => time.nowMs, tell: (alert) => told.push(alert) });
  const said = (): readonly string[] => told.map(({ kind, state, subject }) => `${kind} ${state} ${subject}`);
  return { book, told, time, said };
}

test("an alert is told once for its state, with what was held back meanwhile", () => {
  const { book, told, time, said } = bookAt();
  book.raise(newsOf("a"));
  for (let count = 0; count < 5; count += 1) book.raise(newsOf("a"));
  time.nowMs += 10 * HOUR_MS;
  book.beat();
  assert.deepEqual(said(), ["key_dead raised a"]);
  book.solve("key_dead", "a", SOLVED);
  book.solve("key_dead", "a", SOLVED);
  assert.deepEqual(said(), ["key_dead raised a", "key_dead solved a"]);
  assert.deepEqual([told[1]?.heldBack, told[1]?.level, told[1]?.text], [5, "info", "It is over."]);
});

test("what begins again within the time waits for its end, and is told then only if it is still so", () => {
  const { book, said, time } = bookAt();
  book.raise(newsOf("a"));
  book.solve("key_dead", "a", SOLVED);
  time.nowMs += MINUTE_MS;
  book.raise(newsOf("a"));
  book.beat();
  assert.equal(said().length, 2);
  time.nowMs += HOUR_MS;
  book.beat();
  assert.deepEqual(said().slice(2), ["key_dead raised a"]);
});

test("what comes and goes is told as that, and next when it has been one way for a while", () => {
  for (const isOnAtLast of [true, false]) {
    const { book, told, said, time } = bookAt();
    for (let count = 0; count < 12; count += 1) {
      book.raise(newsOf("a"));
      time.nowMs += 10_000;
      if (count < 11 || !isOnAtLast) book.solve("key_dead", "a", SOLVED);
      time.nowMs += 10_000;
      book.beat();
    }
    assert.deepEqual(said(), ["key_dead raised a", "key_dead solved a", "key_dead flapping a"]);
    assert.match(told[2]?.text ?? "", /comes and goes, 3 times within 1 min/);
    time.nowMs += 11 * MINUTE_MS;
    book.beat();
    assert.deepEqual(said().slice(3), [`key_dead ${isOnAtLast ? "raised" : "solved"} a`]);
    assert.equal(told[3]?.heldBack, 9);
  }
});

test("what happens is told once for each mark, and at most once in the time", () => {
  const { book, said, time } = bookAt();
  const spent = newsOf("family", "budget_spent");
  book.happen(spent, "monday");
  book.happen(spent, "monday");
  time.nowMs += MINUTE_MS;
  book.happen(spent, "tuesday");
  assert.equal(said().length, 1);
  time.nowMs += HOUR_MS;
  book.beat();
  book.beat();
  assert.equal(said().length, 2);
  book.repeatMs = 0;
  book.happen(spent, "wednesday");
  assert.equal(said().length, 3);
});

test("a restart tells nothing again, a clock that is put back holds nothing for ever, and subjects are bounded", () => {
  const { book, said, time } = bookAt();
  book.raise(newsOf("a"));
  const kept = JSON.parse(JSON.stringify(book.entries()));
  const again = bookAt(time.nowMs + MINUTE_MS);
  again.book.restore(kept);
  again.book.beat();
  assert.deepEqual([again.said(), again.book.raised("key_dead")], [[], ["a"]]);
  again.book.solve("key_dead", "a", SOLVED);
  assert.deepEqual(again.said(), ["key_dead solved a"]);
  time.nowMs -= 100 * HOUR_MS;
  book.solve("key_dead", "a", SOLVED);
  book.raise(newsOf("a"));
  book.beat();
  time.nowMs += HOUR_MS;
  book.beat();
  assert.deepEqual(said(), ["key_dead raised a", "key_dead solved a", "key_dead raised a"]);
  for (let count = 0; count < 3_000; count += 1) book.happen(newsOf(`m${count}`, "model_unpriced"), "");
  assert.equal(book.entries().length, 1_000);
  assert.deepEqual(book.raised("key_dead"), ["a"]);
});

test("names steer nothing, hide nothing and show no key", () => {
  const { book, told } = bookAt();
  const name = `\u202e\u001b[31mevil\nsk-0123456789abcdef${"x".repeat(10_000)}`;
  book.raise({ ...newsOf(name), details: { name, list: [name, { name }] } });
  const [alert] = told;
  assert.ok(alert);
  assert.ok(JSON.stringify(alert).length < 3_500);
  assert.doesNotMatch(JSON.stringify(alert), /0123456789abcdef|\u202e|\\n|\\u001b[^\\]?\[31m"/);
  assert.doesNotMatch(alert.text, /[\u0000-\u001f]/);
});

const FINE: WatchedState = {
  endpoints: [{ name: "a", health: "up", reason: "" }],
  deadKeys: [],
  store: { isOk: true, health: "ok", lost: 0 },
  certificateEndMs: undefined,
};
const DOWN: WatchedState = { ...FINE, endpoints: [{ name: "a", health: "down", reason: "refused" }] };

test("an endpoint that is gone for a moment is not told of; one that is gone for longer is, and its return", () => {
  const { book, said, time } = bookAt();
  const watch = new AlertWatch(book, () => time.nowMs);
  watch.look(DOWN);
  time.nowMs += 59_000;
  watch.look(DOWN);
  watch.look(FINE);
  time.nowMs += 2_000;
  watch.look(DOWN);
  assert.deepEqual(said(), []);
  time.nowMs += MINUTE_MS;
  watch.look(DOWN);
  watch.look({ ...DOWN, endpoints: [{ name: "a", health: "unknown", reason: "" }] });
  assert.deepEqual(said(), ["endpoint_down raised a"]);
  watch.look(FINE);
  assert.deepEqual(said().slice(1), ["endpoint_up solved a"]);
});

test("an endpoint that is taken out of the configuration is told of no more", () => {
  const { book, said, time } = bookAt();
  const watch = new AlertWatch(book, () => time.nowMs);
  watch.downAfterMs = 0;
  watch.look(DOWN);
  watch.look({ ...FINE, endpoints: [] });
  assert.deepEqual([said(), book.raised("endpoint_down")], [["endpoint_down raised a"], []]);
});

test("a dead key is told once, whatever rests it has, and is over when its rest ends early or it is silent", () => {
  const { book, told, said, time } = bookAt();
  const watch = new AlertWatch(book, () => time.nowMs);
  const dead = (untilMs: number): WatchedState => ({
    ...FINE,
    deadKeys: [{ endpoint: "a", number: 2, hasSeveral: true, why: "refused", untilMs }],
  });
  watch.look(dead(time.nowMs + 600_000));
  time.nowMs += 700_000;
  watch.look(FINE);
  watch.look(dead(time.nowMs + 600_000));
  assert.deepEqual(said(), ["key_dead raised a #2"]);
  assert.match(told[0]?.text ?? "", /^Key #2 of a is refused by the endpoint/);
  watch.look(FINE);
  assert.deepEqual(said().slice(1), ["key_dead solved a #2"]);
});

test("rows that are lost, a store that is ill for longer, and a certificate that ends are told, and their ends", () => {
  const { book, said, time } = bookAt();
  const watch = new AlertWatch(book, () => time.nowMs);
  const full = { ...FINE, store: { isOk: false, health: "full", lost: 0 } };
  watch.look(full);
  time.nowMs += 5_000;
  watch.look(FINE);
  watch.look(full);
  time.nowMs += 11_000;
  watch.look(full);
  watch.look({ ...FINE, store: { isOk: true, health: "ok", lost: 7 } });
  assert.deepEqual(said(), ["ledger_losing raised store"]);
  time.nowMs += 61_000;
  watch.look({ ...FINE, store: { isOk: true, health: "ok", lost: 7 } });
  watch.look({ ...FINE, store: { isOk: true, health: "ok", lost: 7 }, certificateEndMs: time.nowMs + 1 });
  watch.look({ ...FINE, store: { isOk: true, health: "ok", lost: 7 } });
  assert.deepEqual(said().slice(1), [
    "ledger_losing solved store",
    "certificate_expiring raised server.tls",
    "certificate_expiring solved server.tls",
  ]);
});
