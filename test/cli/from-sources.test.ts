// The command of a checkout, from the sources: what is on disk is what runs. The other tests of commands start whichever
// program they are given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CHECKOUT, runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { configOf } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const program = CHECKOUT;

test("from the sources: a command that reads a file, one that is wrong, and the version", async (t) => {
  const fake = await fakeFor(t);
  const good = await runCli(t, ["check"], { program, files: { "config.yaml": configOf({ fake }) } });
  assert.equal(good.code, 0, good.stdout + good.stderr);
  const broken = await runCli(t, ["check"], {
    program,
    files: { "config.yaml": "endpoints: []\nwieght: 1\n" },
  });
  assert.equal(broken.code, 1);
  assert.match(broken.stdout, /OG\d+/);
  assert.match((await runCli(t, ["--version"], { program })).stdout, /^\d+\.\d+\.\d+\n$/);
});

for (const workers of [1, 2])
  test(`from the sources: a gateway with server.workers ${workers} keeps accounts and answers`, async (t) => {
    const fake = await fakeFor(t);
    const files = { "config.yaml": configOf({ fake }, { server: { workers } }) };
    const run = await startCli(t, [], { program, files });
    const port = await run.port();
    await run.ready();
    assert.equal((await ask(port, chat())).status, 200);
    run.kill("SIGTERM");
    const { code, stdout } = await run.ended;
    assert.equal(code, 0, stdout);
    assert.doesNotMatch(stdout, /"event":"internal"/);
  });
