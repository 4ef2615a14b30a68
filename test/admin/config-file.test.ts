// The configuration file by the admin API: no secret is shown and none is lost, the second of two editors is told, and
// what was can be brought back.

import assert from "node:assert/strict";
import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { MOST_CHARS } from "../../src/supervise/config-editor.ts";
import { adminFor } from "../support/admin-rig.ts";

const SECRET = "sk-canary-0123456789abcdef";
const FILE = `# Of this house
server:
  port: 0
endpoints:
  - name: one
    base_url: http://127.0.0.1:1/v1
    api_key: ${SECRET}
    models: [m, old] # two of them
`;

async function rig(t: TestContext, headers: Record<string, string> = {}) {
  const made = await adminFor(t, { file: FILE });
  const token = await made.logIn();
  const path = join(made.dataDir, "config.yaml");
  const ask = (method: string, target: string, body?: unknown) =>
    made.ask(method, `/admin/v1/config${target}`, {
      token,
      headers,
      ...(body === undefined ? {} : { body }),
    });
  const read = async () => Object((await ask("GET", "/file")).value);
  return { ...made, token, path, ask, read };
}

test("the file is shown without secrets, with the source of its values", async (t) => {
  const { ask } = await rig(t);
  const told = await ask("GET", "/file");
  assert.equal(told.status, 200, told.text);
  assert.ok(!told.text.includes(SECRET));
  const { text, sources, problems, is_in_force: isInForce } = Object(told.value);
  assert.ok(text.includes("# Of this house") && text.includes("# two of them"));
  assert.deepEqual([problems, isInForce], [[], true]);
  const of = (path: string) => sources.find((one: { path: string }) => one.path === path);
  assert.deepEqual(of("server.port"), { path: "server.port", value: 0, source: "config.yaml:3", line: 3 });
  assert.equal(of("endpoints.0.api_key").value, null);
  assert.equal(of("server.host").source, "default");
});

test("a reader of the mainland is told of problems in the Chinese of the mainland", async (t) => {
  const { ask, read } = await rig(t, { "accept-language": "zh-CN" });
  const { text, version } = await read();
  const typo = text.replace("models:", "modles:");
  const [problem] = Object((await ask("POST", "/check", { text: typo })).value).problems;
  assert.deepEqual(
    [problem.code, problem.message, problem.fix],
    ["OG110", "endpoints[0] (one) 有无法识别的键“modles”", '是不是要写 "models"？'],
  );
  const refused = Object((await ask("PUT", "/file", { text: typo, version })).value).error;
  assert.match(
    refused.message,
    /^请求不符合管理 API 的结构.*（body\.text:8：OG110：endpoints\[0\] \(one\) 有无法/,
  );
});

test("a large text is checked, put in force and brought back as a small one is", async (t) => {
  const { ask, read, path } = await rig(t);
  const { text, version } = await read();
  const many = Array.from(
    { length: 300 },
    (_, at) => `  - {name: e${at}, base_url: "http://127.0.0.1:1/v1"}\n`,
  );
  const large = text + many.join("");
  const checked = Object((await ask("POST", "/check", { text: large })).value);
  assert.deepEqual([checked.is_good, checked.change.endpoints.added.length], [true, 300]);
  const put = await ask("PUT", "/file", { text: large, version });
  assert.equal(put.status, 200, put.text);
  assert.ok((await readFile(path, "utf8")).includes(SECRET));
  const after = await read();
  assert.deepEqual([after.is_in_force, after.text === large], [true, true]);
  assert.ok(after.sources.some((one: { path: string }) => one.path === "endpoints.300.name"));
  const { data } = Object((await ask("GET", "/history")).value);
  const back = await ask("POST", `/history/${data[1].id}/restore`, { version: after.version });
  assert.deepEqual([back.status, await readFile(path, "utf8")], [200, FILE]);
});

