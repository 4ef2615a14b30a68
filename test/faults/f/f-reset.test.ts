// Faults 127 and 243: what rests is told, shown and ended; who asks something else. The gateway and the commands are processes of their own.

import assert from "node:assert/strict";
import { readdir, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { type CliRun, runCli, startCli } from "../../support/cli.ts";
import { apiError, json } from "../../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../../support/fakes/fake-endpoint.ts";
import { ask } from "../../support/wire.ts";
import { chat, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const LIMITED = apiError(429, "rate_limit_exceeded", { "retry-after": "600" });

function textFor(...fakes: readonly FakeEndpoint[]): string {
  const lines = fakes.map((fake, at) => `  - {name: ${"ab"[at]}, base_url: "${fake.url}"}\n`);
  return `server: {port: 0}\nendpoints:\n${lines.join("")}`;
}

type Running = { readonly run: CliRun; readonly port: number; readonly at: readonly string[] };

/** A gateway as a process; `at` names its configuration and its data folder to another command. */
async function running(t: TestContext, ...fakes: readonly FakeEndpoint[]): Promise<Running> {
  const run = await startCli(t, [], { files: { "config.yaml": textFor(...fakes) } });
  const port = await run.port();
  await run.ready();
  const dataDir = join(run.folder, "xdg-data", "oai-gateway");
  return { run, port, at: ["--config", join(run.folder, "config.yaml"), "--data-dir", dataDir] };
}

const why = /a\/m: rate limited; until \d{4}-\d\d-\d\dT/;

test("fault 127: the only endpoint rests: route says what, why and until when, and reset ends it", async (t) => {
  const fake = await fakeFor(t);
  fake.always(GOOD).script([LIMITED]);
  const { run, port, at } = await running(t, fake);
  assert.equal((await ask(port, chat())).status, 429);
  await run.says("stdout", /"event":"rest_began"[^\n]*a\/m/);
  const shown = await runCli(t, ["route", "m", ...at]);
  assert.match(shown.stdout, why);
  assert.match(shown.stderr, /as the running gateway has it now \(process \d+\)/);
  assert.equal((await ask(port, chat())).status, 429);
  const reset = await runCli(t, ["reset", ...at]);
  assert.deepEqual([reset.code, reset.stderr], [0, ""]);
  assert.match(reset.stdout, /ended in the running gateway \(process \d+\):\n/);
  assert.match(reset.stdout, why);
  assert.equal((await ask(port, chat())).status, 200);
  await run.says("stdout", /"event":"rest_ended"[^\n]*a\/m/);
  const again = await runCli(t, ["reset", ...at]);
  assert.match(again.stdout, /nothing rested/);
});

test("fault 127: reset of one endpoint, of one model, as JSON and in the other language", async (t) => {
  const fakes = [await fakeFor(t, { models: ["m", "n"] }), await fakeFor(t, { models: ["m", "n"] })] as const;
  for (const fake of fakes) fake.always(GOOD);
  const { port, at } = await running(t, ...fakes);
  const rest = async (model: string): Promise<void> => {
    for (const fake of fakes) fake.always(LIMITED);
    for (let time = 0; time < 2; time += 1) await ask(port, chat(model));
    for (const fake of fakes) fake.always(GOOD);
  };
  await rest("m");
  await rest("n");
  const one = await runCli(t, ["reset", "a", "--model", "m", "--json", ...at]);
  const value: unknown = JSON.parse(one.stdout);
  assert.ok(
    typeof value === "object" && value !== null && "gateways" in value && Array.isArray(value.gateways),
  );
  const [gateway] = value.gateways;
  assert.deepEqual(
    gateway.cleared.map((cleared: Record<string, unknown>) => [
      cleared["endpoint"],
      cleared["model"],
      cleared["key"],
    ]),
    [["a", "m", null]],
  );
  assert.equal((await ask(port, chat("m"))).header("x-oai-gateway-endpoint"), "a");
  const chinese = await runCli(t, ["reset", "b", "--lang", "zh-TW", ...at]);
  assert.match(chinese.stdout, /結束 2 項[\s\S]*b\/m：超過用量上限；到 .* 為止/);
  const unknown = await runCli(t, ["reset", "c", ...at]);
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /has no endpoint "c"; it has: a, b\./);
});

test("fault 127: an ejection is shown and ended too", async (t) => {
  const fakes = [await fakeFor(t), await fakeFor(t)] as const;
  fakes[0].always(apiError(500, null));
  fakes[1].always(GOOD);
  const { port, at } = await running(t, ...fakes);
  for (let time = 0; time < 6; time += 1) await ask(port, chat());
  const shown = await runCli(t, ["route", "m", "--json", ...at]);
  assert.match(shown.stdout, /"live": true/);
  assert.match(shown.stdout, /"operation": "chat",\s+"why": "failing, ejected for now"/);
  const before = fakes[0].requests.length;
  fakes[0].always(GOOD);
  await runCli(t, ["reset", "a", ...at]);
  for (let time = 0; time < 4; time += 1) assert.equal((await ask(port, chat())).status, 200);
  assert.ok(fakes[0].requests.length > before);
});

test("fault 127: where no gateway runs, or one with another configuration, that is said", async (t) => {
  const fake = await fakeFor(t);
  fake.always(GOOD);
  const files = { "config.yaml": textFor(fake) };
  const none = await runCli(t, ["reset"], { files });
  assert.equal(none.code, 1);
  assert.match(
    none.stderr,
    /no gateway of yours runs with this configuration: .*config\.yaml\.\n {2}next: oai-gateway/,
  );
  const route = await runCli(t, ["route", "m"], { files });
  assert.equal(route.code, 0);
  assert.match(route.stderr, /no gateway runs with this configuration/);
  const { run, at } = await running(t, fake);
  await writeFile(join(run.folder, "other.yaml"), textFor(fake));
  const other = await runCli(t, ["reset", "--config", join(run.folder, "other.yaml"), ...at.slice(2)]);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /fix: name the one that is served, by --config: .*config\.yaml/);
  run.kill("SIGKILL");
  await run.ended;
  const gone = await runCli(t, ["reset", ...at]);
  assert.equal(gone.code, 1);
  assert.match(gone.stderr, /no gateway of yours runs/);
});

