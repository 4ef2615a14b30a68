// The commands that serve, as processes of their own: start, first answer, reload, refusals to start, stop.

import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { type CliRun, runCli, startCli } from "../support/cli.ts";
import { Gate } from "../support/condition.ts";
import { held, json } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { ask } from "../support/wire.ts";

const CHAT = { model: "qwen3:8b", messages: [{ role: "user", content: "canary-prompt" }] };

function configFor(...endpoints: readonly FakeEndpoint[]): string {
  const entries = endpoints.map(
    (endpoint, index) =>
      `  - name: e${index + 1}\n    base_url: ${endpoint.url}\n    api_key: sk-canary-0123456789\n    weight: ${index + 1}\n`,
  );
  return `server:\n  port: 0\nendpoints:\n${entries.join("")}`;
}

async function chat(port: number): Promise<number> {
  const answer = await ask(port, { method: "POST", path: "/v1/chat/completions", body: CHAT });
  return answer.status;
}

async function stopCleanly(run: CliRun): Promise<void> {
  run.kill("SIGTERM");
  const { code, signal } = await run.ended;
  assert.deepEqual([code, signal], [0, null]);
}

test("serve: ready block, table, an answer, a JSON line, a clean end", async (t) => {
  const endpoint = await fakeFor(t, { models: ["qwen3:8b", "other"] });
  const files = { "config.yaml": configFor(endpoint) };
  const pretty = await startCli(t, ["serve", "--log-format", "pretty"], { files });
  const port = await pretty.port();
  await pretty.says("stderr", /✔ e1 +weight 1 +2 models +\d+ ms/);
  await pretty.says(
    "stderr",
    /Try:\n +curl http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions [^\n]*\n[^\n]*qwen3:8b/,
  );
  assert.match(pretty.stderr, /Config +config\.yaml \(1 endpoint, watching for changes\)/);
  assert.equal(await chat(port), 200);
  await stopCleanly(pretty);
  assert.match(pretty.stderr, /Stopping: [^;]*\n +Stopped\./);
  const run = await startCli(t, ["serve"], { files });
  assert.equal(await chat(await run.port()), 200);
  const [line] = await run.says("stdout", /\{[^\n]*"event":"request"[^\n]*\}/);
  const fields: unknown = JSON.parse(line);
  assert.ok(typeof fields === "object" && fields !== null && "model" in fields && "endpoint" in fields);
  assert.deepEqual([fields.model, fields.endpoint], ["qwen3:8b", "e1"]);
  await stopCleanly(run);
  for (const { stdout, stderr } of [pretty, run]) {
    assert.doesNotMatch(stdout + stderr, /canary/);
    assert.doesNotMatch(stderr, /\u001b/);
  }
});

test("a saved change is live, a broken one changes nothing", async (t) => {
  const [first, second] = [
    await fakeFor(t, { models: ["qwen3:8b"] }),
    await fakeFor(t, { models: ["qwen3:8b"] }),
  ];
  const run = await startCli(t, [], { files: { "config.yaml": configFor(first) } });
  const port = await run.port();
  await run.ready();
  const file = join(run.folder, "config.yaml");
  await writeFile(file, configFor(first).replace("weight:", "wieght:"));
  await run.says("stderr", /error\[OG110\][\s\S]*did you mean "weight"/);
  await run.says("stdout", /"event":"reload_failed"[^\n]*"code":"OG110","line":\d+,"column":\d+/);
  assert.equal(await chat(port), 200);
  await writeFile(file, configFor(first, second));
  await run.says("stdout", /"event":"reload"[^\n]*\+1 endpoint \(e2\)/);
  run.kill("SIGHUP");
  await run.says("stdout", /"event":"reload"[^\n]*nothing changed/);
  assert.equal(await chat(port), 200);
  await stopCleanly(run);
});

test("the first signal lets a request finish, the second cuts it", async (t) => {
  const endpoint = await fakeFor(t, { models: ["qwen3:8b"] });
  const gate = new Gate();
  endpoint.script([held(gate, json(200, { id: "late" })), held(new Gate(), json(200, {}))]);
  const files = { "config.yaml": configFor(endpoint) };
  const finishing = await startCli(t, [], { files });
  const answer = chat(await finishing.port());
  await endpoint.waitForRequest(1);
  finishing.kill("SIGTERM");
  await finishing.stopping();
  gate.open();
  assert.equal(await answer, 200);
  assert.equal((await finishing.ended).code, 0);
  const cut = await startCli(t, [], { files });
  const lost = assert.rejects(chat(await cut.port()));
  await endpoint.waitForRequest(2);
  cut.kill("SIGTERM");
  await cut.stopping();
  cut.kill("SIGTERM");
  await lost;
  assert.equal((await cut.ended).code, 0);
});

test("nothing configured still starts and helps", async (t) => {
  const run = await startCli(t, ["--no-detect", "--port", "0", "--log-format", "pretty"]);
  const port = await run.port();
  await run.says("stderr", /No endpoints yet[\s\S]*Pick one[\s\S]*oai-gateway init/);
  const models = await ask(port, { path: "/v1/models" });
  assert.deepEqual(models.json(), { object: "list", data: [] });
  const refused = await ask(port, { method: "POST", path: "/v1/chat/completions", body: CHAT });
  assert.equal(refused.status, 503);
  assert.match(refused.text, /"code":"no_endpoints"/);
  await stopCleanly(run);
});

