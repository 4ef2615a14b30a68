// Alerts of a gateway of several processes: the owner tells what any of them has seen, once, and not again after a
// restart.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { webhookFor } from "../support/fakes/webhook.ts";
import { askOn, configOf, workersFor } from "../support/workers.ts";
import { chat } from "../support/world.ts";

const KEY = "sk-canary-0123456789abcdef";

test("two processes tell of a model once, and a configuration that is refused and mended is told of", async (t) => {
  const hook = await webhookFor(t);
  const fake = await fakeFor(t);
  const config = configOf(
    { alpha: fake },
    { endpoint: { alpha: { api_key: KEY } }, rest: { alerts: { webhook: hook.url, repeat: "off" } } },
  );
  const gateway = await workersFor(t, config);
  for (const worker of [1, 2, 1]) {
    const wire = await gateway.openAt(worker);
    assert.equal((await askOn(wire, chat())).status, 200);
  }
  await hook.until(1);
  assert.deepEqual(hook.kinds(), ["model_unpriced raised"]);
  assert.deepEqual(hook.heard[0]?.body["subject"], "alpha/m");
  const file = join(gateway.run.folder, "config.yaml");
  await writeFile(file, `${config}\nnonsense`);
  await hook.until(2);
  await writeFile(file, config);
  await hook.until(3);
  assert.deepEqual(hook.kinds().slice(1), ["config_rejected raised", "config_rejected solved"]);
  assert.match(String(hook.heard[1]?.body["text"]), /config\.yaml was not taken: \d+ problems? \(OG1\d\d/);
  const told = JSON.stringify(hook.heard.map(({ body }) => body));
  assert.doesNotMatch(told + gateway.run.stdout + gateway.run.stderr, /canary/i);
});
