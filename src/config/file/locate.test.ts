// Where the configuration is looked for.

import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { folderFor } from "../../../test/support/folder.ts";
import { isLoopbackHost, isWildcardHost } from "../../http/hosts.ts";
import { configCandidates, isFile, locateConfig, shownPath, userConfigFolder } from "./locate.ts";

test("--config wins, then the working folder, then the user's folder", async (t) => {
  const root = folderFor(t);
  const [cwd, home] = [join(root, "work"), join(root, "home")];
  const env = { HOME: home };
  await mkdir(join(home, ".config", "oai-gateway"), { recursive: true });
  await mkdir(cwd);
  assert.equal(locateConfig({ flag: undefined, cwd, env }), undefined);
  const inHome = join(home, ".config", "oai-gateway", "config.yaml");
  await writeFile(inHome, "");
  assert.equal(locateConfig({ flag: undefined, cwd, env }), inHome);
  // A folder of that name is no file.
  await mkdir(join(cwd, "config.yaml"));
  await writeFile(join(cwd, "config.yml"), "");
  assert.equal(locateConfig({ flag: undefined, cwd, env }), join(cwd, "config.yml"));
  assert.equal(locateConfig({ flag: "other.yaml", cwd, env }), join(cwd, "other.yaml"));
  // The variable wins over all that is looked for, and the flag over the variable.
  const named = { ...env, OAI_GATEWAY_CONFIG: "named.yaml" };
  assert.equal(locateConfig({ flag: undefined, cwd, env: named }), join(cwd, "named.yaml"));
  assert.equal(locateConfig({ flag: "other.yaml", cwd, env: named }), join(cwd, "other.yaml"));
  const empty = { ...env, OAI_GATEWAY_CONFIG: " " };
  assert.equal(locateConfig({ flag: undefined, cwd, env: empty }), join(cwd, "config.yml"));
});

test("the system's folder comes last, and each place once", () => {
  const places = (platform: NodeJS.Platform, cwd = "/srv") =>
    configCandidates({ cwd, env: { HOME: "/h", APPDATA: "/a" }, platform });
  assert.deepEqual(places("linux"), [
    "/srv/config.yaml",
    "/srv/config.yml",
    "/h/.config/oai-gateway/config.yaml",
    "/h/.config/oai-gateway/config.yml",
    "/etc/oai-gateway/config.yaml",
    "/etc/oai-gateway/config.yml",
  ]);
  assert.equal(places("linux", "/etc/oai-gateway").length, 4);
  assert.ok(!places("win32").some((place) => place.includes("/etc/")));
});

test("a path is shown relative below the working folder, and whole elsewhere", () => {
  assert.equal(shownPath("/srv/gateway", "/srv/gateway/config.yaml"), "config.yaml");
  assert.equal(shownPath("/srv/gateway", "/etc/oai-gateway/config.yaml"), "/etc/oai-gateway/config.yaml");
  // A service is started in the root, where all is below the working folder.
  assert.equal(shownPath("/", "/etc/oai-gateway/config.yaml"), "/etc/oai-gateway/config.yaml");
});

test("a place that cannot be looked at is not passed over", async (t) => {
  const root = folderFor(t);
  await symlink("config.yaml", join(root, "config.yaml"));
  assert.ok(isFile(join(root, "config.yaml")));
  assert.ok(!isFile(join(root, "config.yml")));
  assert.equal(locateConfig({ flag: undefined, cwd: root, env: {} }), join(root, "config.yaml"));
});

test("the user's folder follows the system's rules", () => {
  const folder = (env: Record<string, string>, platform: NodeJS.Platform) =>
    userConfigFolder({ cwd: "/", env, platform });
  assert.equal(folder({ HOME: "/h", XDG_CONFIG_HOME: "/x" }, "linux"), join("/x", "oai-gateway"));
  assert.equal(
    folder({ HOME: "/h", XDG_CONFIG_HOME: "relative" }, "linux"),
    join("/h", ".config", "oai-gateway"),
  );
  assert.equal(folder({ HOME: "/h" }, "darwin"), join("/h", ".config", "oai-gateway"));
  assert.equal(folder({ APPDATA: "/roaming" }, "win32"), join("/roaming", "oai-gateway"));
});

test("loopback and wildcard hosts", () => {
  for (const host of [
    "localhost",
    "LOCALHOST",
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "[::1]",
    "0:0:0:0:0:0:0:1",
    "::ffff:127.0.0.1",
    "x.localhost",
  ]) {
    assert.ok(isLoopbackHost(host), host);
  }
  for (const host of [
    "0.0.0.0",
    "::",
    "10.0.0.1",
    "example.com",
    "",
    "127.0.0.1.evil.example",
    "::ffff:10.0.0.1",
    "localhost.evil",
  ]) {
    assert.ok(!isLoopbackHost(host), host);
  }
  assert.ok(
    isWildcardHost("0.0.0.0") && isWildcardHost("::") && isWildcardHost("[::]") && !isWildcardHost("::1"),
  );
});
