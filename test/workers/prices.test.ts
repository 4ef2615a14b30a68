// Prices that were imported hold in every process, and so do those that are imported while all of them serve.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { importPrices } from "../../src/pricing/price-tables.ts";
import { json } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { askOn, configOf, until, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const USAGE = { prompt_tokens: 1_000, completion_tokens: 0, total_tokens: 1_000 };
const HEAD = { date: "2026-11-20", source: "mine.json" };

test("what was imported is the price in every process, at once and after a change", async (t) => {
  const fake = await fakeFor(t, { models: ["own-model"] });
  fake.always(json(200, JSON.stringify({ model: "own-model", choices: [], usage: USAGE })));
  const gateway = await workersFor(t, configOf({ fake }));
  const dataDir = join(gateway.run.folder, "xdg-data", "oai-gateway");
  const price = (perToken: number): void => {
    const row = { litellm_provider: "openai", input_cost_per_token: perToken, output_cost_per_token: 0 };
    assert.equal(importPrices(dataDir, { "own-model": row }, HEAD)?.models, 1);
  };
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  const costs = (): Promise<readonly (string | undefined)[]> =>
    Promise.all(
      wires.map(async (wire, index) => {
        const id = `price-${index}-${Math.random()}`;
        const answer = await askOn(wire, { ...chat("own-model"), headers: { "x-request-id": id } });
        assert.equal(answer.status, 200);
        const line = await gateway.run.says("stdout", new RegExp(`[^\\n]*"${id}"[^\\n]*\\n`));
        return /"cost_usd":"?([\d.e-]+)/.exec(line[0])?.[1];
      }),
    );
  price(1e-6);
  assert.deepEqual(await costs(), ["0.001", "0.001"]);
  price(2e-6);
  await until(costs, ([one, other]) => one === "0.002" && other === "0.002");
});
