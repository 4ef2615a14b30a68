// `restore FILE`: puts a backup in the place of the files of the store, while no gateway uses them.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isPepperText } from "../../accounts/pepper.ts";
import { dataFolder } from "../../config/file/data-folder.ts";
import { systemClock } from "../../core/clock.ts";
import { message } from "../../language/messages.ts";
import { setOverlayMarker } from "../../overlay/overlay-marker.ts";
import { type RestoreResult, restoreFile } from "../../store/backup/restore.ts";
import { restoreSecret, type SecretWish, secretProblem } from "../../store/backup/secret-file.ts";
import { REQUEST_TABLES, USAGE_TABLES } from "../../store/sqlite/file/tables.ts";
import { askRunning } from "../control/control-client.ts";
import { type CommandContext, type ExitCode, type Failure, printJson, refuse } from "../terminal/command.ts";
import { PEPPER_ENDING, type StoreOptions, type StorePlace, storePlace } from "./store-place.ts";

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
  for (const step of steps(place, resolve(context.cwd, name), options.force === true)) {
    const result = step.run();
    if (result === undefined) continue;
    if (result.kind !== "done") {
      const file = result.kind === "taken" || result.kind === "failed" ? step.to : step.from;
      refuse(context, failureOf(result, file));
      return 1;
    }
    restored.push({ file: step.to, keptAs: result.keptAs ?? null });
  }
  // What is in the copy is not known; the next start asks the store.
  await setOverlayMarker(dataFolder({ flag: options.dataDir, env: context.env })).catch(() => undefined);
  if (context.isJson) printJson(context, { restored });
  else for (const one of restored) sayRestored(context, one);
  return 0;
}

type RestoreStep = {
  readonly from: string;
  readonly to: string;
  /** Undefined where there is nothing to say of it. */
  readonly run: () => RestoreResult | undefined;
};

/**
 * What the keys are known by and the log of requests as well, where the backup has them. The former is looked at before
 * anything is changed: a store whose keys nobody knows would lock every client out.
 */
function steps(place: StorePlace, from: string, mayReplace: boolean): readonly RestoreStep[] {
  const { usagePath, requestsPath, pepperPath } = place;
  const how = { mayReplace, wallMs: systemClock.wallMs() };
  const usage = { ...how, from, to: usagePath, table: "ledger", migrations: USAGE_TABLES } as const;
  const secret: SecretWish = { ...how, from: from + PEPPER_ENDING, to: pepperPath, isWhole: isPepperText };
  const log = {
    ...how,
    from: `${from}.requests`,
    to: requestsPath,
    table: "request",
    migrations: REQUEST_TABLES,
  } as const;
  const all = [
    { ...secret, run: () => secretProblem(secret) },
    { ...usage, run: () => restoreFile(usage) },
    { ...secret, run: () => restoreSecret(secret) },
    { ...log, run: () => restoreFile(log) },
  ];
  return all.filter((step) => step.from === from || existsSync(step.from));
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
