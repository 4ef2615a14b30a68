// A thread of the store, from its first line on: takes questions, answers them, and ends when it is told to.

import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../core/clock.ts";
import type { ThreadOrder, ThreadQuestion } from "./thread-messages.ts";
import { ThreadWork } from "./thread-work.ts";

const BEAT_MS = 1_000;

const port = parentPort;
if (port !== null) {
  // Given by `store-line.ts` in this form.
  const order = workerData as ThreadOrder;
  const work = new ThreadWork(order, systemClock);
  // Between two slices of what is long, whatever has come meanwhile is answered.
  const goOn = (): void => {
    if (isEnded || !work.hasMore) return;
    work.goOn();
    setImmediate(goOn);
  };
  let isEnded = false;
  const beat = setInterval(() => {
    const wasBusy = work.hasMore;
    if (!wasBusy) {
      const state = work.beat();
      if (state !== undefined) port.postMessage({ kind: "state", state });
      goOn();
    }
  }, BEAT_MS);
  port.on("message", (question: ThreadQuestion | "end") => {
    if (question !== "end") {
      port.postMessage(work.answer(question));
      return;
    }
    clearInterval(beat);
    isEnded = true;
    work.close();
    port.close();
  });
}
