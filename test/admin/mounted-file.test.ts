// A configuration file that is mounted by itself, as Docker does it: its name cannot be given to another file. The tests run
// once more in a process that may mount in a namespace of its own; where the system has none they are left out.

import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { errorCode } from "../../src/core/error-code.ts";
import { adminFor } from "../support/admin-rig.ts";

const FILE = `server:
  port: 0
endpoints:
  - name: one
    base_url: http://127.0.0.1:1/v1
    models: [m] # one of them
`;

if (process.env["OAI_GATEWAY_TEST_MOUNTS"] === undefined) {
  const isPossible = spawnSync("unshare", ["-rm", "true"]).status === 0;
  test("a file that is mounted by itself", { skip: !isPossible && "no namespaces of mounts" }, async () => {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    const argv = ["-rm", process.execPath, "--test-force-exit", fileURLToPath(import.meta.url)];
    const options = { env: { ...env, OAI_GATEWAY_TEST_MOUNTS: "1" }, timeout: 100_000 };
    const { stdout } = await promisify(execFile)("unshare", argv, options).catch((error) => {
      throw new Error(error.stdout);
    });
    assert.match(stdout, /pass 3/);
  });
} else {
  test("it is changed in place, and what it was is in the history", (t) => whileMounted(t, changesInPlace));
  test("where nothing can be kept first it stays as it is", (t) => whileMounted(t, staysWithoutCopy));
  test("one that is mounted to be read only is told before anybody edits", (t) =>
    whileMounted(t, tellsReadOnly));
}

type Mounted = Awaited<ReturnType<typeof mounted>>;

/** The mount ends before the folder is removed that it is in. */
async function whileMounted(t: TestContext, work: (mount: Mounted) => Promise<void>): Promise<void> {
  const mount = await mounted(t);
  try {
    await work(mount);
  } finally {
    execFileSync("umount", [mount.path]);
  }
}

async function mounted(t: TestContext) {
  const made = await adminFor(t, { file: FILE });
  const token = await made.logIn();
  const path = join(made.dataDir, "config.yaml");
  const source = join(made.dataDir, "source with a space.yaml");
  await writeFile(source, FILE);
  execFileSync("mount", ["--bind", source, path]);
  const ask = (method: string, target: string, body?: unknown) =>
    made.ask(method, `/admin/v1/config${target}`, body === undefined ? { token } : { token, body });
  const read = async () => Object((await ask("GET", "/file")).value);
  return { ...made, path, source, ask, read };
}

async function changesInPlace({ ask, read, path, source, dataDir, gateway }: Mounted): Promise<void> {
  await assert.rejects(rename(source, path), (error) => errorCode(error) === "EBUSY");
  const { text, version, is_writable: isWritable } = await read();
  assert.equal(isWritable, true);
  const shorter = FILE.replace(" # one of them", "").replace("[m]", "[n]");
  const put = await ask("PUT", "/file", {
    text: text.replace(" # one of them", "").replace("[m]", "[n]"),
    version,
  });
  assert.equal(put.status, 200, put.text);
  assert.equal(await readFile(source, "utf8"), shorter);
  assert.ok(gateway.table().models.has("n"));
  const [, first] = Object((await ask("GET", "/history")).value).data;
  assert.equal(first.actor, "file");
  assert.ok((await readdir(dataDir)).every((name) => !name.endsWith(".tmp")));
}

async function staysWithoutCopy({ ask, read, source, store }: Mounted): Promise<void> {
  const { text, version } = await read();
  store.put = () => Promise.reject(new Error("no room"));
  const put = await ask("PUT", "/file", { text: `${text}# more\n`, version });
  assert.deepEqual([put.status, Object(put.value).error.code], [409, "admin_conflict"]);
  assert.match(put.text, /could not be kept first/);
  assert.equal(await readFile(source, "utf8"), FILE);
}

async function tellsReadOnly({ ask, read, path, source }: Mounted): Promise<void> {
  execFileSync("mount", ["-o", "remount,bind,ro", path]);
  const { text, version, is_writable: isWritable } = await read();
  assert.equal(isWritable, false);
  const put = await ask("PUT", "/file", { text: `${text}# more\n`, version });
  assert.equal(put.status, 409);
  assert.match(put.text, /cannot be written \(EBUSY\)/);
  assert.equal(await readFile(source, "utf8"), FILE);
}
