// Where the files of the store are, for the commands that work on them.

import { join } from "node:path";
import { PEPPER_FILE } from "../../accounts/pepper.ts";
import { dataFolder } from "../../config/file/data-folder.ts";
import { message } from "../../language/messages.ts";
import { storeFiles } from "../../store/threads/open-store.ts";
import { printDiagnostics, readSource } from "../shared/config-source.ts";
import { unreadableFolder } from "../shared/folder-problem.ts";
import { type CommandContext, printProblems, refuse } from "../terminal/command.ts";

/** Options of these commands. */
export type StoreOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly force?: boolean;
};

/** The folder and its files. */
export type StorePlace = ReturnType<typeof storeFiles> & {
  readonly folder: string;
  /** What its keys are known by; there while it has keys. */
  readonly pepperPath: string;
};

/** Behind the name of a backup: the copy of that file. */
export const PEPPER_ENDING = `.${PEPPER_FILE}`;

/** Undefined after it has printed why there is none. */
export async function storePlace(
  context: CommandContext,
  options: StoreOptions,
): Promise<StorePlace | undefined> {
  const source = await readSource(context, options.config);
  if (source.kind === "broken") {
    if (context.isJson) printProblems(context, source.problems);
    printDiagnostics(context, source.problems);
    return undefined;
  }
  const { place, folder: configured } = source.config.store;
  if (place !== "folder") {
    const words = message("backup.notOnDisk", { mode: place });
    refuse(context, { message: words, fix: message("backup.fixNotOnDisk") });
    return undefined;
  }
  const folder = configured ?? dataFolder({ flag: options.dataDir, env: context.env });
  const unreadable = await unreadableFolder(folder);
  if (unreadable !== undefined) {
    refuse(context, unreadable);
    return undefined;
  }
  return { ...storeFiles(folder), folder, pepperPath: join(folder, PEPPER_FILE) };
}
