// The variables that every client starts with: a home of its own, the Node that runs this, and nothing of the caller's.

import { join } from "node:path";

/** For a home folder. */
export function commonEnvironment(home: string): Record<string, string> {
  return {
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
