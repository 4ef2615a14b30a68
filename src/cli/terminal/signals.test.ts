// Tests of signals.ts: SIGHUP reloads, and on Windows, where it says that the window was closed, it stops in time.

import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { listenForSignals } from "./signals.ts";

function heard(platform: NodeJS.Platform) {
  const told: string[] = [];
  const emitter = new EventEmitter();
  const cut = Promise.withResolvers<void>();
  const stop = (by: string): void => {
    told.push(by);
    if (told.length === 2) cut.resolve();
  };
  const work = { stop, reload: () => void told.push("reload") };
  const source = { emitter: emitter as unknown as NodeJS.Process, platform, closingMs: 1 };
  return { told, emitter, cut: cut.promise, release: listenForSignals(work, source) };
}

test("SIGHUP reloads, and all others stop", () => {
  const { told, emitter, release } = heard("linux");
  for (const signal of ["SIGHUP", "SIGTERM", "SIGINT", "SIGBREAK"]) emitter.emit(signal, signal);
  release();
  emitter.emit("SIGHUP", "SIGHUP");
  assert.deepEqual(told, ["reload", "SIGTERM", "SIGINT", "SIGBREAK"]);
  assert.deepEqual(emitter.eventNames(), []);
});

test("on Windows a closed window stops, and cuts before Windows does", async () => {
  const { told, emitter, cut, release } = heard("win32");
  emitter.emit("SIGHUP", "SIGHUP");
  assert.deepEqual(told, ["SIGHUP"]);
  await cut;
  release();
  assert.deepEqual(told, ["SIGHUP", "SIGHUP"]);
});
