// The samples for nginx and Caddy in front of the gateway, in the proxies themselves where this machine has them: events
// come as they are sent, prompts larger than a mebibyte pass, and so do WebSockets.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, type TestContext, test } from "node:test";
import { manual } from "../support/fakes/behaviours.ts";
import { frame, TEXT } from "../support/fakes/realtime-endpoint.ts";
import { joined, realtimeWorld } from "../support/fakes/realtime-world.ts";
import { deadPort } from "../support/ports.ts";
import { ask, requestBytes, wireFor } from "../support/wire.ts";
import { chat, worldFor } from "../support/world.ts";

// Caddy saves the last configuration that it was given: not among those of this machine.
const ENV = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: join(tmpdir(), "oai-gateway-proxies") };
after(() => rm(ENV.HOME, { recursive: true, force: true }));

type Proxy = {
  readonly name: string;
  readonly version: readonly string[];
  /** Starts it in a folder in front of a port, and gives the one that it listens on. */
  readonly start: (t: TestContext, gatewayPort: number) => Promise<number>;
};

function run(
  program: string,
  ...args: readonly string[]
): { readonly isFine: boolean; readonly said: string } {
  // A proxy in the background keeps what it was given for its words: with a pipe this would wait for its end.
  const { status } = spawnSync(program, args, { env: ENV, stdio: "ignore", timeout: 30_000 });
  return { isFine: status === 0, said: `${program} ended with ${status}` };
}

/** A folder that is there until the proxy in it was stopped. */
async function folderFor(t: TestContext, stop: (folder: string) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "oai-gateway-proxy-"));
  t.after(async () => {
    stop(folder);
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  return folder;
}

async function sample(name: string): Promise<string> {
  return readFile(new URL(`../../deploy/${name}`, import.meta.url), "utf8");
}

async function startNginx(t: TestContext, gatewayPort: number): Promise<number> {
  const stop = (folder: string) => run("nginx", "-c", join(folder, "nginx.conf"), "-s", "stop");
  const [folder, port] = [await folderFor(t, stop), await deadPort()];
  const site = (await sample("nginx.conf"))
    .replace("listen 443 ssl http2;", `listen 127.0.0.1:${port};`)
    .replace(/^ *(?:listen \[::\]|ssl_).*\n/gm, "")
    .replace("server 127.0.0.1:8080;", `server 127.0.0.1:${gatewayPort};`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${folder}/${kind};`,
  );
  const user = process.getuid?.() === 0 ? "user root;" : "";
  const file = join(folder, "nginx.conf");
  const text = `${user} pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary.join(" ")}\n${site}}\n`;
  await writeFile(file, text);
  // In the background it is only once it listens.
  const started = run("nginx", "-c", file);
  assert.ok(started.isFine, started.said);
  return port;
}

async function startCaddy(t: TestContext, gatewayPort: number): Promise<number> {
  const stop = (folder: string) => run("caddy", "stop", "--address", `unix/${folder}/admin`);
  const [folder, port] = [await folderFor(t, stop), await deadPort()];
  const site = (await sample("Caddyfile"))
    .replace("gateway.example.com {", `http://127.0.0.1:${port} {`)
    .replace("reverse_proxy 127.0.0.1:8080", `reverse_proxy 127.0.0.1:${gatewayPort}`);
  const file = join(folder, "Caddyfile");
  await writeFile(
    file,
    `{\n\tadmin unix/${folder}/admin\n\tauto_https off\n\tstorage file_system ${folder}\n}\n${site}`,
  );
  const started = run("caddy", "start", "--adapter", "caddyfile", "--config", file);
  assert.ok(started.isFine, started.said);
  return port;
}

const PROXIES: readonly Proxy[] = [
  { name: "nginx", version: ["-v"], start: startNginx },
  { name: "caddy", version: ["version"], start: startCaddy },
];

for (const { name, version, start } of PROXIES) {
  const isThere = run(name, ...version).isFine;
  const options = isThere ? {} : { skip: `needs ${name}` };

  test(
    `${name}: each event of a stream comes as it is sent, and silence cuts nothing`,
    options,
    async (t) => {
      const { fakes, port } = await worldFor(t, { endpoints: { a: {} } });
      const proxyPort = await start(t, port);
      const open = manual();
      fakes.a.script([open]);
      const wire = await wireFor(t, proxyPort);
      await wire.send(requestBytes(chat("m", { stream: true })));
      const exchange = await open.started;
      await exchange.head(200, ["content-type", "text/event-stream"]);
      assert.equal((await wire.head()).status, 200);
      for (const piece of ['data: {"first":1}\n\n', 'data: {"second":2}\n\n', "data: [DONE]\n\n"]) {
        // The next one is sent only when this one has come.
        await exchange.piece(piece);
        assert.ok((await wire.readUntil(piece)).endsWith(piece));
      }
      await exchange.finish();
    },
  );

  test(`${name}: a prompt of three mebibytes passes, and the gateway's own words do`, options, async (t) => {
    const { port } = await worldFor(t, { endpoints: { a: {} } });
    const proxyPort = await start(t, port);
    const content = "x".repeat(3 * 1_024 * 1_024);
    const large = await ask(proxyPort, chat("m", { messages: [{ role: "user", content }] }));
    assert.equal(large.status, 200);
    const unknown = await ask(proxyPort, chat("nobody-has-it"));
    assert.equal(unknown.status, 404);
    assert.match(unknown.text, /model_not_found/);
  });

  test(`${name}: a WebSocket passes in both directions`, options, async (t) => {
    const { port, first } = await realtimeWorld(t);
    const { client, session } = await joined(t, await start(t, port), first);
    const sent = frame(TEXT, '{"type":"session.update"}', true);
    await client.send(sent);
    assert.deepEqual(await session.reader.exactly(sent.length), sent);
    const answered = frame(TEXT, '{"type":"session.updated"}');
    session.socket.write(answered);
    assert.deepEqual(await client.bytes(answered.length), answered);
  });
}
