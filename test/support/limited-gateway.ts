// A gateway in a process of its own, where files can be made to run out: `exhaust` opens files until none is left,
// `release` closes them. Started under `ulimit -n` by `test/faults/a/a-descriptors.test.ts`.

import { closeSync, openSync } from "node:fs";
import { createInterface } from "node:readline";
import { startGateway } from "../../src/gateway.ts";
import { KeptLog } from "./kept-log.ts";
import { configOf } from "./start-gateway.ts";

const [baseUrl = "", host = "127.0.0.1"] = process.argv.slice(2);
const log = new KeptLog();
const config = configOf({ server: { host }, endpoints: [{ name: "one", base_url: baseUrl }] });
const gateway = await startGateway({ config, log, sinks: [log], dataDir: undefined });
await gateway.catalogue.firstAnswers();
const opened: number[] = [];

function exhaust(): void {
  try {
    for (;;) opened.push(openSync("/dev/null", "r"));
  } catch {
    // None is left.
  }
}

for await (const line of lines()) {
  if (line === "exhaust") exhaust();
  if (line === "release") for (const file of opened.splice(0)) closeSync(file);
  if (line === "faults") {
    const faults = log.lines.filter(({ event }) => event === "accept_failed").length;
    process.stdout.write(`faults ${faults}\n`);
  } else {
    process.stdout.write(`${line} ${opened.length}\n`);
  }
}

/** The parent's commands, after the port was told; the end of them is the end of this. */
async function* lines(): AsyncGenerator<string> {
  process.stdout.write(`port ${gateway.port}\n`);
  yield* createInterface({ input: process.stdin });
  process.exit(0);
}
