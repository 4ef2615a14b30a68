// The demo over real sockets: the link to its dashboard, what there is to see at once, and what can be changed.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { OPENING_COUNT } from "../../src/demo/demo.ts";
import { type CliRun, startCli } from "../support/cli.ts";

type Lines = { readonly data: readonly Readonly<Record<string, unknown>>[] };

type DemoRun = {
  readonly run: CliRun;
  readonly root: string;
  /** Asks the admin API; the answer's JSON. */
  readonly ask: <Value>(path: string, method?: string, body?: object) => Promise<Value>;
};

/** A demo, logged in by its link. */
async function demoFor(t: TestContext, traffic = "20"): Promise<DemoRun> {
  const run = await startCli(t, ["demo", "--port", "0", "--traffic", traffic]);
  const root = `http://127.0.0.1:${await run.port()}`;
  const [, secret] = await run.says("stdout", /"event":"admin_link","url":"http:[^"]+\/ui\/login#([\w-]+)"/);
  const headers = { "content-type": "application/json" };
  const login = { method: "POST", headers, body: JSON.stringify({ secret }) };
  const session = await fetch(`${root}/admin/v1/session/link`, login);
  assert.equal(session.status, 200);
  const { token } = (await session.json()) as { readonly token: string };
  assert.equal((await fetch(`${root}/admin/v1/session/link`, login)).status, 401);
  return {
    run,
    root,
    ask: async <Value>(path: string, method = "GET", body?: object) => {
      const answer = await fetch(`${root}/admin/v1${path}`, {
        method,
        headers: { ...headers, authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.ok(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
      return (answer.status === 204 ? undefined : await answer.json()) as Value;
    },
  };
}

/** Asks until it is so: what the demo's store holds is written beside its start. */
async function until<Value>(ask: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
  }
}

function modelOf({ group }: Lines["data"][number]): unknown {
  return (group as Readonly<Record<string, unknown>>)["model"];
}

test("the demo's dashboard has a past, keys with budgets that are partly used, and an alias", async (t) => {
  const { ask } = await demoFor(t, "5");
  const keys = await until(
    () => ask<Lines>("/keys"),
    ({ data }) => data.filter(({ budget }) => budget !== null).length === 2,
  );
  assert.deepEqual(keys.data.map(({ name }) => name).sort(), ["coding-agent", "phone-app", "search-index"]);
  const budgets = await until(
    () => ask<Lines>("/budgets"),
    ({ data }) => data.length === 2 && data.every(({ spent_usd: spent }) => Number(spent) > 0),
  );
  for (const { spent_usd: spent, usd: limit } of budgets.data)
    assert.ok(Number(spent) < Number(limit) * 0.8, `${spent} of ${limit}`);
  const usage = await ask<Lines>("/usage?by=model");
  for (const model of ["claude-haiku-4-5", "gpt-5-mini", "text-embedding-3-small"])
    assert.ok(Number(usage.data.find((line) => modelOf(line) === model)?.["cost"]) > 0, model);
  assert.ok(Number(usage.data.find((line) => modelOf(line) === "mock-chat")?.["unpriced"]) > 0);
  const aliases = await ask<Lines>("/aliases");
  assert.deepEqual(
    aliases.data.map(({ name }) => name),
    ["fast"],
  );
});

test("one of the demo's first requests is answered by another endpoint than the one that failed", async (t) => {
  const run = await startCli(t, ["demo", "--port", "0", "--traffic", "20"]);
  await run.says("stdout", /"event":"failover"/);
  const [, nth] = await run.says("stdout", /"request_id":"demo-sample-(\d+)"[^\n]*"attempts":[2-9]/);
  assert.ok(Number(nth) <= OPENING_COUNT, `request ${nth}`);
});

test("endpoints of the demo are drained and enabled, and aliases made, in memory", async (t) => {
  const { run, root, ask } = await demoFor(t, "0");
  const chat = async (model: string): Promise<string | null> => {
    const answer = await fetch(`${root}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] }),
    });
    await answer.arrayBuffer();
    return answer.headers.get("x-oai-gateway-endpoint");
  };
  for (const name of ["alpha", "gamma"]) await ask(`/endpoints/${name}/drain`, "POST");
  for (let count = 0; count < 3; count += 1) assert.notEqual(await chat("gpt-5-mini"), "alpha");
  for (const name of ["alpha", "gamma"]) await ask(`/endpoints/${name}/enable`, "POST");
  await ask("/aliases/mine", "PUT", { targets: ["gamma/mock-chat"] });
  assert.equal(await chat("mine"), "gamma");
  assert.ok(await chat("mock-chat"), "nobody needs a key beside the keys of the demo");
  await run.says("stdout", /"event":"request","request_id":"(?!demo-)/);
});
