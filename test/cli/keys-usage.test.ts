// Keys, usage and the log of requests by commands: in the gateway that runs, and on the store where none does.

import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Ended, runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

type Running = {
  readonly port: number;
  readonly stop: () => Promise<Ended>;
  readonly run: (...args: readonly string[]) => Promise<Ended>;
};

const PRICE = "price: {input: 1, output: 2}";

async function running(t: TestContext): Promise<Running> {
  const fake = await fakeFor(t, { models: ["m"] });
  const config = `server: {port: 0}\nendpoints:\n  - {name: a, base_url: "${fake.url}", ${PRICE}}\n`;
  const gateway = await startCli(t, [], { files: { "config.yaml": config } });
  const port = await gateway.port();
  await gateway.ready();
  const dataDir = join(gateway.folder, "xdg-data", "oai-gateway");
  const at = ["--config", join(gateway.folder, "config.yaml"), "--data-dir", dataDir];
  return {
    port,
    stop: () => {
      gateway.kill("SIGTERM");
      return gateway.ended;
    },
    run: (...args) => runCli(t, [...args, ...at]),
  };
}

function chatWith(port: number, key?: string) {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return ask(port, { ...chat("m"), headers });
}

test("three commands: a key with a budget, a request with it, and what was spent", async (t) => {
  const { port, run, stop } = await running(t);
  assert.equal((await chatWith(port)).status, 200);
  const made = await run("keys", "create", "--name", "anna", "--budget", "5", "--per", "month", "--json");
  assert.equal(made.code, 0, made.stderr);
  const { key, id, prefix, budget } = JSON.parse(made.stdout);
  assert.ok(key.startsWith(prefix));
  assert.equal(budget.usd, "5");
  assert.equal((await chatWith(port)).status, 401);
  assert.equal((await chatWith(port, key)).status, 200);
  const used = await run("usage", "--by", "key", "--json");
  const { data, currency } = JSON.parse(used.stdout);
  const line = data.find((one: { group: { key: string } }) => one.group.key === "anna");
  assert.equal(currency, "USD");
  assert.deepEqual([line.requests, line.failed, line.unpriced], [1, 0, 0]);
  assert.ok(line.input_tokens > 0);
  assert.equal(Number(line.cost), (line.input_tokens + 2 * line.output_tokens) / 1e6);
  const [left] = JSON.parse((await run("budget", "--json")).stdout);
  assert.deepEqual([left.kind, left.name, left.usd, left.reserved_usd], ["key", "anna", "5", "0"]);
  assert.equal(left.spent_usd, line.cost);
  assert.match((await run("budget")).stdout, /^anna +month +5 +\S+ +99 % /m);
  const shown = await run("usage", "--by", "key,model");
  assert.match(shown.stdout, /^KEY +MODEL +REQUESTS[\s\S]*^anna +m +1 /m);
  const csv = await run("usage", "--by", "key", "--csv");
  assert.match(csv.stdout, /^key,requests,failed,input_tokens[\s\S]*^anna,1,0,/m);
  const logged = await run("logs", "--key", "anna", "--json");
  const [entry] = JSON.parse(logged.stdout).data;
  assert.deepEqual([entry.key, entry.model, entry.endpoint, entry.status], ["anna", "m", "a", 200]);
  assert.ok(![used, shown, csv, logged].some(({ stdout }) => stdout.includes(key)));
  assert.equal((await stop()).code, 0);
  // What the gateway has kept is there for commands without it.
  const after = await run("usage", "--by", "key", "--json");
  assert.deepEqual(JSON.parse(after.stdout).data, data);
  const kept = await run("keys", "show", "anna", "--json");
  assert.equal(JSON.parse(kept.stdout).id, id);
});

