// The files for servers keep what they promise: the image runs as nobody in particular, the unit is one that systemd
// takes, and both hand over the variables that the sample configuration names.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { configFromText } from "../../src/config/file/load.ts";
import { folderFor } from "../support/folder.ts";
import { worldFor } from "../support/world.ts";

function read(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), "utf8");
}

/** Instructions of a Dockerfile, with continued lines joined, a list for each stage. */
function stagesOf(text: string): (readonly [instruction: string, words: string])[][] {
  const stages: [string, string][][] = [];
  for (const line of text.replaceAll(/\s*\\\n\s*/g, " ").split("\n")) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const [, instruction = "", words = ""] =
      /^([A-Z]+) (.+)$/.exec(line) ?? assert.fail(`no instruction: ${line}`);
    if (instruction === "FROM") stages.push([]);
    stages.at(-1)?.push([instruction, words]);
  }
  return stages;
}

test("the Dockerfile has two stages with tags of their own, and ends as a user without rights", () => {
  const [build = [], image = [], ...more] = stagesOf(read("Dockerfile"));
  assert.equal(more.length, 0);
  for (const stage of [build, image]) {
    const [, from = ""] = stage[0] ?? [];
    assert.match(from, /^(?:--platform=\S+ )?node:\d+-[a-z-]+(?: AS build)?$/);
  }
  const said = (name: string) =>
    image.filter(([instruction]) => instruction === name).map(([, words]) => words);
  assert.deepEqual(said("USER"), ["node"]);
  assert.deepEqual(said("STOPSIGNAL"), ["SIGTERM"]);
  assert.deepEqual(said("EXPOSE"), ["8080"]);
  assert.deepEqual(said("VOLUME"), ["/data"]);
  assert.deepEqual(JSON.parse(said("ENTRYPOINT")[0] ?? ""), ["node", "/app/dist/oai-gateway.js"]);
  assert.match(said("ENV").join(" "), /OAI_GATEWAY_HOST=0\.0\.0\.0 OAI_GATEWAY_PORT=8080/);
  assert.match(said("HEALTHCHECK")[0] ?? "", /CMD \["node", "\/app\/deploy\/healthcheck\.js"\]$/);
  // What needs rights comes before they are given up, and nothing is fetched without a lock.
  const at = (name: string) => image.findIndex(([instruction]) => instruction === name);
  assert.ok(at("RUN") < at("USER") && at("USER") < at("VOLUME"));
  assert.deepEqual(
    build.filter(([instruction]) => instruction === "RUN").map(([, words]) => words),
    ["npm ci", "npm run build"],
  );
  for (const [, words] of [...build, ...image].filter(([instruction]) => instruction === "COPY")) {
    if (words.startsWith("--from=")) continue;
    for (const source of words.split(" ").slice(0, -1))
      assert.ok(existsSync(fileURLToPath(new URL(`../../${source}`, import.meta.url))), source);
  }
});

test("no secret and no built file gets into the image's context", () => {
  const left = read(".dockerignore").split("\n");
  for (const name of ["**/.env", "/secrets", "/config.yaml", "/config", ".git", "node_modules", "dist"])
    assert.ok(left.includes(name), name);
});

test("compose: a root that is read only, no rights, secrets and a health check", () => {
  const compose = parse(read("compose.yaml"));
  const service = compose.services["oai-gateway"];
  assert.deepEqual(
    [service.read_only, service.init, service.cap_drop, service.stop_grace_period],
    [true, true, ["ALL"], "45s"],
  );
  assert.deepEqual(service.healthcheck.test, ["CMD", "node", "/app/deploy/healthcheck.js"]);
  assert.equal(service.environment.CREDENTIALS_DIRECTORY, "/run/secrets");
  assert.deepEqual(service.secrets, Object.keys(compose.secrets));
  for (const port of service.ports) assert.match(port, /^127\.0\.0\.1:/);
  for (const [volume] of service.volumes.map((one: string) => one.split(":")))
    assert.ok(volume.startsWith("./") || volume in compose.volumes, volume);
});

