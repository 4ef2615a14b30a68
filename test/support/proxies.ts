// The samples for nginx and Caddy, each in the proxy itself in front of gateways, where this machine has them.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { folderFor } from "./folder.ts";
import { deadPort } from "./ports.ts";

/** A proxy under way. */
export type RunningProxy = {
  readonly port: number;
  /** Names these gateways, the first before the others, and reloads it. */
  readonly reload: (gatewayPorts: readonly number[]) => Promise<void>;
};

/** A proxy with a sample in `deploy/`. */
export type SampleProxy = {
  readonly name: string;
  readonly version: readonly string[];
  readonly file: string;
  /** Its configuration in a folder, from the sample. */
  readonly text: (sample: string, folder: string, port: number, gatewayPorts: readonly number[]) => string;
  readonly start: (folder: string) => readonly string[];
  readonly reload: (folder: string) => readonly string[];
  readonly stop: (folder: string) => readonly string[];
};

const NGINX: SampleProxy = {
  name: "nginx",
  version: ["-v"],
  file: "nginx.conf",
  text: (sample, folder, port, [first, second]) => {
    let site = sample
      .replace("listen 443 ssl http2;", `listen 127.0.0.1:${port};`)
      .replace(/^ *(?:listen \[::\]|ssl_).*\n/gm, "")
      .replace("server 127.0.0.1:8080;", `server 127.0.0.1:${first};`);
    if (second !== undefined)
      site = site.replace("# server 127.0.0.1:8081 backup;", `server 127.0.0.1:${second} backup;`);
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const user = process.getuid?.() === 0 ? "user root;" : "";
    return `${user} pid ${folder}/pid; error_log ${folder}/error.log; events {} http { access_log off; ${temporary.join(" ")}\n${site}}\n`;
  },
  start: (folder) => ["-c", join(folder, "nginx.conf")],
  reload: (folder) => ["-c", join(folder, "nginx.conf"), "-s", "reload"],
  stop: (folder) => ["-c", join(folder, "nginx.conf"), "-s", "stop"],
};

const CADDY: SampleProxy = {
  name: "caddy",
  version: ["version"],
  file: "Caddyfile",
  text: (sample, folder, port, gatewayPorts) => {
    const gateways = gatewayPorts.map((gatewayPort) => `127.0.0.1:${gatewayPort}`).join(" ");
    const site = sample
      .replace("gateway.example.com {", `http://127.0.0.1:${port} {`)
      .replace("reverse_proxy 127.0.0.1:8080", `reverse_proxy ${gateways}`);
    return `{\n\tadmin unix/${folder}/admin\n\tauto_https off\n\tstorage file_system ${folder}\n}\n${site}`;
  },
  start: (folder) => ["start", "--adapter", "caddyfile", "--config", join(folder, "Caddyfile")],
  reload: (folder) => [
    "reload",
    "--adapter",
    "caddyfile",
    "--config",
    join(folder, "Caddyfile"),
    "--address",
    `unix/${folder}/admin`,
  ],
  stop: (folder) => ["stop", "--address", `unix/${folder}/admin`],
};

/** Those that have a sample. */
export const PROXIES: readonly SampleProxy[] = [NGINX, CADDY];

/** Whether this machine has it. */
export function isThere({ name, version }: SampleProxy): boolean {
  return run(name, tmpdir(), version) === 0;
}

/** Starts it with its sample in front of gateways; it is stopped when the test is over. */
export async function startProxy(
  t: TestContext,
  proxy: SampleProxy,
  gatewayPorts: readonly number[],
): Promise<RunningProxy> {
  const [folder, port] = [folderFor(t), await deadPort()];
  t.after(() => run(proxy.name, folder, proxy.stop(folder)));
  const sample = await readFile(new URL(`../../deploy/${proxy.file}`, import.meta.url), "utf8");
  const put = (ports: readonly number[]): Promise<void> =>
    writeFile(join(folder, proxy.file), proxy.text(sample, folder, port, ports));
  await put(gatewayPorts);
  assert.equal(run(proxy.name, folder, proxy.start(folder)), 0, `${proxy.name} does not start`);
  return {
    port,
    reload: async (ports) => {
      await put(ports);
      assert.equal(run(proxy.name, folder, proxy.reload(folder)), 0, `${proxy.name} does not reload`);
    },
  };
}

/** Its exit code. In the background it is only once it listens. */
function run(program: string, folder: string, args: readonly string[]): number | null {
  // Caddy saves the last configuration that it was given: not among those of this machine.
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: folder };
  // A proxy in the background keeps what it was given for its words: with a pipe this would wait for its end.
  return spawnSync(program, [...args], { env, stdio: "ignore", timeout: 30_000 }).status;
}