test("a text of the history that is longer than any that may be sent is not brought back", async (t) => {
  const { ask, read, store, path } = await rig(t);
  const { version } = await read();
  const kept = { at: new Date(0).toISOString(), actor: "file", summary: "" };
  const long = `${FILE}# ${"x".repeat(MOST_CHARS)}`;
  await store.put({
    kind: "config_history",
    id: "000000000000001",
    text: JSON.stringify({ ...kept, text: long }),
  });
  const refused = await ask("POST", "/history/000000000000001/restore", { version });
  assert.equal(refused.status, 400, refused.text);
  assert.match(Object(refused.value).error.message, /longer than 256 KiB/);
  assert.equal(await readFile(path, "utf8"), FILE);
});

test("a text is checked before it counts, with what would change", async (t) => {
  const { ask, read, path } = await rig(t);
  const { text } = await read();
  const good = await ask("POST", "/check", { text: `${text.replace("[m, old]", "[m, new]")}` });
  const { is_good: isGood, change } = Object(good.value);
  assert.ok(isGood, good.text);
  assert.deepEqual(change.models, { appear: ["new"], vanish: ["old"] });
  assert.deepEqual(change.endpoints.changed, ["one"]);
  const bad = Object((await ask("POST", "/check", { text: text.replace("models:", "modles:") })).value);
  assert.deepEqual([bad.is_good, bad.change], [false, null]);
  assert.equal(bad.problems[0].line, 8);
  assert.equal(await readFile(path, "utf8"), FILE);
  const odd = await ask("POST", "/check", { text: "<kept 0123456789abcdef>" });
  assert.equal(odd.status, 400);
  assert.equal((await ask("POST", "/check", { text, more: 1 })).status, 400);
});

test("problems and refusals are told in the reader's language, and changes as data", async (t) => {
  const { ask, read } = await rig(t, { "accept-language": "zh-TW" });
  const { text, version } = await read();
  const typo = text.replace("models:", "modles:");
  const checked = await ask("POST", "/check", { text: typo });
  assert.equal(checked.headers["content-language"], "zh-TW");
  const [problem] = Object(checked.value).problems;
  assert.match(`${problem.code} ${problem.message} ${problem.fix}`, /^OG\d+ .*[\u4e00-\u9fff].*models/);
  const refused = Object((await ask("PUT", "/file", { text: typo, version })).value).error;
  assert.match(refused.problems[0].message, /^OG\d+：.*[\u4e00-\u9fff]/);
  const marks = Object((await ask("POST", "/check", { text: "<kept 0123456789abcdef>" })).value).error;
  assert.match(marks.message, /（body\.text:1：這個記號.+）$/);
  const other = text.replace("[m, old]", "[m, new]").replace("name: one", "name: one\n    weight: 3");
  const { change } = Object((await ask("POST", "/check", { text: other })).value);
  assert.deepEqual(change.changes, [
    { what: "weight", name: "one", from: "1", to: "3" },
    { what: "endpoint", name: "one", names: ["models"] },
  ]);
  await ask("PUT", "/file", { text: other, version });
  const [now, first] = Object((await ask("GET", "/history", undefined)).value).data;
  assert.deepEqual([now.changes, first.changes], [change.changes, []]);
});

test("a text or a file that would hold up requests is refused at once, with what to do", async (t) => {
  const { ask, path } = await rig(t);
  const text = `${FILE}# ${"x".repeat(256 * 1_024)}\n`;
  for (const [method, target, body] of [
    ["POST", "/check", { text: text.repeat(8) }],
    ["PUT", "/file", { text, version: "v" }],
  ] as const) {
    const told = await ask(method, target, body);
    assert.equal(told.status, 400, told.text);
    assert.match(told.text, /body\.text: the text is longer than 256 KiB/);
  }
  await writeFile(path, text);
  const shown = await ask("GET", "/file");
  assert.deepEqual([shown.status, Object(shown.value).error.code], [409, "admin_conflict"]);
  assert.match(shown.text, /Change it where it lies/);
});

