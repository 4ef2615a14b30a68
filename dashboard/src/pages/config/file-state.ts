// The file as the page knows it, and what the viewer has typed over it. Both outlive the page, so that a look at another
// page loses nothing.

import { signal } from "@preact/signals";
import { type Answer, call } from "../../api/client.ts";

/** The file. */
export type ConfigFile = Answer<"getConfigFile">;

/** One problem of it. */
export type ConfigProblem = ConfigFile["problems"][number];

/** What a text would change. */
export type ConfigChange = NonNullable<Answer<"checkConfig">["change"]>;

/** The file that the text in the editor began with; undefined before it was read. */
export const base = signal<ConfigFile | undefined>(undefined);

/** The text in the editor, where it is another one than the file's. */
export const typed = signal<string | undefined>(undefined);

/** The file as it is on the disk now, where it is another one than `base`. */
export const theirs = signal<ConfigFile | undefined>(undefined);

/** The text that the editor shows. */
export function textNow(): string {
  return typed.value ?? base.value?.text ?? "";
}

/** Takes what is typed. */
export function type(text: string): void {
  typed.value = text === base.value?.text ? undefined : text;
}

/** Forgets what is typed. */
export function discard(): void {
  typed.value = undefined;
  if (theirs.value !== undefined) base.value = theirs.value;
  theirs.value = undefined;
}

/** Goes on with what is typed, over the file as it is now. */
export function keepMine(): void {
  const text = textNow();
  if (theirs.value !== undefined) base.value = theirs.value;
  theirs.value = undefined;
  type(text);
}

/** The file is this one now, by our own doing. */
export function settle(file: ConfigFile): void {
  base.value = file;
  typed.value = undefined;
  theirs.value = undefined;
}

/**
 * Reads the file. Where something is typed over another version, that stays and this is theirs.
 * @throws Failure
 */
export async function readFile(signal?: AbortSignal): Promise<ConfigFile> {
  const file = await call("getConfigFile", {}, { ...(signal && { signal }) });
  const isOther = typed.value !== undefined && base.value?.version !== file.version;
  theirs.value = isOther ? file : undefined;
  // The same object as long as it says the same: the page is not drawn anew for nothing.
  if (!isOther && JSON.stringify(base.value) !== JSON.stringify(file)) base.value = file;
  return file;
}
