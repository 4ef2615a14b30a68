// `prices recalculate`: the past by the prices of today, while a gateway runs and without one.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";
import { chat } from "../support/world.ts";

test("past requests are priced anew, by the gateway that runs and on the store alone", async (t) => {
  const fake = await fakeFor(t, { models: ["m"] });
  const configOf = (price: string): string =>
    `server: {port: 0}\nendpoints:\n  - {name: a, base_url: "${fake.url}"${price}}\n`;
  const gateway = await startCli(t, [], { files: { "config.yaml": configOf("") } });
  const port = await gateway.port();
  await gateway.ready();
  const file = join(gateway.folder, "config.yaml");
  const at = ["--config", file, "--data-dir", join(gateway.folder, "xdg-data", "oai-gateway")];
  const run = async (...args: readonly string[]) => {
    const ended = await runCli(t, [...args, ...at]);
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  };
  const costs = async (): Promise<readonly [string | null, number]> => {
    const [line] = JSON.parse((await run("usage", "--json")).stdout).data;
    return [line.cost, line.unpriced];
  };
  for (let sent = 0; sent < 3; sent += 1) assert.equal((await ask(port, chat("m"))).status, 200);
  assert.deepEqual(await costs(), [null, 3]);
  const none = JSON.parse((await run("prices", "recalculate", "--json")).stdout);
  assert.deepEqual(
    [none.rows, none.changed, none.unpriced],
    [3, 0, [{ endpoint: "a", model: "m", requests: 3 }]],
  );

  await writeFile(file, configOf(", price: {input: 1, output: 2}"));
  gateway.kill("SIGHUP");
  await gateway.says("stdout", /"event":"reload"/);
  const would = await run("prices", "recalculate", "--dry-run");
  assert.match(would.stdout, /^3 requests looked at; the cost of 3 would be changed/);
  assert.deepEqual(await costs(), [null, 3]);
  const done = JSON.parse((await run("prices", "recalculate", "--json")).stdout);
  assert.deepEqual([done.rows, done.changed, done.cost_before, done.kept], [3, 3, "0", 0]);
  const [cost, unpriced] = await costs();
  assert.deepEqual([cost, unpriced], [done.cost_after, 0]);
  assert.ok(Number(cost) > 0);
  const [entry] = JSON.parse((await run("logs", "--json")).stdout).data;
  assert.deepEqual([entry.cost_source, Number(entry.cost) * 3], ["config", Number(cost)]);

  gateway.kill("SIGTERM");
  assert.equal((await gateway.ended).code, 0);
  await writeFile(file, configOf(", price: {input: 2, output: 4}"));
  const doubled = await run("prices", "recalculate", "--model", "m");
  assert.match(doubled.stdout, /the cost of 3 was changed/);
  assert.match(doubled.stderr, /budgets of a running gateway stay as they were counted/);
  assert.equal(Number((await costs())[0]), 2 * Number(cost));
  // What nobody can price any more stays as it was.
  await writeFile(file, configOf("").replace("name: a", "name: b"));
  const kept = JSON.parse((await run("prices", "recalculate", "--json")).stdout);
  assert.deepEqual([kept.changed, kept.kept, kept.unpriced], [0, 3, []]);
});
