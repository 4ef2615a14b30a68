// Start, address and end of a gateway as lines for machines, with nothing for people between them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { runCli, startCli } from "../support/cli.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";

type Line = Readonly<Record<string, unknown>>;

function linesOf(stdout: string): Line[] {
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
}

test("a life in JSON lines: started, ready, stopping, stopped; standard error stays empty", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const files = {
    "config.yaml": `server: {port: 0}\nendpoints:\n  - {name: e, base_url: "${endpoint.url}"}\n`,
  };
  const run = await startCli(t, [], { files });
  const port = await run.port();
  await run.ready();
  await run.says("stdout", /"event":"admin_link"/);
  run.kill("SIGTERM");
  const { code, stdout, stderr } = await run.ended;
  assert.equal(code, 0);
  assert.equal(stderr, "");
  const lines = linesOf(stdout);
  assert.deepEqual(
    lines.map(({ event }) => event),
    ["started", "models_listed", "ready", "admin_link", "stopping", "stopped"],
  );
  const [started, , ready, link, stopping, stopped] = lines;
  assert.match(String(link?.["url"]), /\/ui\/setup#[\w-]{32}$/);
  assert.equal(started?.["url"], `http://127.0.0.1:${port}`);
  assert.deepEqual([started?.["config"], started?.["endpoints"]], ["config.yaml", 1]);
  assert.match(String(started?.["version"]), /^\d/);
  assert.deepEqual([ready?.["models"], ready?.["endpoints"]], [1, 1]);
  assert.deepEqual([stopping?.["reason"], stopping?.["in_flight"]], ["SIGTERM", 0]);
  assert.equal(stopped?.["reason"], "SIGTERM");
});

test("nothing to serve is a line that says what to do, without keys that nobody can press", async (t) => {
  const run = await startCli(t, ["--no-detect", "--port", "0"]);
  const [line] = await run.says("stdout", /\{[^\n]*"event":"no_endpoints"[^\n]*\}/);
  assert.match(line, /"level":"warn"[^\n]*\.env[^\n]*SIGHUP/);
  assert.doesNotMatch(line, /press/);
  run.kill("SIGINT");
  const { stdout, stderr } = await run.ended;
  assert.equal(stderr, "");
  assert.equal(linesOf(stdout).at(-1)?.["reason"], "SIGINT");
});

test("pretty lines where nobody sits say it as well, beside the block", async (t) => {
  const run = await startCli(t, ["demo", "--port", "0", "--traffic", "0", "--log-format", "pretty"]);
  await run.port();
  await run.says("stderr", /Try:/);
  run.kill("SIGTERM");
  const { stdout, stderr } = await run.ended;
  assert.match(stdout, /started {2}oai-gateway \S+ listens on http:[^\n]* \(the demo, endpoints: 3\)/);
  assert.match(stdout, /stopping {2}SIGTERM: stopping;[^\n]*\n[^\n]*stopped/);
  assert.doesNotMatch(stderr, /press it again/);
});

test("a data folder that cannot be written is named, and how to have another", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const text = `server: {port: 0}\nendpoints:\n  - {name: e, base_url: "${endpoint.url}"}\n`;
  const files = { "config.yaml": text, "a-file": "" };
  const run = await startCli(t, ["--data-dir", "a-file/data"], { files });
  const [line] = await run.says("stdout", /\{[^\n]*"event":"saved_lists_failed"[^\n]*\}/);
  assert.match(line, /a-file\/data[^\n]*--data-dir[^\n]*OAI_GATEWAY_DATA_DIR/);
});

test("a gateway on every address says so, since its url is the one to ask from here", async (t) => {
  const args = [
    "--no-detect",
    "--host",
    "0.0.0.0",
    "--port",
    "0",
    "--allow-anonymous",
    "--log-format",
    "json",
  ];
  const run = await startCli(t, args);
  await run.says("stdout", /listens on every address of this machine, here http:\/\/127\.0\.0\.1:\d+ \(/);
  run.kill("SIGTERM");
  await run.ended;
});

test("a port that is taken is still told to people", async (t) => {
  const { stderr } = await runCli(t, ["--allow-anonymous", "--no-detect", "--host", "192.0.2.1"]);
  assert.match(stderr, /cannot listen|no network interface/);
});
