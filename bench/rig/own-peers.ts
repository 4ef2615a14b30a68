// The gateway as its users run it, with each of its engines, nginx of the system as a plain proxy, and bare sockets.

import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Peer, Place } from "./peers.ts";
import type { Setting } from "./scenarios.ts";

/** The authority that the endpoint's certificate is of. */
export const AUTHORITY: string = resolve(import.meta.dirname, "../../test/support/certs/ca.crt");
/** What a peer does in all settings. */
export const EVERYWHERE: readonly Setting[] = ["cost", "failing", "tls", "shape"];

/** nginx, from the system's path. */
const NGINX: Peer = {
  name: "nginx",
  settings: EVERYWHERE,
  command: (place) => {
    const { folder } = place;
    mkdirSync(join(folder, "t"));
    writeFileSync(join(folder, "nginx.conf"), nginxFile(place));
    return ["nginx", "-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")];
  },
};

/** Sockets of Node joined in pairs, below which nothing in Node can be. */
const RELAY: Peer = {
  name: "relay",
  settings: ["cost", "shape"],
  command: ({ port, endpoint }) => {
    const file = join(import.meta.dirname, "socket-relay.mjs");
    return [process.execPath, file, String(port), String(endpoint.plain)];
  },
};

/** Which state of the gateway is measured. */
type GatewayState = {
  readonly name: string;
  readonly engine: "fast" | "node";
  /** A checkout. */
  readonly root: string;
  /** True: its sources, which need its packages; false: what `npm run build` has made there. */
  readonly isFromSources: boolean;
  /** What is kept of requests; all of it where this is left out, as by default. */
  readonly keeps?: "all" | "log" | "nothing";
};

/** What a configuration says of that: without the store, and without metrics and lines of the log as well. */
const KEEPING = {
  all: "",
  log: "store: { mode: off }\n",
  nothing: "store: { mode: off }\nmetrics: { enabled: false }\nlog: { level: warn }\n",
} as const;

/** A state of the gateway with everything on that is on by default. */
function gatewayOf({ name, engine, root, isFromSources, keeps = "all" }: GatewayState): Peer {
  const program = join(root, isFromSources ? "bin/oai-gateway.cjs" : "dist/oai-gateway.js");
  const ownNode = join(root, "node_modules/.bin/node");
  return {
    name,
    settings: EVERYWHERE,
    command: (place) => {
      const file = join(place.folder, "config.yaml");
      writeFileSync(file, `${gatewayFile(place, engine)}${KEEPING[keeps]}`);
      const node = existsSync(ownNode) ? ownNode : process.execPath;
      return [node, program, "serve", "--config", file, "--data-dir", join(place.folder, "data")];
    },
  };
}

/** Which checkouts are measured: this one, and another in the same rounds where one is given. */
export type Checkouts = {
  readonly root: string;
  readonly before: string | undefined;
  readonly isFromSources: boolean;
};

/** nginx, bare sockets, and the gateway with each engine and with less and less that it keeps of requests. */
export function ownPeers({ root, before, isFromSources }: Checkouts): readonly Peer[] {
  const usual = (["fast", "node"] as const).flatMap((engine) => {
    const now = gatewayOf({ name: engine, engine, root, isFromSources });
    if (before === undefined) return [now];
    const isUnbuilt = isFromSources || !existsSync(join(before, "dist/oai-gateway.js"));
    return [gatewayOf({ name: `${engine} before`, engine, root: before, isFromSources: isUnbuilt }), now];
  });
  const less = { engine: "fast", root, isFromSources } as const;
  const bare = gatewayOf({ ...less, name: "bare", keeps: "log" });
  const silent = gatewayOf({ ...less, name: "silent", keeps: "nothing" });
  return [NGINX, RELAY, ...usual, bare, silent];
}

/** Two endpoints of weights 10 and 5: the same one twice, and in the setting for failures one that always fails. */
function gatewayFile({ port, setting, endpoint }: Place, engine: string): string {
  const entry = (name: string, address: string, weight: number): string =>
    `  - { name: ${name}, base_url: "${address}/v1", api_key: sk-upstream, weight: ${weight}${setting === "tls" ? `, ca_file: "${AUTHORITY}"` : ""} }`;
  const address =
    setting === "tls" ? `https://127.0.0.1:${endpoint.tls}` : `http://127.0.0.1:${endpoint.plain}`;
  const second = setting === "failing" ? `http://127.0.0.1:${endpoint.failing}` : address;
  return `server: { host: 127.0.0.1, port: ${port}, engine: ${engine} }\nendpoints:\n${entry("one", address, 10)}\n${entry("two", second, 5)}\n`;
}

/** A proxy that keeps connections and buffers no answers, and does nothing else. */
function nginxFile({ folder, port, setting, endpoint }: Place): string {
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const paths = folders.map((kind) => `  ${kind}_temp_path ${join(folder, "t", kind)};`).join("\n");
  const server = `server 127.0.0.1:${setting === "tls" ? endpoint.tls : endpoint.plain};`;
  const second = setting === "failing" ? `server 127.0.0.1:${endpoint.failing};` : "";
  const retry = setting === "failing" ? "proxy_next_upstream error timeout http_500 non_idempotent;" : "";
  const tls =
    setting === "tls"
      ? `proxy_ssl_verify on; proxy_ssl_name localhost; proxy_ssl_trusted_certificate ${AUTHORITY};`
      : "";
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
  upstream endpoint { ${server} ${second} keepalive 2048; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass ${setting === "tls" ? "https" : "http"}://endpoint;
      ${tls}
      ${retry}
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
