// What a start of the installed package leaves for the next one. Run by `npm run test:package`, under several versions
// of Node.

import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";

/** Behind the checksum a file says how far the program had come: 2 when it had answered a request. */
const STAGE_AT = 4;
const ANSWERED = 2;

const CHAT = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }] });

test("compiled code is kept once a request was answered, and the next start takes it as it is", async (t) => {
  const cache = folderFor(t);
  const endpoint = await fakeFor(t, { models: ["m"] });
  await serve(t, cache, endpoint.url, async (ask) => {
    // The first requests may come before all of the start is over, and are not counted.
    while (stageIn(cache) !== ANSWERED) await ask();
  });
  const { ino } = statSync(fileIn(cache) ?? "");
  await serve(t, cache, endpoint.url, async (ask) => {
    for (let count = 0; count < 20; count += 1) await ask();
  });
  // Code that V8 refuses, as under other flags, would have been kept anew.
  assert.equal(statSync(fileIn(cache) ?? "").ino, ino);
});

/** One run of the gateway, from its start to its end. */
async function serve(
  t: TestContext,
  cache: string,
  endpoint: string,
  use: (ask: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const run = await startCli(t, ["--port", "0", "--log-format", "pretty", "-c", "config.yaml"], {
    env: { XDG_CACHE_HOME: cache },
    files: { "config.yaml": `endpoints:\n  - name: fake\n    base_url: ${endpoint}\n` },
  });
  const url = `http://127.0.0.1:${await run.port()}/v1/chat/completions`;
  await use(async () => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: CHAT,
    });
    assert.equal(answer.status, 200);
    await answer.arrayBuffer();
  });
  run.kill("SIGTERM");
  assert.equal((await run.ended).code, 0);
}

function fileIn(cache: string): string | undefined {
  const folder = join(cache, "oai-gateway/compile-cache");
  const name = readdirSync(folder).find((file) => file.endsWith(".code"));
  return name === undefined ? undefined : join(folder, name);
}

function stageIn(cache: string): number | undefined {
  const file = fileIn(cache);
  return file === undefined ? undefined : readFileSync(file).readUInt32LE(STAGE_AT);
}
