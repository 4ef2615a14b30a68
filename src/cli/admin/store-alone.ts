// The admin API on the store alone, for a command while no gateway runs.

import { KeyBook } from "../../accounts/key-book.ts";
import { KeyTable } from "../../accounts/key-table.ts";
import { Pepper } from "../../accounts/pepper.ts";
import { AdminApi } from "../../admin/api.ts";
import { AdminCredentials } from "../../admin/login/credentials.ts";
import { emptyConfig } from "../../config/compile.ts";
import { dataFolder } from "../../config/file/data-folder.ts";
import { systemClock } from "../../core/clock.ts";
import { createSilentLog } from "../../observe/silent-log.ts";
import { Overlay } from "../../overlay/overlay.ts";
import { openStore } from "../../store/threads/open-store.ts";
import { baseOf } from "../../supervise/configuration.ts";
import { readSource } from "../../supervise/source.ts";
import type { MeantBy } from "../control/control-client.ts";
import { packageVersion } from "../shared/version.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { AdminAnswer, AdminAsk } from "./admin-answer.ts";

/** Opens the store of the data folder, asks, and closes it. Never rejects for what the API refuses. */
export async function askStore(
  { cwd, env }: CommandContext,
  options: MeantBy,
  ask: AdminAsk,
): Promise<Omit<AdminAnswer, "pid">> {
  const source = await readSource({ flag: options.config, cwd, env });
  // A configuration with mistakes has no keys that are known; the store is where it usually is.
  const config = source.kind === "broken" ? emptyConfig() : source.config;
  const dataDir = dataFolder({ flag: options.dataDir, env });
  const [clock, log] = [systemClock, createSilentLog()];
  const store = openStore(config.store, dataDir, log);
  const isKept = store.state().kind === "file";
  const keys = isKept
    ? new KeyBook({
        store,
        pepper: new Pepper(config.store.folder ?? dataDir),
        table: new KeyTable(),
        clock,
        log,
      })
    : undefined;
  const overlay = isKept ? new Overlay({ store, folder: dataDir, env, log }) : undefined;
  try {
    await keys?.load();
    await overlay?.load();
    if (source.kind !== "broken") overlay?.over(baseOf(source));
    keys?.configure(config.server.apiKeys);
    const api = new AdminApi({
      clock,
      log,
      dataDir,
      config,
      store: isKept ? store : undefined,
      ...(keys === undefined ? {} : { keys }),
      overlay,
      version: packageVersion(),
      token: undefined,
      credentials: new AdminCredentials({ dataDir, log, clock }),
      serving: () => undefined,
      editor: () => undefined,
      settings: () => ({ ...config.admin, allowedHosts: [] }),
      isTls: false,
    });
    return await api.askLocally(ask);
  } finally {
    await keys?.close();
    await overlay?.close();
    await store.close();
  }
}
