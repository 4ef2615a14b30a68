// The thread that reads large configuration texts, from its first line on: takes questions, answers them, and ends when
// its other end ends it.

import { parentPort, workerData } from "node:worker_threads";
import { type ConfigQuestion, ConfigWork } from "./config-tasks.ts";

if (parentPort !== null) {
  const port = parentPort;
  // Given by `config-reader.ts` in this form.
  const work = new ConfigWork((workerData as { readonly salt: string }).salt);
  port.on("message", (question: ConfigQuestion) => port.postMessage(work.answer(question)));
}