test("a change keeps secrets, mode and comments; the second of two editors changes nothing", async (t) => {
  const { ask, read, path, gateway } = await rig(t);
  const { text, version } = await read();
  const put = await ask("PUT", "/file", { text: text.replace("[m, old]", "[m, new]"), version });
  assert.equal(put.status, 200, put.text);
  assert.ok(!put.text.includes(SECRET));
  assert.equal(await readFile(path, "utf8"), FILE.replace("[m, old]", "[m, new]"));
  assert.equal((await stat(path)).mode & 0o777, 0o640);
  assert.ok(gateway.table().models.has("new"));
  assert.equal(Object(put.value).file.is_in_force, true);
  const second = await ask("PUT", "/file", { text: "endpoints: []\n", version });
  assert.deepEqual([second.status, Object(second.value).error.code], [409, "admin_conflict"]);
  await writeFile(path, `${FILE}# by hand\n`);
  const late = await ask("PUT", "/file", { text, version: Object(put.value).file.version });
  assert.equal(late.status, 409);
  const now = await read();
  const broken = await ask("PUT", "/file", {
    text: now.text.replace("models:", "modles:"),
    version: now.version,
  });
  assert.equal(broken.status, 400);
  assert.match(broken.text, /body\.text:8/);
  assert.equal(await readFile(path, "utf8"), `${FILE}# by hand\n`);
});

test("what was in force is kept, shown without secrets, and brought back", async (t) => {
  const { ask, read, path } = await rig(t);
  const { text, version } = await read();
  await ask("PUT", "/file", { text: text.replace("[m, old]", "[m, new]"), version });
  const history = await ask("GET", "/history");
  assert.ok(!history.text.includes(SECRET));
  const [now, first] = Object(history.value).data;
  assert.deepEqual(
    [now.actor, now.is_current, first.actor, first.is_current],
    ["admin", true, "file", false],
  );
  const one = await ask("GET", `/history/${first.id}`);
  assert.ok(!one.text.includes(SECRET) && Object(one.value).text.includes("[m, old]"));
  const stale = await ask("POST", `/history/${first.id}/restore`, { version });
  assert.equal(stale.status, 409);
  const current = await read();
  const restored = await ask("POST", `/history/${first.id}/restore`, { version: current.version });
  assert.equal(restored.status, 200, restored.text);
  assert.equal(await readFile(path, "utf8"), FILE);
  assert.equal((await ask("POST", "/history/none/restore", { version })).status, 404);
});

/** To root every folder is open. */
const skip = process.getuid?.() === 0;

test("a folder that cannot be written leaves the file, which is told before anybody edits", {
  skip,
}, async (t) => {
  const { read, ask, path, dataDir } = await rig(t);
  await chmod(dataDir, 0o555);
  try {
    const before = await read();
    assert.equal(before.is_writable, true);
    const inPlace = await ask("PUT", "/file", {
      text: `${before.text}# in place\n`,
      version: before.version,
    });
    assert.equal(inPlace.status, 200, inPlace.text);
    assert.equal(await readFile(path, "utf8"), `${FILE}# in place\n`);
    await chmod(path, 0o440);
    const { text, version, is_writable: isWritable } = await read();
    assert.equal(isWritable, false);
    const put = await ask("PUT", "/file", { text: `${text}# more\n`, version });
    assert.deepEqual([put.status, Object(put.value).error.code], [409, "admin_conflict"]);
    assert.match(put.text, /cannot be written \(EACCES\)/);
    assert.equal(await readFile(path, "utf8"), `${FILE}# in place\n`);
  } finally {
    await chmod(dataDir, 0o755);
  }
});

test("an alias is looked at before it is kept", async (t) => {
  const { ask } = await adminFor(t, { file: FILE, token: "program-token-0123456789" });
  const preview = (body: unknown) =>
    ask("POST", "/admin/v1/aliases/preview", { token: "program-token-0123456789", body });
  const good = Object((await preview({ name: "fast", targets: ["one/m"] })).value);
  assert.deepEqual([good.is_good, good.appear, good.vanish], [true, ["fast"], []]);
  assert.equal(good.plan.candidates[0].share_percent, 100);
  const bad = Object((await preview({ name: "fast", targets: ["nobody/m"] })).value);
  assert.deepEqual([bad.is_good, bad.problems.length], [false, 1]);
});
