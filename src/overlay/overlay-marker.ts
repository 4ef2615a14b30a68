// A file of the data folder that says that the store holds entries of the configuration, so that a gateway without any
// need not open the store to start.

import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { giveFolders, giveToFolderOwner } from "../core/files/folder-owner.ts";

const MARKER_FILE = "config-in-store";

/** Whether there are entries, or were when the store was last brought back. */
export function hasOverlayMarker(folder: string): boolean {
  return existsSync(join(folder, MARKER_FILE));
}

/** @throws the system's error where it cannot be written */
export async function setOverlayMarker(folder: string): Promise<void> {
  giveFolders(await mkdir(folder, { recursive: true, mode: 0o700 }), folder);
  const file = join(folder, MARKER_FILE);
  await writeFile(file, "", { mode: 0o600 });
  giveToFolderOwner(file);
}

/** Never rejects: where it cannot be removed, the store is asked for nothing. */
export async function clearOverlayMarker(folder: string): Promise<void> {
  await rm(join(folder, MARKER_FILE), { force: true }).catch(() => undefined);
}
