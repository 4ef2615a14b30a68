// What is measured: nginx of the system as a plain proxy, this checkout, and another state of the gateway where one is
// given. Each is started afresh for each round in a folder of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { costOf, treeOf } from "./process-cost.ts";

/** Something to measure. */
export type Peer = { readonly name: string; readonly command: (place: Place) => readonly string[] };

/** Where one run of a peer works. */
type Place = { readonly folder: string; readonly port: number; readonly endpointPort: number };

/** A peer that answers. `startMs` is the time to its first answer, `idleRssBytes` its memory a second later. */
export type RunningPeer = {
  readonly port: number;
  readonly pid: number;
  readonly startMs: number;
  readonly idleRssBytes: number;
  stop(): Promise<void>;
};

const STARTS_WITHIN_MS = 20_000;
const ANSWERS_WITHIN_MS = 2_000;
/** What has not ended by then has requests under way that nobody waits for. */
const STOPS_WITHIN_MS = 5_000;
/** The gateway has one processor, load and endpoint share the other. */
const IS_PINNED = process.platform === "linux" && availableParallelism() > 1;
const GATEWAY_PROCESSOR = "0";
const OTHER_PROCESSOR = "1";

/** nginx, from the system's path. */
export const NGINX: Peer = {
  name: "nginx",
  command: ({ folder, port, endpointPort }) => {
    mkdirSync(join(folder, "t"));
    writeFileSync(join(folder, "nginx.conf"), nginxFile(folder, port, endpointPort));
    return ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")];
  },
};

/** The gateway of a checkout that has its packages installed, with everything on that is on by default. */
export function gatewayAt(name: string, root: string): Peer {
  return {
    name,
    command: ({ folder, port, endpointPort }) => {
      const file = join(folder, "config.yaml");
      writeFileSync(file, gatewayFile(port, endpointPort));
      return [
        join(root, "node_modules/.bin/node"),
        join(root, "bin/oai-gateway.cjs"),
        "serve",
        "--config",
        file,
        "--data-dir",
        folder,
      ];
    },
  };
}

/** Starts a peer and waits for its first answer. Throws when none comes within 20 seconds. */
export async function startPeer(peer: Peer, endpointPort: number): Promise<RunningPeer> {
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-bench-"));
  const port = await freePort();
  const startedMs = performance.now();
  const child = pinned(peer.command({ folder, port, endpointPort }), GATEWAY_PROCESSOR);
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    const limit = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    clearTimeout(limit);
    rmSync(folder, { recursive: true, force: true });
  };
  const pid = child.pid ?? 0;
  try {
    await firstAnswer(port, child);
  } catch (error) {
    await stop();
    throw new Error(`${peer.name} gave no answer`, { cause: error });
  }
  const startMs = performance.now() - startedMs;
  await delay(1_000);
  return { port, pid, startMs, idleRssBytes: costOf(treeOf(pid)).rssBytes, stop };
}

/** Starts one of the rig's own processes, away from the gateway's processor. */
export function startHelper(file: string, args: readonly string[]): ChildProcess {
  return pinned([process.execPath, join(import.meta.dirname, file), ...args], OTHER_PROCESSOR);
}

function pinned(command: readonly string[], processor: string): ChildProcess {
  const [program = "", ...args] = IS_PINNED ? ["taskset", "-c", processor, ...command] : command;
  const env = { ...process.env, NODE_ENV: "production" };
  return spawn(program, args, { stdio: ["ignore", "pipe", "ignore"], env });
}

async function firstAnswer(port: number, child: ChildProcess): Promise<void> {
  child.stdout?.resume();
  const untilMs = performance.now() + STARTS_WITHIN_MS;
  while (performance.now() < untilMs && child.exitCode === null) {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/models`, {
        signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
      });
      await answer.arrayBuffer();
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(10);
  }
  throw new Error(`exit code ${child.exitCode ?? "none"}`);
}

/** A port of loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return address.port;
}

function gatewayFile(port: number, endpointPort: number): string {
  const endpoint = (name: string, weight: number): string =>
    `  - { name: ${name}, base_url: "http://127.0.0.1:${endpointPort}/v1", api_key: sk-upstream, weight: ${weight} }`;
  return `server: { host: 127.0.0.1, port: ${port} }\nendpoints:\n${endpoint("one", 10)}\n${endpoint("two", 5)}\n`;
}

/** A proxy that keeps connections and buffers no answers, and does nothing else. */
function nginxFile(folder: string, port: number, endpointPort: number): string {
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = folders.map((kind) => `  ${kind}_temp_path ${join(folder, "t", kind)};`).join("\n");
  return `daemon off;
worker_processes 1;
pid ${join(folder, "nginx.pid")};
error_log ${join(folder, "error.log")} warn;
worker_rlimit_nofile 16384;
events { worker_connections 8192; }
http {
  access_log off;
${paths}
  client_body_buffer_size 256k;
  client_max_body_size 64m;
  keepalive_requests 100000000;
  tcp_nodelay on;
  upstream endpoint { server 127.0.0.1:${endpointPort}; keepalive 2048; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://endpoint;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer sk-upstream";
      proxy_buffering off;
      proxy_read_timeout 300s;
    }
  }
}
`;
}
