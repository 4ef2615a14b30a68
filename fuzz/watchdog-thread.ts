// The watchdog's own thread; see `watchdog.ts`, which starts it.

import { writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { writeCorpus } from "./corpus.ts";

type Watched = {
  readonly state: Int32Array;
  readonly input: Uint8Array;
  readonly areas: readonly string[];
  readonly seed: number;
  readonly limitMs: number;
};

// Given by `watchdog.ts` in this form.
const { state, input, areas, seed, limitMs } = workerData as Watched;

function watch(lastCase: number, sinceMs: number): void {
  const now = performance.now();
  const number = Atomics.load(state, 0);
  if (number === lastCase && now - sinceMs > limitMs) end();
  const isSame = number === lastCase;
  setTimeout(() => watch(number, isSame ? sinceMs : now), 200);
}

function end(): void {
  const area = areas[Atomics.load(state, 2)] ?? "unknown";
  const bytes = Buffer.from(input.slice(0, Atomics.load(state, 1)));
  const path = writeCorpus(area, "hang", bytes, `held the thread for more than ${limitMs} ms`);
  writeSync(
    2,
    `FINDING ${area} hang: the thread was held for more than ${limitMs} ms\n  seed ${seed}\n  kept in ${path}\n`,
  );
  process.kill(process.pid, "SIGKILL");
}

watch(0, performance.now());
