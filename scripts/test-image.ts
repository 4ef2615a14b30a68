// `npm run test:image`: builds the container image, and runs it as compose.yaml does: nobody in particular, on a root
// that is read only. It gets healthy, answers, and ends at SIGTERM with its last stream. Wants Docker on Linux. Not part
// of the gateway.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { ROOT } from "./build.ts";

const IMAGE = "oai-gateway-test";
const PORT = "18080";
const KEY = "client-key-of-the-image-test";
/** Looks, half a second apart: the health check runs every fifteen seconds. */
const MOST_LOOKS = 120;

function docker(...args: readonly string[]): string {
  return execFileSync("docker", [...args], {
    cwd: ROOT,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** An endpoint with one model; its answer to a chat stays open until it is ended. */
async function endpoint(): Promise<{
  readonly url: string;
  readonly chat: Promise<ServerResponse>;
  close(): void;
}> {
  const { promise: chat, resolve } = Promise.withResolvers<ServerResponse>();
  const server = createServer((request, response) => {
    request.resume();
    if (request.url === "/v1/models") response.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
    else {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"first":1}\n\n');
      resolve(response);
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return { url: `http://127.0.0.1:${address.port}/v1`, chat, close: () => server.close() };
}

async function untilHealthy(name: string): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const status = docker("inspect", "--format", "{{.State.Health.Status}}", name).trim();
    if (status === "healthy") return;
    assert.notEqual(status, "unhealthy", docker("logs", name));
    await wait(500);
  }
  assert.fail(`it does not get healthy:\n${docker("logs", name)}`);
}

function start(name: string, folder: string): void {
  // Here the host's network is shared, since the endpoint is on it: the port is ours by a variable.
  const env = ["OAI_GATEWAY_HOST=127.0.0.1", `OAI_GATEWAY_PORT=${PORT}`].flatMap((one) => ["-e", one]);
  docker(
    "run",
    "-d",
    "--name",
    name,
    "--init",
    "--read-only",
    "--cap-drop",
    "ALL",
    "--tmpfs",
    "/tmp",
    "--network",
    "host",
    "-v",
    `${folder}:/etc/oai-gateway:ro`,
    "--stop-timeout",
    "45",
    ...env,
    IMAGE,
  );
}

async function smoke(name: string, folder: string): Promise<void> {
  const { url, chat, close } = await endpoint();
  const config = { server: { api_keys: [KEY] }, endpoints: [{ name: "up", base_url: url }] };
  writeFileSync(join(folder, "config.yaml"), JSON.stringify(config), { mode: 0o644 });
  start(name, folder);
  await untilHealthy(name);
  assert.equal(docker("exec", name, "id", "-u").trim(), "1000");
  assert.match(docker("exec", name, "node", "/app/dist/oai-gateway.js", "check"), /config\.yaml/);
  const answer = await fetch(`http://127.0.0.1:${PORT}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "hi" }] }),
  });
  assert.equal(answer.status, 200);
  const upstream = await chat;
  docker("kill", "--signal", "TERM", name);
  upstream.end("data: [DONE]\n\n");
  assert.match(await answer.text(), /"first":1[\s\S]*\[DONE\]/);
  assert.equal(docker("wait", name).trim(), "0");
  assert.doesNotMatch(docker("logs", name), new RegExp(KEY));
  close();
}

async function main(): Promise<void> {
  docker("build", "-t", IMAGE, ".");
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-image-"));
  execFileSync("chmod", ["755", folder]);
  const name = `oai-gateway-test-${process.pid}`;
  try {
    await smoke(name, folder);
    console.log("the image is healthy, answers, and ends with its last stream");
  } finally {
    docker("rm", "--force", "--volumes", name);
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
