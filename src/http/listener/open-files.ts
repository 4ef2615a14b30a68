// How many client connections the operating system's limit on open files leaves room for.

import { readFileSync } from "node:fs";

/** Kept for the runtime, the log, model lists and connections that are being refused. */
const RESERVED = 48;

/** The limit on open files of this process; undefined where it is unknown or there is none. Blocks, for some 20 µs. */
export function openFilesLimit(): number | undefined {
  try {
    // Linux only; Node has raised the soft limit to the hard one by now.
    const limits = readFileSync("/proc/self/limits", "latin1");
    const soft = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** Client connections that fit: each may need another one to an endpoint. */
export function connectionsWithin(openFiles: number | undefined): number {
  if (openFiles === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor((openFiles - RESERVED) / 2));
}
