// What root makes in somebody else's folder becomes theirs: a command by root must not leave files behind that the
// service, which has a user of its own, cannot open.

import { lchownSync, lstatSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";

const ROOT = 0;

/**
 * Gives a new file or folder to the owner of the folder that it is in. Only root can, and only what is root's and has
 * no second name is given away. Never throws: what cannot be given stays as it is.
 */
export function giveToFolderOwner(path: string): void {
  if (process.geteuid?.() !== ROOT) return;
  try {
    const { uid, gid } = statSync(dirname(path));
    const found = lstatSync(path);
    const hasOtherName = !found.isDirectory() && found.nlink > 1;
    if (uid === ROOT || found.uid !== ROOT || hasOtherName) return;
    lchownSync(path, uid, gid);
  } catch {
    // Root without the right to do so, in a container for one, keeps it.
  }
}

/** The same for new folders, one inside the other: `first` is what `mkdir` gave back, undefined where it made none. */
export function giveFolders(first: string | undefined, last: string): void {
  if (first === undefined) return;
  const made: string[] = [];
  for (let at = resolve(last); at.length >= resolve(first).length; at = dirname(at)) made.unshift(at);
  for (const folder of made) giveToFolderOwner(folder);
}