test("what to try is a model that chats at an endpoint that answers, and nothing where there is none", async (t) => {
  const [vectors, broken] = [await fakeFor(t, { models: ["text-embedding-9"] }), await fakeFor(t)];
  broken.on("/models", json(500, { error: { message: "made up" } }));
  const override = "routing: {model_overrides: {aaa: [e1/x]}}\n";
  const down = await startCli(t, ["--log-format", "pretty"], {
    files: { "config.yaml": `${configFor(broken)}${override}` },
  });
  await down.says(
    "stderr",
    /✖ e1[^\n]*\n\n +1 model\.\n +! No endpoint can be used now[^\n]*\n[^\n]*doctor\n/,
  );
  assert.doesNotMatch(down.stderr, /curl/);
  await stopCleanly(down);
  // The override would be first by its name; the one endpoint that answers has nothing that chats.
  const mixed = await startCli(t, ["--log-format", "pretty"], {
    files: { "config.yaml": `${configFor(broken, vectors)}${override}` },
  });
  await mixed.ready();
  await mixed.says("stderr", /2 models\./);
  assert.doesNotMatch(mixed.stderr, /curl|No endpoint/);
  await stopCleanly(mixed);
  const answering = await fakeFor(t, { models: ["zzz"] });
  const some = await startCli(t, ["--log-format", "pretty"], {
    files: { "config.yaml": `${configFor(broken, answering)}${override}` },
  });
  await some.says("stderr", /curl [^\n]*\n[^\n]*"model":"zzz"/);
  await stopCleanly(some);
});

test("a broken configuration refuses to start and shows every problem", async (t) => {
  const files = { "config.yaml": 'server: {port: "x"}\nendpoints:\n  - name: a\n    base_url: ftp://x\n' };
  const { code, stderr, stdout } = await runCli(t, [], { files });
  assert.equal(code, 1);
  assert.match(stderr, /error\[OG112\][\s\S]*error\[OG122\]/);
  assert.equal(stdout, "");
});

test("a port that is taken: who has it, and what to do", async (t) => {
  const server = createServer((_request, response) => {
    response.setHeader("server", "llama.cpp").end('{"data":[]}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const { code, stderr } = await runCli(t, ["--no-detect", "--port", String(port)]);
  assert.equal(code, 1);
  assert.match(stderr, /already in use by a server that answers like llama\.cpp/);
  assert.match(stderr, new RegExp(`fix: oai-gateway --port ${port + 1}`));
  assert.match(stderr, new RegExp(`base_url: http://127\\.0\\.0\\.1:${port}/v1`));
});

test("a gateway with client keys is known by its port as well, to the start and to doctor", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const text = configFor(endpoint).replace("port: 0", "port: 0\n  api_keys: [a-client-key-of-20-char]");
  const running = await startCli(t, [], { files: { "config.yaml": text } });
  const port = await running.port();
  const taken = await runCli(t, ["--no-detect", "--port", String(port)]);
  assert.match(taken.stderr, /already in use by another oai-gateway/);
  const files = { "config.yaml": text.replace("port: 0", `port: ${port}`) };
  const { code, stdout } = await runCli(t, ["doctor"], { files });
  assert.match(stdout, new RegExp(`✔ port ${port} ours`));
  assert.equal(code, 0);
  await stopCleanly(running);
});

test("an address that others can reach needs client keys", async (t) => {
  const refused = await runCli(t, ["--no-detect", "--host", "0.0.0.0", "--port", "0"]);
  assert.equal(refused.code, 1);
  assert.match(
    refused.stderr,
    /0\.0\.0\.0 can be reached from other machines[\s\S]*fix: .*--allow-anonymous/,
  );
  const allowed = await startCli(t, ["--no-detect", "--host", "0.0.0.0", "--port", "0", "--allow-anonymous"]);
  await allowed.port();
  await stopCleanly(allowed);
});

test("--allow-anonymous counts for a file as well, and at a reload of it", async (t) => {
  const endpoint = await fakeFor(t, { models: ["m"] });
  const text = `${configFor(endpoint)}\n`.replace("port: 0", "port: 0\n  host: 0.0.0.0");
  const files = { "config.yaml": text };
  const refused = await runCli(t, [], { files });
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /OG140/);
  const allowed = await startCli(t, ["--allow-anonymous"], { files });
  await allowed.port();
  await writeFile(join(allowed.folder, "config.yaml"), text.replace("weight: 1", "weight: 5"));
  await allowed.says("stdout", /weight e1 1.{1,3}5/);
  await stopCleanly(allowed);
});

test("demo answers the command that it prints", async (t) => {
  const run = await startCli(t, ["demo", "--port", "0", "--traffic", "0", "--log-format", "pretty"]);
  const [, port, body = ""] = await run.says(
    "stderr",
    /curl http:\/\/127\.0\.0\.1:(\d+)\/v1\/chat\/completions -H 'content-type: application\/json' \\\n +-d '([^\n]*)'/,
  );
  const answer = await ask(Number(port), {
    method: "POST",
    path: "/v1/chat/completions",
    body: JSON.parse(body),
  });
  assert.equal(answer.status, 200);
  assert.match(answer.text, /"object":"chat\.completion"/);
  await stopCleanly(run);
});

test("the demo shows within its first requests what it is for, and keeps nothing", async (t) => {
  const run = await startCli(t, ["demo", "--port", "0", "--traffic", "20"]);
  await run.port();
  await run.says(
    "stdout",
    /"event":"failover"[^\n]*"message":"the same question was answered by \w+ after beta failed \(500\)"/,
  );
  const requests = run.stdout.match(/"event":"request"/g)?.length ?? 0;
  assert.ok(requests < 20, `${requests} requests before it`);
  await stopCleanly(run);
  // Compiled code, the one thing that any command may leave, is in a folder that all of the tests share.
  assert.deepEqual(await readdir(run.folder), []);
});
