// `backup FILE [--requests]`: copies the files of the store, also while a gateway uses them.

import { resolve } from "node:path";
import { type Message, message } from "../../language/messages.ts";
import { type BackupResult, backUpFile } from "../../store/backup/backup.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { type StoreOptions, storePlace } from "./store-place.ts";

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
  const { usagePath, requestsPath, folder } = place;
  const to = resolve(context.cwd, name);
  const wanted = [{ from: usagePath, to }];
  if (options.requests === true) wanted.push({ from: requestsPath, to: `${to}.requests` });
  const copied: Copied[] = [];
  for (const { from, to: file } of wanted) {
    const result = await backUpFile({ from, to: file, mayReplace: options.force === true });
    if (result.kind !== "done") return refuseBackup(context, result, { file, folder });
    copied.push({ file, bytes: result.bytes });
  }
  if (context.isJson) printJson(context, { files: copied });
  else for (const one of copied) sayCopied(context, one);
  return 0;
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
