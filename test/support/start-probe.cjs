// Loaded before the command: tells on SIGUSR2 what it has loaded so far, and how much of its heap is in use when nothing
// is left to collect.

"use strict";

const { registerHooks } = require("node:module");
const { getHeapStatistics, setFlagsFromString } = require("node:v8");
const { runInNewContext } = require("node:vm");

/** @type {string[]} */
const files = [];
registerHooks({
  load(url, context, next) {
    files.push(url);
    return next(url, context);
  },
});

process.on("SIGUSR2", () => {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const { moduleLoadList } = /** @type {{ moduleLoadList: string[] }} */ (/** @type {unknown} */ (process));
  const builtins = moduleLoadList.map((entry) => entry.replace(/^NativeModule /, ""));
  const facts = { builtins, files, heapBytes: getHeapStatistics().used_heap_size };
  process.stderr.write(`START FACTS ${JSON.stringify(facts)}\n`);
});
