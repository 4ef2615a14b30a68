// Faults 184 to 186 and 242: characters of other keyboards, placeholders of other programs, anchors, keys that have lost
// their name: real files, looked at by `check` and served. Each single form is in `test/support/config/samples-slips.ts`,
// `placeholders.test.ts`, `anchors.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli, startCli } from "../../support/cli.ts";
import { fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { ask } from "../../support/wire.ts";
import { chat } from "../../support/world.ts";

const WIDE = `endpoints：
  - name: “本地”
    base_url: http://127.0.0.1:1/v1
　　api_key: hunter2hunter2
    weight：２
`;

test("fault 184: full-width characters are named as the cause, each with its place and its fix, and nothing else is", async (t) => {
  const { code, stdout } = await runCli(t, ["check"], { files: { "config.yaml": WIDE } });
  assert.equal(code, 1);
  const places = [...stdout.matchAll(/error\[(OG\d+)\][^\n]*\n *--> config\.yaml:(\d+:\d+)/g)];
  assert.deepEqual(
    places.map(([, found, place]) => `${found} ${place}`),
    ["OG106 1:10", "OG106 2:11", "OG106 4:1", "OG106 5:11"],
  );
  assert.match(stdout, /fix: write "endpoints:" and a space/);
  assert.match(stdout, /a full-width space \(U\+3000\) stands where YAML needs plain spaces/);
  assert.doesNotMatch(stdout, /hunter2|indented|did you mean/);
});

test("fault 184: names, comments and quoted texts in Chinese are served as they are", async (t) => {
  const endpoint = await fakeFor(t, { models: ["模型：測試（一）"] });
  const text = `# 說明：「全形」都可以　放在註解
endpoints:
  - name: 本地 # 名稱：中文
    base_url: ${endpoint.url}
routing:
  model_overrides:
    "快速：便宜": ["本地/模型：測試（一）"]
`;
  const run = await startCli(t, ["--port", "0"], { files: { "config.yaml": text } });
  const port = await run.port();
  await run.ready();
  for (const name of ["模型：測試（一）", "快速：便宜"])
    assert.equal((await ask(port, chat(name))).status, 200, name);
});

test("fault 185: a placeholder of another program is warned about with the form that works, and is sent as it stands", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const text = `endpoints:\n  - name: a\n    base_url: ${endpoint.url}\n    api_key: os.environ/MY_SECRET_KEY\n`;
  const files = { "config.yaml": text };
  const checked = await runCli(t, ["check"], { files });
  assert.equal(checked.code, 0);
  const said =
    /warning\[OG135\]: [^\n]*the text itself is sent as the key[\s\S]*fix: write \$\{MY_SECRET_KEY\}/;
  assert.match(checked.stdout + checked.stderr, said);
  const run = await startCli(t, ["--port", "0"], { files });
  const port = await run.port();
  await run.says("stderr", said);
  assert.equal((await ask(port, chat())).status, 200);
  assert.equal(endpoint.requests.at(-1)?.header("authorization"), "Bearer os.environ/MY_SECRET_KEY");
});

test("fault 186: anchors under x- keys and merge keys make the same endpoints as if they were written out", async (t) => {
  const [one, two] = [await fakeFor(t, { models: ["m"] }), await fakeFor(t, { models: ["m"] })];
  const text = `x-common: &common
  api_key: "\${SHARED_KEY}"
  weight: 2
endpoints:
  - <<: *common
    name: one
    base_url: ${one.url}
  - <<: *common
    name: two
    base_url: ${two.url}
    weight: 1
`;
  const files = { "config.yaml": text, ".env": "SHARED_KEY=sk-of-both\n" };
  const run = await startCli(t, ["--port", "0"], { files });
  const port = await run.port();
  await run.ready();
  for (let time = 0; time < 3; time += 1) assert.equal((await ask(port, chat())).status, 200);
  assert.deepEqual(
    [one, two].map((fake) => fake.requests.filter(isChat).length),
    [2, 1],
  );
  assert.equal(two.requests.at(-1)?.header("authorization"), "Bearer sk-of-both");
});

function isChat(request: { readonly path: string }): boolean {
  return request.path.endsWith("/chat/completions");
}

for (const [what, text] of [
  ["an endpoint's name", "endpoints:\n  - name: openai\n      hunter2hunter2\n    weight: 2\n"],
  ["a name in quotes", 'endpoints:\n  - name: "openai\n      hunter2hunter2"\n    weight: 2\n'],
  ["a host", "server:\n  host: 127.0.0.1\n    hunter2hunter2\n"],
  ["a target", "routing:\n  model_overrides:\n    smart:\n      - a/b\n        hunter2hunter2\n"],
] as const) {
  test(`fault 242: a key in a line of its own below ${what} is no part of it, and is not shown`, async (t) => {
    const { code, stdout, stderr } = await runCli(t, ["check"], { files: { "config.yaml": text } });
    assert.equal(code, 1);
    assert.match(stdout, /error\[OG101\]: this value goes on in the next line/);
    assert.doesNotMatch(stdout + stderr, /hunter2/);
  });
}
