// The commands that read the configuration and ask the endpoints, as processes of their own.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { deadPort } from "../support/ports.ts";

const BROKEN = "endpoints:\n  - name: a\n    base_url: http://127.0.0.1:1/v1\n    wieght: 2\n";

test("check: a good file, a broken one, and none", async (t) => {
  const good = {
    "config.yaml": "endpoints:\n  - name: a\n    base_url: http://127.0.0.1:1/v1\n    models: [m]\n",
  };
  const ok = await runCli(t, ["check"], { files: good });
  assert.deepEqual(
    [ok.code, ok.stdout],
    [0, "✔ config.yaml: endpoints: 1, aliases: 0, model names in the file: 1\n"],
  );
  const broken = await runCli(t, ["check"], { files: { "config.yaml": BROKEN } });
  assert.equal(broken.code, 1);
  assert.match(
    broken.stdout,
    /error\[OG110\]: unknown key "wieght"[\s\S]*config\.yaml:4:5[\s\S]*fix: did you mean "weight"/,
  );
  const none = await runCli(t, ["check"]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /no configuration found: [\s\S]*next: oai-gateway init/);
});

test("check for scripts and for CI", async (t) => {
  const files = { "config.yaml": BROKEN };
  const json = await runCli(t, ["check", "--json"], { files });
  assert.equal(json.code, 1);
  const value: unknown = JSON.parse(json.stdout);
  assert.ok(typeof value === "object" && value !== null && "ok" in value && "problems" in value);
  assert.equal(value.ok, false);
  assert.ok(Array.isArray(value.problems));
  assert.deepEqual(
    [value.problems[0]?.code, value.problems[0]?.line, value.problems[0]?.col],
    ["OG110", 4, 5],
  );
  const github = await runCli(t, ["check", "--format", "github"], { files });
  assert.match(github.stdout, /^::error file=config\.yaml,line=4,col=5/);
});

test("check in Chinese: for people and for CI, and not for scripts; an empty file is told for what it is", async (t) => {
  const files = { "config.yaml": BROKEN };
  const text = await runCli(t, ["--lang", "zh-TW", "check"], { files });
  assert.match(text.stdout, /^錯誤\[OG110\]：endpoints\[0\] \(a\) 有不認得的鍵「wieght」\n/);
  assert.match(text.stdout, /修正：是不是要寫 "weight"？\n\n說明：oai-gateway explain OG110\n$/);
  const json = await runCli(t, ["--lang", "zh-TW", "check", "--json"], { files });
  assert.match(json.stdout, /"message": "unknown key \\"wieght\\"/);
  const github = await runCli(t, ["--lang", "zh-TW", "check", "--format", "github"], { files });
  assert.match(
    github.stdout,
    /^::error file=config\.yaml,line=4,col=5,endColumn=11,title=OG110::endpoints.*%0A修正：/,
  );
  const empty = await runCli(t, ["check"], { files: { "config.yaml": "" } });
  assert.equal(empty.code, 0);
  assert.match(empty.stdout, /! config\.yaml: no mistakes, but no endpoint either: every request would be/);
  assert.match(empty.stderr, /next: oai-gateway init/);
});

async function twoEndpoints(t: Parameters<typeof fakeFor>[0]): Promise<Readonly<Record<string, string>>> {
  const [one, two] = [await fakeFor(t, { models: ["m", "only-one"] }), await fakeFor(t, { models: ["m"] })];
  const config = `endpoints:
  - {name: one, base_url: "${one.url}", weight: 10}
  - {name: two, base_url: "${two.url}", weight: 5}
routing:
  model_overrides:
    fast: [one/only-one]
`;
  return { "config.yaml": config };
}

test("models: who serves what, with the share of each", async (t) => {
  const files = await twoEndpoints(t);
  const { stdout, code } = await runCli(t, ["models"], { files });
  assert.equal(code, 0);
  assert.deepEqual(stdout.split("\n"), [
    "fast       one/only-one 100 %         override",
    "m          one 66.67 %, two 33.33 %",
    "only-one   one 100 %",
    "",
  ]);
  const json = await runCli(t, ["models", "--json"], { files });
  const value: unknown = JSON.parse(json.stdout);
  assert.ok(typeof value === "object" && value !== null && "models" in value && Array.isArray(value.models));
  assert.deepEqual(value.models[1]?.served_by[1], {
    endpoint: "two",
    model: "m",
    weight: 5,
    priority: 1,
    share_percent: 33.33,
  });
});

test("route: a dry run, and an unknown name", async (t) => {
  const files = await twoEndpoints(t);
  const known = await runCli(t, ["route", "m"], { files });
  assert.match(
    known.stdout,
    /^m \(listed\)\n {2}→ one +m +weight 10 +66\.67 % +next\n {4}two +m +weight 5 +33\.33 %\n$/,
  );
  const unknown = await runCli(t, ["route", "fsat"], { files });
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /no endpoint serves "fsat"\.\n {2}fix: did you mean "fast"\?/);
});

test("models and route: tiers, strategy and fallbacks where there are any", async (t) => {
  const [one, two, spare] = [
    await fakeFor(t),
    await fakeFor(t),
    await fakeFor(t, { models: ["m", "large"] }),
  ];
  const config = `endpoints:
  - {name: one, base_url: "${one.url}", weight: 3}
  - {name: two, base_url: "${two.url}"}
  - {name: spare, base_url: "${spare.url}", priority: 2}
routing:
  models: {m: {strategy: sticky}}
  fallbacks: {m: [nobody, {to: large, on: [context_length]}]}
`;
  const files = { "config.yaml": config };
  const models = await runCli(t, ["models"], { files });
  assert.deepEqual(models.stdout.split("\n"), [
    "large   spare 100 %",
    "m       one 75 %, two 25 %, spare priority 2   sticky, falls back to nobody; large",
    "",
  ]);
  const route = await runCli(t, ["route", "m"], { files });
  const why = "rate_limited, unavailable, credentials, model_missing";
  assert.deepEqual(route.stdout.split("\n"), [
    "m (listed, sticky)",
    "  → one     m   weight 3   75 %   priority 1   next",
    "    two     m   weight 1   25 %   priority 1",
    "    spare   m   weight 1    0 %   priority 2   of a later tier (priority 2)",
    `    falls back to nobody (${why}); large (context_length)`,
    "",
  ]);
});

