// The cache of answers where several processes serve: each has its own, they are counted together, and emptied together.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { askRunning } from "../../src/cli/control/control-client.ts";
import { shownContext } from "../support/cli-context.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { askOn, configOf, until, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

test("fault 311: what was kept in two processes is counted together, and forgotten in both when it is emptied", async (t) => {
  const fake = await fakeFor(t);
  const routing = { models: { "*": { cache: { ttl: "10m" } } } };
  const gateway = await workersFor(t, configOf({ fake }, { rest: { routing } }));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  const marks = async (): Promise<(string | undefined)[]> => {
    const seen: (string | undefined)[] = [];
    for (const wire of wires) seen.push((await askOn(wire, chat())).header("x-oai-gateway-cache"));
    return seen;
  };
  assert.deepEqual(
    [await marks(), await marks()],
    [
      ["miss", "miss"],
      ["hit", "hit"],
    ],
  );
  const { folder } = gateway.run;
  const place = { config: join(folder, "config.yaml"), dataDir: join(folder, "xdg-data", "oai-gateway") };
  const ask = async (question: Parameters<typeof askRunning>[2]): Promise<string> =>
    JSON.stringify(
      (await askRunning(shownContext("en", undefined).context, place, question)).answers[0]?.answer,
    );
  await until(
    () => ask({ ask: "snapshot", models: "none" }),
    (told) => /"cache":\{"entries":2,"bytes":\d+,"maxBytes":134217728,"hits":2,"misses":2\}/.test(told),
  );
  assert.match(await ask({ ask: "admin", method: "DELETE", target: "/cache" }), /"entries":2/);
  await until(
    () => ask({ ask: "snapshot", models: "none" }),
    (told) => told.includes('"cache":{"entries":0,"bytes":0,'),
  );
  assert.deepEqual(await marks(), ["miss", "miss"]);
});

test("what one process has kept in the store another one finds there, until it is emptied", async (t) => {
  const fake = await fakeFor(t);
  const rest = { routing: { models: { "*": { cache: { ttl: "10m" } } } }, cache: { store: true } };
  const gateway = await workersFor(t, configOf({ fake }, { rest }));
  const [first, second] = [await gateway.openAt(1), await gateway.openAt(2)];
  const dataDir = join(gateway.run.folder, "xdg-data", "oai-gateway");
  const file = join(dataDir, "answers.db");
  const mark = async (wire: typeof first, seed: number): Promise<string | undefined> =>
    (await askOn(wire, chat("m", { seed }))).header("x-oai-gateway-cache");
  const place = { config: join(gateway.run.folder, "config.yaml"), dataDir };
  const { context } = shownContext("en", undefined);
  const ask = async (question: Parameters<typeof askRunning>[2]): Promise<string> =>
    JSON.stringify((await askRunning(context, place, question)).answers[0]?.answer);
  // On a busy machine the store may answer too late, which is a miss.
  let seed = 0;
  await until(
    async () => {
      seed += 1;
      assert.equal(await mark(first, seed), "miss");
      // Each look is a question to the owner, so that it has time to write.
      await until(
        async () => (await ask({ ask: "snapshot", models: "none" })) && rowsOf(file),
        (rows) => Number(rows) >= seed,
      );
      return await mark(second, seed);
    },
    (seen) => seen === "hit",
  );
  await until(
    () => ask({ ask: "snapshot", models: "none" }),
    (told) => /"stored":\{"hits":[1-9]/.test(told),
  );
  await ask({ ask: "admin", method: "DELETE", target: "/cache" });
  assert.equal(existsSync(file), false);
  assert.equal(await mark(second, seed), "miss");
});

function rowsOf(file: string): number {
  try {
    const database = new DatabaseSync(file, { readOnly: true });
    const { count } = database.prepare("SELECT count(*) AS count FROM answer").get() ?? {};
    database.close();
    return Number(count);
  } catch {
    return 0;
  }
}