test("a key is disabled, enabled, rotated and deleted while the gateway runs", async (t) => {
  const { port, run } = await running(t);
  const made = await run("keys", "create", "--name", "phone", "--json");
  const { key } = JSON.parse(made.stdout);
  assert.match((await run("keys", "disable", "phone")).stdout, /phone: disabled/);
  assert.equal((await chatWith(port, key)).status, 401);
  assert.equal((await run("keys", "enable", "phone")).code, 0);
  assert.equal((await chatWith(port, key)).status, 200);
  const rotated = JSON.parse((await run("keys", "rotate", "phone", "--grace", "1h", "--json")).stdout);
  assert.equal((await chatWith(port, key)).status, 200);
  assert.equal((await chatWith(port, rotated.key)).status, 200);
  const again = await run("keys", "create", "--name", "phone");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /phone[\s\S]*admin_conflict/);
  assert.match((await run("keys", "delete", "phone")).stdout, /phone is deleted/);
  assert.equal((await run("keys", "show", "phone")).code, 1);
});

test("a refusal of the admin API is in the language of whoever runs the command", async (t) => {
  const { run, stop } = await running(t);
  // The command sends a name of any length; the API takes none that is so long.
  const wrong = ["keys", "create", "--name", "x".repeat(300)];
  const english = "body.name: must have at most 200 characters (admin_invalid)";
  const chinese = "body.name：最多 200 个字符（admin_invalid）";
  for (const stopped of [false, true]) {
    if (stopped) await stop();
    const inTaiwan = await run(...wrong, "--lang", "zh-TW");
    assert.equal(
      inTaiwan.stderr,
      "✖ body.name：最多 200 個字元（admin_invalid）\n  下一步：oai-gateway --help\n",
    );
    const inChina = await run(...wrong, "--lang", "zh-CN");
    assert.equal(inChina.stderr, `✖ ${chinese}\n  下一步：oai-gateway --help\n`);
    const asJson = await run(...wrong, "--lang", "zh-CN", "--json");
    assert.equal(asJson.code, 1);
    assert.equal(JSON.parse(asJson.stdout).problems[0].message, english);
  }
  assert.equal((await run(...wrong)).stderr, `✖ ${english}\n  next: oai-gateway --help\n`);
});

test("a line that is wrong is refused before anything is asked", async (t) => {
  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [["keys", "create"], /--name/],
    [["keys", "rotate"], /name or id/],
    [["keys", "create", "--name", "a", "--rpm", "0"], /--rpm/],
    [["keys", "create", "--name", "a", "--budget", "-1"], /--budget/],
    [["keys", "create", "--name", "a", "--per", "week"], /--per needs --budget/],
    [["keys", "create", "--name", "a", "--budget", "1", "--per", "year"], /--per/],
    [["keys", "rotate", "a", "--grace", "soon"], /--grace/],
    [["keys", "create", "--name", "a", "--expires", "2027-02-31"], /--expires must be a day/],
    [["usage", "--from", "yesterday"], /--from must be a day/],
    [["usage", "--json", "--csv"], /--json and --csv are two forms/],
    [["prices", "recalculate", "all"], /what is .+all/],
    [["prices", "recalculate", "--from", "soon"], /--from must be a day/],
    [["prices", "--dry-run"], /for "prices recalculate" alone/],
    [["usage", "--by", "color"], /--by must be one or more of these/],
    [["keys", "destroy"], /"destroy" is no action/],
    [["logs", "--lines", "0"], /--lines/],
  ];
  for (const [args, said] of refused) {
    const { code, stderr } = await runCli(t, args);
    assert.equal(code, 2, args.join(" "));
    assert.match(stderr, said);
  }
});

test("without a store and a gateway, commands say what is not there, in the reader's language", async (t) => {
  const none = await runCli(t, ["usage"]);
  assert.deepEqual([none.code, none.stdout], [0, "nothing was used in this time.\n"]);
  const link = await runCli(t, ["admin"]);
  assert.equal(link.code, 1);
  assert.match(link.stderr, /the link is good only in one that runs/);
  const inChinese: readonly (readonly [readonly string[], RegExp])[] = [
    [["keys", "disable", "nobody"], /沒有名稱或 id 為「nobody」的金鑰[\s\S]*keys list/],
    [["keys", "nothing"], /不接受「nothing」/],
    [["budget"], /沒有執行中的閘道/],
  ];
  for (const [args, said] of inChinese)
    assert.match((await runCli(t, [...args, "--lang", "zh-TW"])).stderr, said);
  const off = await runCli(t, ["usage", "--lang", "zh-TW"], {
    files: { "config.yaml": "store: {mode: off}\n" },
  });
  assert.equal(off.code, 1);
});
