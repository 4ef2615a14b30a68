// The variables that every client starts with: a home of its own, the Node that runs this, and of the caller's
// only the proxies.

import { join } from "node:path";

const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
const NO_PROXIES = ["NO_PROXY", "no_proxy"];

/** Where no namespace keeps clients from the network, proxies that refuse do; they are handed on to all that is started. */
function proxies(): Record<string, string> {
  const set = [...PROXIES, ...NO_PROXIES].map((name) => [name, process.env[name] ?? ""] as const);
  return Object.fromEntries(set.filter(([, value]) => value !== ""));
}

/** For a home folder. */
export function commonEnvironment(home: string): Record<string, string> {
  return {
    ...proxies(),
    PATH: `${join(process.execPath, "..")}:/usr/local/bin:/usr/bin:/bin`,
    HOME: home,
    XDG_CONFIG_HOME: join(home, ".config"),
    XDG_DATA_HOME: join(home, ".local/share"),
    XDG_CACHE_HOME: join(home, ".cache"),
    XDG_STATE_HOME: join(home, ".local/state"),
    TMPDIR: "/tmp",
    LC_ALL: "C.UTF-8",
    TERM: "dumb",
    NO_COLOR: "1",
    DO_NOT_TRACK: "1",
    CI: "1",
  };
}
