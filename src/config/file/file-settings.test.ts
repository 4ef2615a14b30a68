// Where a file sets its values, which stays known when it is in use.

import assert from "node:assert/strict";
import { test } from "node:test";
import { configFromText } from "./load.ts";

const TEXT = `x-times: &times {connect: 2s}
server:
  port: \${PORT}
  queue:
endpoints:
  - name: a
    base_url: http://h:1/v1
    timeouts: *times
routing: {models: {"gpt-*": {attempts: 1}}}
`;

test("a loaded configuration tells where the file sets a value, and that it does not", () => {
  const result = configFromText(TEXT, { file: "config.yaml", env: { PORT: "9000" } });
  assert.ok(result.kind === "ok", JSON.stringify(result));
  const placeOf = (...path: readonly (string | number)[]) => {
    const place = result.settings.placeOf(path);
    return place === undefined ? undefined : `${place.file}:${place.line}:${place.col}`;
  };
  assert.equal(placeOf("server", "port"), "config.yaml:3:3");
  assert.equal(placeOf("endpoints", 0), "config.yaml:6:5");
  assert.equal(placeOf("endpoints", 0, "base_url"), "config.yaml:7:5");
  assert.equal(placeOf("routing", "models", "gpt-*", "attempts"), "config.yaml:9:30");
  // What an anchor gives stands at the anchor.
  assert.equal(placeOf("endpoints", 0, "timeouts", "connect"), "config.yaml:1:18");
  // A key with nothing behind it sets nothing.
  for (const path of [["server", "queue"], ["server", "host"], ["log", "level"], ["endpoints", 1], []])
    assert.equal(placeOf(...path), undefined, path.join("."));
});
