// Faults in what surrounds a service: its manager cannot be told, its state folder cannot be written, its port is taken.

import assert from "node:assert/strict";
import { chmod, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runCli, startCli } from "../../support/cli.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { folderFor } from "../../support/folder.ts";
import { ask } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

async function configFor(t: TestContext): Promise<string> {
  const endpoint = await fakeFor(t, { models: ["m"] });
  return `server: {port: 0}\nendpoints:\n  - {name: e, base_url: "${endpoint.url}"}\n`;
}

test("fault 253: a manager that cannot be told is warned about once, and everything is served", async (t) => {
  const folder = folderFor(t);
  const programs: readonly (readonly [string | undefined, RegExp])[] = [
    [undefined, /systemd-notify: ENOENT/],
    ["#!/bin/sh\nexit 7\n", /ended with 7/],
    ["no program at all", /systemd-notify/],
  ];
  for (const [program, why] of programs) {
    const path = join(folder, "systemd-notify");
    await rm(path, { force: true });
    if (program !== undefined) await writeFile(path, program);
    if (program !== undefined) await chmod(path, 0o755);
    const env = { NOTIFY_SOCKET: join(folder, "nobody"), WATCHDOG_USEC: "200000", PATH: folder };
    const run = await startCli(t, [], { files: { "config.yaml": await configFor(t) }, env });
    const port = await run.port();
    const [line] = await run.says("stdout", /\{[^\n]*"event":"notify_failed"[^\n]*\}/);
    assert.match(line, why);
    assert.match(line, /Type=exec/);
    assert.equal((await ask(port, chat("m"))).status, 200);
    run.kill("SIGHUP");
    await run.says("stdout", /"event":"reload"/);
    run.kill("SIGTERM");
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stdout.match(/notify_failed/g)?.length, 1);
  }
});

test("fault 253: a program that hangs holds up neither the start nor the end", async (t) => {
  const folder = folderFor(t);
  await writeFile(join(folder, "systemd-notify"), "#!/bin/sh\nexec /bin/sleep 100\n");
  await chmod(join(folder, "systemd-notify"), 0o755);
  const env = { NOTIFY_SOCKET: join(folder, "nobody"), PATH: folder };
  const run = await startCli(t, [], { files: { "config.yaml": await configFor(t) }, env });
  assert.equal((await ask(await run.port(), chat("m"))).status, 200);
  run.kill("SIGTERM");
  assert.equal((await run.ended).code, 0);
});

test("fault 254: a state folder that cannot be written costs what is kept, and nothing else", async (t) => {
  // A file where a folder is expected: no right in the world makes that writable.
  const path = join(folderFor(t), "state");
  await writeFile(path, "");
  const files = { "config.yaml": await configFor(t) };
  const run = await startCli(t, [], { files, env: { STATE_DIRECTORY: path } });
  const port = await run.port();
  assert.equal((await ask(port, chat("m"))).status, 200);
  run.kill("SIGTERM");
  const { code, stdout } = await run.ended;
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`"level":"warn"[^\\n]*cannot be kept[^\\n]*${path} [^\\n]*--data-dir`));
});

test("fault 255: a port that is taken ends the start with the code that a service manager retries", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const files = { "config.yaml": `server: {port: ${endpoint.port}}\nendpoints: []\n` };
  const ended = await runCli(t, [], { files, env: { NOTIFY_SOCKET: "/run/nobody" } });
  assert.equal(ended.code, 1);
  assert.match(ended.stderr, /is already in use by [^\n]*\n {2}fix: /);
});
