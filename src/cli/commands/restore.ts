// `restore FILE`: puts a backup in the place of the files of the store, while no gateway uses them.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { dataFolder } from "../../config/file/data-folder.ts";
import { systemClock } from "../../core/clock.ts";
import { message } from "../../language/messages.ts";
import { setOverlayMarker } from "../../overlay/overlay-marker.ts";
import { type RestoreResult, restoreFile } from "../../store/backup/restore.ts";
import { REQUEST_TABLES, USAGE_TABLES } from "../../store/sqlite/file/tables.ts";
import { askRunning } from "../control/control-client.ts";
import { type CommandContext, type ExitCode, type Failure, printJson, refuse } from "../terminal/command.ts";
import { type StoreOptions, type StorePlace, storePlace } from "./store-place.ts";

type Restored = { readonly file: string; readonly keptAs: string | null };

/** Exit code 1 where the copy is not taken, something is in its place, or a gateway runs. */
export async function runRestore(
  context: CommandContext,
  options: StoreOptions,
  name: string,
): Promise<ExitCode> {
  const place = await storePlace(context, options);
  if (place === undefined) return 1;
  if (await isUsed(context, options)) {
    const { folder } = place;
    refuse(context, {
      message: message("restore.running", { folder }),
      fix: message("restore.fixRunning"),
    });
    return 1;
  }
  const restored: Restored[] = [];
  for (const wish of wishes(place, resolve(context.cwd, name))) {
    const result = restoreFile({ ...wish, mayReplace: options.force === true, wallMs: systemClock.wallMs() });
    if (result.kind !== "done") {
      const file = result.kind === "taken" || result.kind === "failed" ? wish.to : wish.from;
      refuse(context, failureOf(result, file));
      return 1;
    }
    restored.push({ file: wish.to, keptAs: result.keptAs ?? null });
  }
  // What is in the copy is not known; the next start asks the store.
  await setOverlayMarker(dataFolder({ flag: options.dataDir, env: context.env })).catch(() => undefined);
  if (context.isJson) printJson(context, { restored });
  else for (const one of restored) sayRestored(context, one);
  return 0;
}

/** The log of requests as well, where the backup has it. */
function wishes({ usagePath, requestsPath }: StorePlace, from: string) {
  const usage = { from, to: usagePath, table: "ledger", migrations: USAGE_TABLES } as const;
  const beside = `${from}.requests`;
  if (!existsSync(beside)) return [usage];
  return [usage, { from: beside, to: requestsPath, table: "request", migrations: REQUEST_TABLES } as const];
}

/** Whether any gateway of this user has the data folder. */
async function isUsed(context: CommandContext, options: StoreOptions): Promise<boolean> {
  const { answers, otherConfigs } = await askRunning(context, options, { ask: "snapshot", models: "none" });
  return answers.length > 0 || otherConfigs.length > 0;
}

function sayRestored({ terminal, text }: CommandContext, { file, keptAs }: Restored): void {
  terminal.out(`${terminal.symbols.ok} ${text("restore.done", { file })}`);
  if (keptAs !== null) terminal.out(`  ${text("restore.kept", { file: keptAs })}`);
}

function failureOf(result: Exclude<RestoreResult, { kind: "done" }>, file: string): Failure {
  switch (result.kind) {
    case "missing":
      return { message: message("restore.missing", { file }), fix: message("restore.fixMissing") };
    case "foreign":
      return { message: message("restore.foreign", { file }), fix: message("restore.fixMissing") };
    case "newer": {
      const { found, known } = result;
      return { message: message("restore.newer", { file, found, known }), fix: message("restore.fixNewer") };
    }
    case "damaged":
      return {
        message: message("restore.damaged", { file, reason: result.reason }),
        fix: message("restore.fixDamaged"),
      };
    case "taken":
      return { message: message("restore.taken", { file }), fix: message("restore.fixTaken") };
    case "failed":
      return {
        message: message("restore.failed", { file, reason: result.reason }),
        fix: message("backup.fixFailed"),
      };
  }
}
