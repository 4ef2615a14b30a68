import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "../../../test/support/folder.ts";
import { configFromText } from "../../config/file/load.ts";
import { message, translator, verbatim } from "../../language/messages.ts";
import { writeBundle } from "./doctor-bundle.ts";
import { checkClientKeys } from "./doctor-keys.ts";
import { checkClock } from "./doctor-runtime.ts";

const NOW = Date.UTC(2026, 10, 25);
const MINUTE = 60_000;

test("the clock is compared with the dates of the endpoints, one of which may be wrong itself", () => {
  assert.equal(checkClock([], NOW), undefined, "nothing to compare with");
  assert.deepEqual(checkClock([NOW, NOW - MINUTE, NOW - 500 * MINUTE], NOW), {
    label: message("doctor.clock"),
    isOk: true,
  });
  assert.deepEqual(
    checkClock([NOW - 20 * MINUTE], NOW)?.problem,
    message("doctor.clockAhead", { minutes: 20 }),
  );
  assert.deepEqual(
    checkClock([NOW + 20 * MINUTE], NOW)?.problem,
    message("doctor.clockBehind", { minutes: 20 }),
  );
});

test("client keys that have expired, and those that will within two weeks, are named", () => {
  const key = (name: string, days: number | undefined) => ({
    name,
    digest: name,
    models: undefined,
    expiresMs: days === undefined ? undefined : NOW + days * 24 * 60 * MINUTE,
  });
  const text = translator("en");
  assert.deepEqual(checkClientKeys([key("a", undefined)], NOW), []);
  const good = { label: message("clientKeys.label"), isOk: true };
  assert.deepEqual(checkClientKeys([key("a", undefined), key("b", 15)], NOW), [good]);
  const keys = [key("later", 14), key("gone", 0), key("soon", 1), key("long ago", -9), key("fine", 99)];
  const problems = checkClientKeys(keys, NOW).map(({ problem }) => problem && text(problem));
  assert.deepEqual(problems, [
    "expired client keys: long ago (2026-11-16 00:00 UTC), gone (2026-11-25 00:00 UTC).",
    "client keys that expire within 14 days: soon (2026-11-26 00:00 UTC), later (2026-12-09 00:00 UTC).",
  ]);
  const many = Array.from({ length: 12 }, (_, index) => key(`k${index}`, -1));
  const [first] = checkClientKeys(many, NOW);
  assert.ok(first?.problem !== undefined);
  assert.match(text(first.problem), /k9 \(.*\), and 2 more\.$/);
});

test("a bundle tells how the gateway is set up, and no secret", async (t) => {
  const text = `
server:
  api_keys: ["sk-client-CANARY"]
endpoints:
  - name: a
    base_url: http://127.0.0.1:1/v1
    api_key: sk-endpoint-CANARY
    headers: { x-secret: CANARY }
`;
  const loaded = configFromText(text, { file: "config.yaml", env: {} });
  assert.equal(loaded.kind, "ok");
  if (loaded.kind !== "ok") return;
  const report = {
    runtime: [],
    config: verbatim("config.yaml: 1 endpoint"),
    gateways: [],
    endpoints: [],
    aliases: [],
  };
  const file = join(folderFor(t), "bundle.json");
  const written = await readFile(await writeBundle(file, report, loaded.config), "utf8");
  assert.ok(!written.includes("CANARY"), written);
  const { config } = JSON.parse(written);
  assert.equal(config.server.apiKeys, 1);
  assert.deepEqual(
    [config.endpoints[0].name, config.endpoints[0].keys, config.endpoints[0].headers],
    ["a", 1, ["x-secret"]],
  );
});
