// Tests of data-folder.ts.

import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { dataFolder } from "./data-folder.ts";

const home = resolve("/home/someone");

test("the flag, then the variable, then the platform", () => {
  const env = { OAI_GATEWAY_DATA_DIR: "/from/env", XDG_DATA_HOME: "/xdg" };
  const at = (input: Omit<Parameters<typeof dataFolder>[0], "home">) =>
    dataFolder({ platform: "linux", ...input, home });
  assert.equal(at({ flag: "/flag", env }), resolve("/flag"));
  assert.equal(at({ flag: "here", env }), resolve("here"));
  assert.equal(at({ env }), resolve("/from/env"));
  const service = { STATE_DIRECTORY: "/var/lib/oai-gateway:/var/lib/other", XDG_DATA_HOME: "/xdg" };
  assert.equal(at({ env: service }), resolve("/var/lib/oai-gateway"));
  assert.equal(at({ env: { ...env, ...service } }), resolve("/from/env"));
  // The service manager gives absolute paths only.
  assert.equal(at({ env: { ...service, STATE_DIRECTORY: "state" } }), join("/xdg", "oai-gateway"));
  assert.equal(at({ env: { XDG_DATA_HOME: "/xdg" } }), join("/xdg", "oai-gateway"));
  // A relative XDG path is invalid by the specification.
  const usual = join(home, ".local", "share", "oai-gateway");
  assert.equal(at({ env: { XDG_DATA_HOME: "xdg" } }), usual);
  assert.equal(at({ flag: " ", env: { OAI_GATEWAY_DATA_DIR: "", XDG_DATA_HOME: "" } }), usual);
  assert.equal(at({ env: { LOCALAPPDATA: "/l" }, platform: "win32" }), join("/l", "oai-gateway"));
  assert.equal(at({ env: {}, platform: "win32" }), join(home, "AppData", "Local", "oai-gateway"));
});
