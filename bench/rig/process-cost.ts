// What a process and its children have cost so far: CPU time and resident memory, read from /proc. Linux only.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** CPU seconds (user and system) since the start, and resident memory now. */
export type ProcessCost = { readonly cpuSeconds: number; readonly rssBytes: number };

/** Fields of /proc/PID/stat behind the name (proc_pid_stat(5)), counted from the state. */
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const RSS_PAGES = 21;

const TICKS_A_SECOND = settingOf("CLK_TCK", 100);
const PAGE_BYTES = settingOf("PAGESIZE", 4_096);

/** The process and every descendant that lives now. */
export function treeOf(root: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const fields = /^\d+$/.test(name) ? statOf(Number(name)) : undefined;
    if (fields === undefined) continue;
    const parent = Number(fields[PARENT]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** The sum over these processes; one that has ended counts as nothing. */
export function costOf(pids: readonly number[]): ProcessCost {
  let ticks = 0;
  let pages = 0;
  for (const fields of pids.map(statOf)) {
    if (fields === undefined) continue;
    ticks += Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS]);
    pages += Number(fields[RSS_PAGES]);
  }
  return { cpuSeconds: ticks / TICKS_A_SECOND, rssBytes: pages * PAGE_BYTES };
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name stands in parentheses and may hold spaces and parentheses itself.
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

function settingOf(name: string, usual: number): number {
  try {
    return Number(execFileSync("getconf", [name], { encoding: "utf8" })) || usual;
  } catch {
    return usual;
  }
}