test("the sample configuration names what compose and the unit hand over, and is right", async (t) => {
  const names = ["OPENAI_API_KEY", "GATEWAY_CLIENT_KEY"];
  const credentials = folderFor(t);
  for (const name of names) await writeFile(join(credentials, name), `key-of-${name.toLowerCase()}\n`);
  const env = { CREDENTIALS_DIRECTORY: credentials };
  const result = configFromText(read("deploy/config.yaml"), { file: "config.yaml", env });
  assert.deepEqual(result.kind === "ok" ? result.warnings : result.problems, []);
  assert.deepEqual(Object.keys(parse(read("compose.yaml")).secrets), names);
  const loaded = [...read("deploy/oai-gateway.service").matchAll(/^LoadCredential=(\w+):(\S+)$/gm)];
  assert.deepEqual(
    loaded.map(([, name]) => name),
    names,
  );
});

test("the unit says what the gateway promises its manager", () => {
  const settings = new Map<string, string>();
  for (const [, key = "", value = ""] of read("deploy/oai-gateway.service").matchAll(/^(\w+)=(.*)$/gm))
    settings.set(key, value);
  for (const [key, value] of Object.entries({
    Type: "notify",
    NotifyAccess: "all",
    ExecReload: "/bin/kill -HUP $MAINPID",
    Restart: "on-failure",
    RestartPreventExitStatus: "2",
    DynamicUser: "yes",
    StateDirectory: "oai-gateway",
    NoNewPrivileges: "yes",
    ProtectSystem: "strict",
    CapabilityBoundingSet: "",
  }))
    assert.equal(settings.get(key), value, key);
  assert.ok(Number(settings.get("TimeoutStopSec")) > 30);
  // It would stop the compiler of JavaScript.
  assert.ok(!settings.has("MemoryDenyWriteExecute"));
});

test("systemd takes the unit without a word", async (t) => {
  if (spawnSync("systemd-analyze", ["--version"]).status !== 0) return t.skip("needs systemd-analyze");
  const folder = folderFor(t);
  const file = join(folder, "oai-gateway.service");
  const unit = read("deploy/oai-gateway.service").replace("/usr/local/bin/oai-gateway", process.execPath);
  await writeFile(file, unit);
  const { status, stdout, stderr } = spawnSync("systemd-analyze", ["verify", file], { encoding: "utf8" });
  // Words about other units of this machine are none about ours.
  const said = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("oai-gateway"));
  assert.deepEqual([status, said], [0, []]);
});

test("the health check tells a gateway from none, and from a server that fails", async (t) => {
  const script = fileURLToPath(new URL("../../deploy/healthcheck.js", import.meta.url));
  const codeFor = async (port: number): Promise<unknown> => {
    const child = spawn(process.execPath, [script], { env: { OAI_GATEWAY_PORT: String(port) } });
    const [code] = await once(child, "exit");
    return code;
  };
  const { port } = await worldFor(t, { endpoints: { a: {} }, server: { api_keys: ["k-0123456789abcdef"] } });
  assert.equal(await codeFor(port), 0);
  const failing = createServer((_, answer) => answer.writeHead(500).end()).listen(0, "127.0.0.1");
  await once(failing, "listening");
  const address = failing.address();
  assert.ok(typeof address === "object" && address !== null);
  assert.equal(await codeFor(address.port), 1);
  failing.close();
  await once(failing, "close");
  assert.equal(await codeFor(address.port), 1);
});

test("the page about servers has the same headings and samples in both languages", () => {
  const [english, chinese] = ["docs/deploy.md", "docs/zh-TW/deploy.md"].map((page) => {
    const text = read(page);
    const samples = [...text.matchAll(/^```\w*\n[\s\S]*?^```$/gm)].map(([sample]) => sample);
    const headings = [...text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, "").matchAll(/^#+ /gm)].map(
      ([one]) => one,
    );
    return { samples, headings };
  });
  assert.deepEqual(chinese, english);
  assert.ok(english !== undefined && english.samples.length > 5);
  // The sample configuration is the file that the commands copy.
  const [, ...sample] = read("deploy/config.yaml").split("\n");
  assert.ok(english.samples.includes(`\`\`\`yaml\n${sample.join("\n")}\`\`\``));
});