test("fault 127: the socket is for this user alone, and a stop takes it away", async (t) => {
  const fake = await fakeFor(t);
  const { run } = await running(t, fake);
  const folder = join(run.folder, "xdg-data", "oai-gateway", "run");
  const names = await readdir(folder);
  assert.equal(names.length, 2);
  for (const path of [folder, ...names.map((name) => join(folder, name))])
    assert.equal((await stat(path)).mode & 0o077, 0, path);
  run.kill("SIGTERM");
  await run.ended;
  assert.deepEqual(await readdir(folder), []);
});

test("fault 127: a data folder with a very long path works as well", async (t) => {
  const fake = await fakeFor(t);
  fake.always(GOOD).script([LIMITED]);
  const files = { "config.yaml": textFor(fake) };
  const deep = `data-${"x".repeat(150)}`;
  const run = await startCli(t, ["--data-dir", deep], { files });
  const port = await run.port();
  await run.ready();
  await ask(port, chat());
  const at = ["--config", join(run.folder, "config.yaml"), "--data-dir", join(run.folder, deep)];
  const reset = await runCli(t, ["reset", ...at]);
  assert.match(reset.stdout, why);
});

test("fault 127: no request of a client ends a rest", async (t) => {
  const { ask: request, gateway, fakes } = await worldFor(t, { endpoints: { a: {} } });
  fakes.a.always(LIMITED);
  await request(chat());
  for (const path of ["/reset", "/v1/reset", "/admin/reset", "/v1/models/reset"])
    await request({ method: "POST", path, body: {} });
  assert.equal(gateway.targets.health.cooldowns.snapshot().length, 1);
});

test("fault 243: a question that is none is answered so, and is no fault of the gateway's", async (t) => {
  const { run, at } = await running(t, await fakeFor(t));
  const folder = join(run.folder, "xdg-data", "oai-gateway", "run");
  const name = (await readdir(folder)).find((one) => one.endsWith(".sock"));
  for (const question of ["hunter2", "null", "[]", '"snapshot"', "{}", "x".repeat(20_000)]) {
    const socket = connect(join(folder, name ?? ""));
    socket.write(`${question}\n`);
    assert.equal(await text(socket), '{"kind":"bad_question"}\n');
  }
  assert.equal((await runCli(t, ["models", ...at])).code, 0);
  run.kill("SIGTERM");
  await run.ended;
  assert.doesNotMatch(run.stdout + run.stderr, /"level":"error"|hunter2/);
});
