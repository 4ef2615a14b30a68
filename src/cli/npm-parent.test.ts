// Tests of npm-parent.ts: which scripts of npm mean the gateway to stay when npm has ended. That it ends with the others
// is in `test/faults/f/f-launcher.test.ts`.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isBoundToNpm } from "./npm-parent.ts";

test("a gateway ends with its npm unless the script leaves it behind", () => {
  assert.equal(isBoundToNpm({}), false);
  assert.equal(isBoundToNpm({ npm_lifecycle_event: "npx", npm_lifecycle_script: "'oai-gateway'" }), true);
  const isBound = (script: string): boolean =>
    isBoundToNpm({ npm_lifecycle_event: "start", npm_lifecycle_script: script });
  for (const script of [
    "node bin/oai-gateway.cjs serve",
    "npm run build && oai-gateway serve",
    "oai-gateway serve >log 2>&1",
    "oai-gateway serve &>log",
    "oai-gateway",
  ])
    assert.equal(isBound(script), true, script);
  for (const script of [
    "nohup oai-gateway serve",
    "oai-gateway serve &",
    "oai-gateway serve >log 2>&1 & echo $! >pid",
    "npm run build && (oai-gateway serve &)",
    "setsid oai-gateway serve",
    // A shell below npm hands its variables on, and is no parent to end with.
    "bash",
    "code --wait .",
    "vite --title my-oai-gateway-page",
    "",
  ])
    assert.equal(isBound(script), false, script);
});
