// `backup FILE [--requests]`: copies the files of the store, also while a gateway uses them.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { type Message, message } from "../../language/messages.ts";
import { type BackupResult, backUpFile } from "../../store/backup/backup.ts";
import { backUpSecret } from "../../store/backup/secret-file.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { PEPPER_ENDING, type StoreOptions, type StorePlace, storePlace } from "./store-place.ts";

/** Options of `backup`. */
export type BackupOptions = StoreOptions & { readonly requests?: boolean };

type Copied = { readonly file: string; readonly bytes: number };

/** Exit code 1 where there is nothing to copy, or it cannot be written. */
export async function runBackup(
  context: CommandContext,
  options: BackupOptions,
  name: string,
): Promise<ExitCode> {
  const place = await storePlace(context, options);
  if (place === undefined) return 1;
  const { folder } = place;
  const copied: Copied[] = [];
  const steps = wanted(place, options, resolve(context.cwd, name));
  const mayReplace = options.force === true;
  // Half a backup would have to be removed by hand before the next one.
  const taken = mayReplace ? undefined : steps.find(({ to }) => existsSync(to));
  if (taken !== undefined) return refuseBackup(context, { kind: "taken" }, { file: taken.to, folder });
  for (const { from, to: file, kind } of steps) {
    const wish = { from, to: file, mayReplace };
    const result = kind === "pepper" ? backUpSecret(wish) : await backUpFile(wish);
    // Without keys there is none.
    if (kind === "pepper" && result.kind === "nothing") continue;
    if (result.kind !== "done") return refuseBackup(context, result, { file, folder });
    copied.push({ file, bytes: result.bytes });
  }
  if (context.isJson) printJson(context, { files: copied });
  else for (const one of copied) sayCopied(context, one);
  return 0;
}

type BackupStep = { readonly kind: "store" | "pepper"; readonly from: string; readonly to: string };

/** The pepper behind the keys, so that no key is copied that came before it. */
function wanted(place: StorePlace, { requests }: BackupOptions, to: string): readonly BackupStep[] {
  const { usagePath, requestsPath, pepperPath } = place;
  const log = { kind: "store", from: requestsPath, to: `${to}.requests` } as const;
  return [
    { kind: "store", from: usagePath, to },
    { kind: "pepper", from: pepperPath, to: to + PEPPER_ENDING },
    ...(requests === true ? [log] : []),
  ];
}

function sayCopied({ terminal, text }: CommandContext, { file, bytes }: Copied): void {
  terminal.out(`${terminal.symbols.ok} ${text("backup.done", { file, bytes })}`);
}

type Names = { readonly file: string; readonly folder: string };

function refuseBackup(
  context: CommandContext,
  result: Exclude<BackupResult, { kind: "done" }>,
  names: Names,
): ExitCode {
  refuse(context, failureWords(result, names));
  return 1;
}

function failureWords(
  result: Exclude<BackupResult, { kind: "done" }>,
  { file, folder }: Names,
): { readonly message: Message; readonly fix?: Message; readonly next?: Message } {
  switch (result.kind) {
    case "nothing":
      return {
        message: message("backup.nothing", { folder }),
        next: message("next.helpOf", { name: "backup" }),
      };
    case "taken":
      return { message: message("backup.taken", { file }), fix: message("backup.fixTaken") };
    case "failed":
      return {
        message: message("backup.failed", { file, reason: result.reason }),
        fix: message("backup.fixFailed"),
      };
  }
}
