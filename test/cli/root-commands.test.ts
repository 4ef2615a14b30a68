// Commands that root runs on the data folder of a service, which has a user of its own: what they make there is the
// service's. A unit of systemd with `DynamicUser=` has such a folder.

import assert from "node:assert/strict";
import { chownSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "../support/cli.ts";
import { folderFor } from "../support/folder.ts";

/** The service's user: in no list of accounts, as systemd's dynamic ones. */
const SERVICE = 65_519;
const IS_ROOT = process.platform !== "win32" && process.getuid?.() === 0;

const FILES = {
  "config.yaml": "endpoints: [{name: a, base_url: 'http://127.0.0.1:1/v1', models: [m]}]\n",
  "table.json":
    '{"m":{"litellm_provider":"openai","input_cost_per_token":1e-6,"output_cost_per_token":2e-6}}',
};

test("files that root makes in a service's data folder are the service's", { skip: !IS_ROOT }, async (t) => {
  const root = folderFor(t);
  const [data, again] = [join(root, "data"), join(root, "again")];
  for (const folder of [data, again]) {
    mkdirSync(folder, { mode: 0o700 });
    chownSync(folder, SERVICE, SERVICE);
  }
  const copy = join(root, "copy.db");
  for (const [folder, ...words] of [
    [data, "keys", "create", "--name", "phone"],
    [data, "prices", "import", "table.json"],
    [data, "backup", copy],
    [again, "restore", copy],
    [again, "restore", copy, "--force"],
  ] as const) {
    const { code, stderr } = await runCli(t, [...words, "--data-dir", folder], { files: FILES });
    assert.equal(code, 0, `${words}: ${stderr}`);
  }
  const owners = (folder: string) =>
    (readdirSync(folder, { recursive: true }) as string[]).map((name) => [
      name,
      lstatSync(join(folder, name)).uid,
    ]);
  for (const name of ["usage.db", "key-pepper", "prices/imported.json"])
    assert.ok(
      owners(data).some(([file]) => file === name),
      name,
    );
  for (const folder of [data, again])
    assert.deepEqual(
      owners(folder).filter(([, uid]) => uid !== SERVICE),
      [],
    );
  // A copy elsewhere stays root's.
  assert.equal(lstatSync(copy).uid, 0);
});
