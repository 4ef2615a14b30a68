// A gateway whose configuration lies in the file and in the store: what the API has added is there after a restart, and
// is exported with the rest.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const TOKEN = "token-of-the-test-0123456789";
const SECRET = "sk-canary-0123456789abcdef";

async function admin(port: number, method: string, path: string, value?: unknown) {
  const answer = await fetch(`http://127.0.0.1:${port}/admin/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(value === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  });
  return { status: answer.status, text: await answer.text() };
}

test("an endpoint of the API outlives a restart, gives way to the file, and is exported", async (t) => {
  const [filed, added] = [await fakeFor(t, { models: ["old"] }), await fakeFor(t, { models: ["new"] })];
  const entry = (name: string) => `  - {name: ${name}, base_url: "${filed.url}"}\n`;
  const config = `# mine\nserver: {port: 0}\nadmin: {token: "\${ADMIN}"}\nendpoints:\n${entry("a")}`;
  const files = { "config.yaml": config, ".env": `ADMIN=${TOKEN}\n` };
  const first = await startCli(t, [], { files });
  const { folder } = first;
  const at = ["--config", join(folder, "config.yaml"), "--data-dir", join(folder, "xdg-data", "oai-gateway")];
  const port = await first.port();
  await first.ready();
  const body = { base_url: added.url, api_key: SECRET };
  const put = await admin(port, "PUT", "endpoints/my-gpu", body);
  assert.equal(put.status, 200, put.text);
  assert.equal((await admin(port, "PUT", "aliases/best", { targets: ["my-gpu/new"] })).status, 200);
  const clash = await admin(port, "PUT", "endpoints/a", body);
  assert.equal(clash.status, 409);
  assert.match(clash.text, /config\.yaml:5/);
  assert.equal((await ask(port, chat("best"))).status, 200);
  assert.equal((await runCli(t, ["keys", "create", "--name", "anna", ...at])).code, 0);
  first.kill("SIGTERM");
  assert.equal((await first.ended).code, 0);
  assert.ok(!first.stdout.includes(SECRET) && !first.stderr.includes(SECRET));

  const alone = await runCli(t, ["config", "export", ...at]);
  assert.equal(alone.code, 0, alone.stderr);
  assert.ok(alone.stdout.startsWith("# mine\n"), alone.stdout);
  assert.match(alone.stdout, /token: "\$\{ADMIN\}"/);
  assert.match(alone.stdout, /api_key: "\$\{MY_GPU_API_KEY\}"/);
  assert.match(alone.stdout, /^# {3}anna \(ogw_/m);
  assert.ok(!alone.stdout.includes(SECRET) && !alone.stdout.includes(TOKEN));
  const written = join(folder, "whole.yaml");
  const out = await runCli(t, ["config", "export", "--with-secrets", "-o", written, ...at]);
  assert.equal(out.code, 0, out.stderr);
  assert.match(await readFile(written, "utf8"), new RegExp(SECRET));
  assert.equal((await runCli(t, ["config", "export", "-o", written, ...at])).code, 1);
  // What was exported is a configuration by itself.
  const checked = await runCli(t, ["check", "--config", written], { env: { ADMIN: TOKEN } });
  assert.equal(checked.code, 0, checked.stderr);

  const second = await startCli(t, at);
  const again = await second.port();
  await second.ready();
  assert.equal((await admin(again, "GET", "config")).text.includes('"my-gpu"'), true);
  await runCli(t, ["keys", "delete", "anna", ...at]);
  assert.equal((await ask(again, chat("best"))).status, 200);
  // The file takes the name: it wins, at once.
  await writeFile(join(folder, "config.yaml"), `${config}${entry("my-gpu")}`);
  await second.says("stdout", /config_entry_left_out/);
  assert.equal((await ask(again, chat("my-gpu/old"))).status, 200);
  await writeFile(join(folder, "config.yaml"), config);
  await second.says("stdout", /(?:my-gpu: new base_url and api_key[\s\S]*){2}/);
  assert.equal((await admin(again, "DELETE", "aliases/best")).status, 204);
  assert.equal((await admin(again, "DELETE", "endpoints/my-gpu")).status, 204);
  assert.equal((await ask(again, chat("best"))).status, 404);
});
