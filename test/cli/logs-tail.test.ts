// `logs tail` of a running gateway: what comes is shown, also after the gateway was started anew, and it ends by a signal
// and when nobody reads any more.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { MAIN, NODE, SHARED_ENV, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

test("what comes is shown, over a restart of the gateway, to the one who asked; a signal ends it well", async (t) => {
  const fake = await fakeFor(t, { models: ["m", "other"] });
  const config = JSON.stringify({ server: { port: 0 }, endpoints: [{ name: "a", base_url: fake.url }] });
  const first = await startCli(t, [], { files: { "config.yaml": config } });
  const at = ["--config", join(first.folder, "config.yaml"), "--data-dir", join(first.folder, "data")];
  first.kill("SIGTERM");
  await first.ended;
  const gateway = await startCli(t, at);
  const port = await gateway.port();
  await gateway.ready();
  assert.equal((await ask(port, chat("m"))).status, 200);
  const tail = await startCli(t, ["logs", "tail", "--json", "--model", "m", ...at]);
  assert.equal((await ask(port, chat("other"))).status, 200);
  assert.equal((await ask(port, chat("m"))).status, 200);
  await tail.says("stdout", /("model":"m"[\s\S]*){2}/);
  gateway.kill("SIGTERM");
  assert.equal((await gateway.ended).code, 0);
  const again = await startCli(t, at);
  const portAgain = await again.port();
  await again.ready();
  assert.equal((await ask(portAgain, chat("m"))).status, 200);
  await tail.says("stdout", /("model":"m"[\s\S]*){3}/);
  assert.doesNotMatch(tail.stdout, /"model":"other"/);
  const lines = tail.stdout.trim().split("\n");
  assert.equal(new Set(lines.map((line) => JSON.parse(line).id)).size, 3);
  tail.kill("SIGINT");
  const ended = await tail.ended;
  assert.deepEqual([ended.code, ended.signal], [0, null]);
  // Nobody reads: the next line ends it.
  const env = { ...SHARED_ENV, HOME: first.folder, PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" };
  const unread = spawn(NODE, [MAIN, "logs", "tail", "--json", ...at], { env, stdio: ["ignore", "pipe", 2] });
  t.after(() => unread.kill("SIGKILL"));
  const { stdout } = unread;
  assert.ok(stdout);
  await once(stdout, "data");
  stdout.destroy();
  assert.equal((await ask(portAgain, chat("m"))).status, 200);
  await once(unread, "exit");
});
