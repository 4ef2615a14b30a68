// The level of the log changes with the configuration, in every process, unless a flag sets it.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { askOn, configOf, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

test("a reload that wants no lines of requests has none written, in each process", async (t) => {
  const fake = await fakeFor(t);
  const gateway = await workersFor(t, configOf({ a: fake }));
  const wires = [await gateway.openAt(1), await gateway.openAt(2)];
  const file = join(gateway.run.folder, "config.yaml");
  await writeFile(file, configOf({ a: fake }, { rest: { log: { level: "warn" } } }));
  await gateway.run.says("stdout", /"event":"reload"/);
  const lines = (): number => gateway.run.stdout.match(/"event":"request"/g)?.length ?? 0;
  // The reload reaches the other processes a moment after it is told; from then on the count stands still.
  let quiet = 0;
  while (quiet < 20) {
    const before = lines();
    for (const wire of wires) assert.equal((await askOn(wire, chat())).status, 200);
    quiet = lines() === before ? quiet + 1 : 0;
  }
});
