// Loaded before the command: tells on SIGUSR2 what it has loaded so far, and how much of its heap is in use when nothing
// is left to collect.

"use strict";

const { registerHooks } = require("node:module");
const { getHeapStatistics, setFlagsFromString } = require("node:v8");
const { runInNewContext, Script } = require("node:vm");
const { Worker } = require("node:worker_threads");

/** @type {string[]} */
const files = [];
registerHooks({
  load(url, context, next) {
    files.push(url);
    return next(url, context);
  },
});

/** A program; V8 keeps what it has compiled by its text, and knows other compiled code by the length of that. */
const programOf = (/** @type {number} */ turn) => `(function () { return ${1_000_000 + turn}; })`;
/** Its code under the flags that V8 has when the command is loaded. */
const CODE = new Script(programOf(0)).createCachedData();
let turn = 0;
const isCodeTaken = () => {
  turn += 1;
  return new Script(programOf(turn), { cachedData: CODE }).cachedDataRejected === false;
};

/** Whether a thread takes code that was made under those flags, once they have been changed here. */
const takenByThread = () =>
  new Promise((resolve) => {
    const timer = setInterval(() => {
      if (isCodeTaken()) return;
      clearInterval(timer);
      const look = `const { Script } = require("node:vm"), { parentPort, workerData } = require("node:worker_threads");
        const { cachedDataRejected } = new Script(${JSON.stringify(programOf(turn + 1))}, { cachedData: Buffer.from(workerData) });
        parentPort.postMessage(cachedDataRejected === false);`;
      new Worker(look, { eval: true, workerData: CODE }).once("message", resolve);
    }, 5);
  });

process.on("SIGUSR2", async () => {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  setFlagsFromString("--no-expose-gc");
  const { moduleLoadList } = /** @type {{ moduleLoadList: string[] }} */ (/** @type {unknown} */ (process));
  const builtins = moduleLoadList.map((entry) => entry.replace(/^NativeModule /, ""));
  const heapBytes = getHeapStatistics().used_heap_size;
  const facts = { builtins, files, heapBytes, isTakenByThread: await takenByThread() };
  process.stderr.write(`START FACTS ${JSON.stringify(facts)}\n`);
});
