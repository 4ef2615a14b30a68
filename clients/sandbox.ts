// Where clients run: without a network but the loopback interface, and with an end for all that they start.

import { spawnSync } from "node:child_process";
import { type Ended, runToEnd, type Start } from "./start.ts";

/** How what runs is kept from the network. */
export type Isolation = "namespace" | "proxies";

/** Namespaces of the network and of processes: the end of the first process is the end of all. */
const UNSHARE = ["--map-root-user", "--net", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc"];
const LOOPBACK = 'ip link set lo up && exec "$@"';

/** What is possible here. */
export function isolationHere(): Isolation {
  const tried = spawnSync("unshare", [...UNSHARE, "sh", "-c", LOOPBACK, "sh", "true"], { stdio: "ignore" });
  return tried.status === 0 ? "namespace" : "proxies";
}

/** Port 9 discards, or refuses: nobody answers there. */
const REFUSING = "http://127.0.0.1:9";

/** Without namespaces: what leads programs away from the network. What vendors offer against telemetry is set
 * with each client. */
const QUIET: Readonly<Record<string, string>> = {
  HTTP_PROXY: REFUSING,
  HTTPS_PROXY: REFUSING,
  ALL_PROXY: REFUSING,
  http_proxy: REFUSING,
  https_proxy: REFUSING,
  all_proxy: REFUSING,
  NO_PROXY: "127.0.0.1,localhost",
  no_proxy: "127.0.0.1,localhost",
};

/** None where a namespace does it: a proxy of the caller's is no way out of it, and only slows clients down. */
export function proxiesOf(isolation: Isolation): Readonly<Record<string, string>> {
  return isolation === "proxies" ? QUIET : Object.fromEntries(Object.keys(QUIET).map((name) => [name, ""]));
}

/** Runs a program there. */
export function runIn(isolation: Isolation, start: Start): Promise<Ended> {
  if (isolation === "proxies") return runToEnd(start);
  const args = [...UNSHARE, "sh", "-c", LOOPBACK, "sh", start.program, ...start.args];
  return runToEnd({ ...start, program: "unshare", args });
}