test("an endpoint that is down makes the answer partial: exit code 3", async (t) => {
  const up = await fakeFor(t, { models: ["m"] });
  const config = `endpoints:
  - {name: up, base_url: "${up.url}"}
  - {name: down, base_url: "http://127.0.0.1:${await deadPort()}/v1"}
`;
  const { code, stdout, stderr } = await runCli(t, ["models"], { files: { "config.yaml": config } });
  assert.equal(code, 3);
  assert.equal(stdout, "m   up 100 %\n");
  assert.match(stderr, /! down: [\s\S]*next: oai-gateway doctor/);
});

test("doctor: a table, a fix for each failing line, exit codes", async (t) => {
  const up = await fakeFor(t, { models: ["m"] });
  const config = `server: {port: ${await deadPort()}}
endpoints:
  - {name: up, base_url: "${up.url}", api_key: sk-canary-0123456789-a1b2}
  - {name: down, base_url: "http://127.0.0.1:${await deadPort()}/v1"}
routing:
  model_overrides:
    big: [up/mm]
    good: [up/m]
`;
  const files = { "config.yaml": config };
  const { code, stdout } = await runCli(t, ["doctor"], { files });
  assert.equal(code, 3);
  assert.match(stdout, /up +\d+ ms +✔ +1 +✔ +✔ +\d+\.\d\d s +key sk-…a1b2/);
  assert.match(stdout, /down +✖ /);
  assert.match(stdout, /✖ down .*fix: start it, .*enabled: false \(config\.yaml:4\)/);
  assert.match(stdout, /✔ good +→ up\/m/);
  assert.match(stdout, /✖ big +no endpoint lists "mm"\. +fix: did you mean "m"\? \(config\.yaml:7\)/);
  assert.match(stdout, /2 endpoints: 1 usable, 1 failing/);
  assert.doesNotMatch(stdout, /canary/);
  const one = await runCli(t, ["doctor", "--endpoint", "up", "--json"], { files });
  assert.equal(one.code, 0, one.stdout);
  const all = await runCli(t, ["doctor", "--endpoint", "down", "--json"], { files });
  assert.equal(all.code, 1);
});

test("init: from what is found, without a key in the file, never over an existing file", async (t) => {
  const provider = await fakeFor(t, { models: ["m"] });
  const env = { OPENAI_API_KEY: "sk-canary-0123456789-a1b2", OPENAI_BASE_URL: provider.url };
  const run = await startCli(t, ["init", "--from-detected", "--output", "new.yaml"], { env });
  const { code, stderr } = await run.ended;
  assert.equal(code, 0, stderr);
  assert.match(stderr, /next: oai-gateway --config new\.yaml\n/);
  const text = await readFile(join(run.folder, "new.yaml"), "utf8");
  assert.match(text, /^# yaml-language-server: \$schema=https:\/\/[^\n]*\/config\.schema\.json\n/);
  assert.match(
    text,
    /- name: openai\n {4}base_url: http:\/\/127\.0\.0\.1:\d+\/v1\n {4}api_key: \$\{OPENAI_API_KEY\}/,
  );
  assert.doesNotMatch(text + stderr, /canary/);
  // An editor finds the schema by its address: a copy would be one more file to overwrite, and would grow old.
  assert.ok(!(await readdir(run.folder)).includes("config.schema.json"));
});

test("a folder in place of a file is told with what to name", async (t) => {
  const { code, stderr, stdout } = await runCli(t, ["check", "--config", "."]);
  assert.equal(code, 1);
  assert.match(stdout + stderr, /OG100[^\n]*this is a folder[\s\S]*fix: name the file in it/);
});

test("what a variable opens to others is a problem for scripts too, and no file is called fine beside it", async (t) => {
  const files = { "config.yaml": "endpoints: [{name: a, base_url: http://127.0.0.1:1/v1}]\n" };
  const env = { OAI_GATEWAY_HOST: "0.0.0.0" };
  const text = await runCli(t, ["check"], { files, env });
  assert.equal(text.stdout, "");
  assert.match(text.stderr, /0\.0\.0\.0 can be reached/);
  const json = await runCli(t, ["check", "--json"], { files, env });
  const [problem] = JSON.parse(json.stdout).problems;
  assert.deepEqual([problem.code, problem.file, json.code], ["OG140", "config.yaml", 1]);
  assert.match(problem.fix, /OAI_GATEWAY_HOST/);
  const github = await runCli(t, ["check", "--format", "github"], { files, env });
  assert.match(github.stdout, /^::error file=config\.yaml,[^\n]*title=OG140::0\.0\.0\.0 can be reached/);
});

test("init refuses what it cannot do", async (t) => {
  const files = { "config.yaml": "endpoints: []\n" };
  const existing = await runCli(t, ["init", "--from-detected"], { files });
  assert.equal(existing.code, 1);
  assert.match(existing.stderr, /config\.yaml exists already\.\n {2}fix: pass --force/);
  const questions = await runCli(t, ["init"]);
  assert.equal(questions.code, 1);
  assert.match(questions.stderr, /needs a terminal\.\n {2}fix: oai-gateway init --from-detected/);
});
