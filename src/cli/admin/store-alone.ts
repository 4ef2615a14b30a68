// The admin API on the store alone, for a command while no gateway runs.

import { KeyBook } from "../../accounts/key-book.ts";
import { KeyTable } from "../../accounts/key-table.ts";
import { Pepper } from "../../accounts/pepper.ts";
import { AdminApi } from "../../admin/api.ts";
import { AdminCredentials } from "../../admin/login/credentials.ts";
import { emptyConfig, type GatewayConfig } from "../../config/compile.ts";
import { dataFolder } from "../../config/file/data-folder.ts";
import { systemClock } from "../../core/clock.ts";
import { createSilentLog } from "../../observe/silent-log.ts";
import { Overlay } from "../../overlay/overlay.ts";
import { openStore } from "../../store/threads/open-store.ts";
import { baseOf } from "../../supervise/configuration.ts";
import { type ConfigSource, readSource } from "../../supervise/source.ts";
import type { MeantBy } from "../control/control-client.ts";
import { unreadableFolder, unwritableFolder } from "../shared/folder-problem.ts";
import { packageVersion } from "../shared/version.ts";
import type { CommandContext, Failure } from "../terminal/command.ts";
import type { AdminAnswer, AdminAsk } from "./admin-answer.ts";

/** What the API answered, or why there is no store to ask. */
type StoreAnswer = Omit<AdminAnswer, "pid"> | { readonly failure: Failure };

/**
 * Opens the store of the data folder, asks, and closes it. Never rejects for what the API refuses; where that is because
 * of the folder, says what is wrong with it.
 */
export async function askStore(
  context: CommandContext,
  options: MeantBy,
  ask: AdminAsk,
): Promise<StoreAnswer> {
  const { cwd, env } = context;
  const source = await readSource({ flag: options.config, cwd, env });
  // A configuration with mistakes has no keys that are known; the store is where it usually is.
  const config = source.kind === "broken" ? emptyConfig() : source.config;
  const dataDir = dataFolder({ flag: options.dataDir, env });
  const folder = config.store.place === "folder" ? (config.store.folder ?? dataDir) : undefined;
  const unreadable = folder === undefined ? undefined : await unreadableFolder(folder);
  if (unreadable !== undefined) return { failure: unreadable };
  const answer = await askOpened(context, ask, { source, config, dataDir });
  if (answer.status !== UNAVAILABLE || folder === undefined) return answer;
  const failure = await unwritableFolder(folder);
  return failure === undefined ? answer : { failure };
}

const UNAVAILABLE = 503;

type AskedPlace = { readonly source: ConfigSource; readonly config: GatewayConfig; readonly dataDir: string };

async function askOpened(
  { env, language, isJson }: CommandContext,
  ask: AdminAsk,
  { source, config, dataDir }: AskedPlace,
): Promise<Omit<AdminAnswer, "pid">> {
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
    const whole = source.kind === "broken" ? undefined : overlay?.over(baseOf(source));
    keys?.configure(config.server.apiKeys);
    const api = new AdminApi({
      clock,
      log,
      dataDir,
      config: whole ?? config,
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
    return await api.askLocally({ ...ask, language: isJson ? "en" : language });
  } finally {
    await keys?.close();
    await overlay?.close();
    await store.close();
  }
}
