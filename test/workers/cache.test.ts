// The cache of answers where several processes serve: each has its own, they are counted together, and emptied together.

import assert from "node:assert/strict";
import { join } from "node:path";
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
