// What a start costs, by what it loads and keeps, and not by time: parts that a gateway does without until they are asked
// for are not loaded, however the command is spelled, and the heap at rest is small.

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { MAIN, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

/** Modules of Node's that take memory, and time on the way to the first answer. */
const UNUSED_BUILTINS = ["http", "https", "http2", "tls", "inspector", "readline", "repl", "test"];
/** Parts of ours, and packages, that only some commands or some requests need. */
const UNUSED_FILES = [
  /[/\\]undici/,
  /[/\\]src[/\\]cli[/\\]commands[/\\](?!serve)/,
  /[/\\]src[/\\]demo[/\\]/,
  /[/\\]src[/\\]workers[/\\]worker\.ts/,
];
/**
 * 27.6 from the sources, whose text is part of the heap, and 18.1 from the bundle, as measured with the probe and one
 * answer, which has the table of prices read; and a tenth.
 */
const MOST_HEAP_BYTES = /[/\\]bin[/\\][^/\\]*$/.test(MAIN) ? 30_000_000 : 20_000_000;

const PROBE = fileURLToPath(new URL("../support/start-probe.cjs", import.meta.url));

type StartFacts = {
  readonly builtins: readonly string[];
  readonly files: readonly string[];
  readonly heapBytes: number;
  /** Whether a thread that begins later still takes the code that Node carries. */
  readonly isTakenByThread: boolean;
};

// Nobody can be asked by a signal on Windows, and an executable of its own takes no probe.
const options = { skip: process.platform === "win32" || !/\.c?js$/.test(MAIN) };

for (const words of [
  ["serve", "-c", "config.yaml"],
  ["-c", "config.yaml"],
]) {
  test(`oai-gateway ${words.join(" ")}: nothing is loaded that is not used`, options, async (t) => {
    const endpoint = await fakeFor(t);
    const config = `server: { port: 0, engine: fast }\nendpoints: [{ name: one, base_url: "${endpoint.url}" }]\n`;
    const run = await startCli(t, words, {
      env: { NODE_OPTIONS: `--require "${PROBE}"` },
      files: { "config.yaml": config },
    });
    assert.equal((await ask(await run.port(), chat())).status, 200);
    run.kill("SIGUSR2");
    const [, text = "{}"] = await run.says("stderr", /START FACTS (.*)\n/);
    const { builtins, files, heapBytes, isTakenByThread } = JSON.parse(text) as StartFacts;
    const isUnused = (file: string): boolean => UNUSED_FILES.some((pattern) => pattern.test(file));
    assert.deepEqual(
      builtins.filter((name) => UNUSED_BUILTINS.includes(name)),
      [],
    );
    assert.ok(files.length > 0);
    assert.deepEqual(files.filter(isUnused), []);
    assert.ok(isTakenByThread, "a thread compiles anew what it loads of Node");
    assert.ok(heapBytes <= MOST_HEAP_BYTES, `${heapBytes} bytes of heap at rest`);
  });
}
