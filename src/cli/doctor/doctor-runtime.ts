// What `doctor` looks at besides the endpoints: Node, the data folder, the gateway's port. Changes nothing.

import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { exposedMode } from "../../config/file/data-folder.ts";
import { errorCode } from "../../core/error-code.ts";
import { findPortOwner } from "../shared/port-owner.ts";
import type { RuntimeCheck } from "./doctor-report.ts";

/** Checks the surroundings, all at once. */
export async function checkRuntime(
  dataDir: string,
  address: { readonly host: string; readonly port: number },
): Promise<readonly RuntimeCheck[]> {
  const node: RuntimeCheck = { label: `Node ${process.versions.node}`, isOk: true };
  return [node, ...(await Promise.all([checkFolder(dataDir), checkPort(address.host, address.port)]))];
}

async function checkFolder(dataDir: string): Promise<RuntimeCheck> {
  const label = "data folder writable";
  const mode = await exposedMode(dataDir);
  if (mode !== undefined) {
    const problem = `other users of this machine may write to ${dataDir} (mode ${mode}).`;
    return { label: "data folder private", isOk: false, problem, fix: `chmod 700 ${dataDir}` };
  }
  if (await isWritable(dataDir)) return { label, isOk: true };
  const fix = "make it writable, or pass --data-dir FOLDER";
  return {
    label,
    isOk: false,
    problem: `${dataDir} cannot be written; model lists are forgotten at a restart.`,
    fix,
  };
}

/** A folder that is not there yet is made by the gateway, if its parent lets it. */
async function isWritable(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return true;
  } catch (error) {
    const parent = dirname(folder);
    return errorCode(error) === "ENOENT" && parent !== folder && (await isWritable(parent));
  }
}

async function checkPort(host: string, port: number): Promise<RuntimeCheck> {
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  const owner = await findPortOwner(shown, port);
  if (owner.kind === "nobody") return { label: `port ${port} free`, isOk: true };
  if (owner.kind === "self") return { label: `port ${port} ours`, isOk: true };
  const problem = `another program listens on ${host}:${port}.`;
  return { label: `port ${port}`, isOk: false, problem, fix: "stop it, or set another server.port" };
}

/** More than this and dates in `Retry-After` headers and certificates are read wrong. */
const MAX_SKEW_MS = 5 * 60_000;

/** Compares our clock with the dates that endpoints sent; undefined when none sent one. */
export function checkClock(serverWallMs: readonly number[], wallMs: number): RuntimeCheck | undefined {
  const skews = serverWallMs.map((serverMs) => wallMs - serverMs).sort((left, right) => left - right);
  const median = skews[Math.floor(skews.length / 2)];
  if (median === undefined) return undefined;
  if (Math.abs(median) <= MAX_SKEW_MS) return { label: "clock", isOk: true };
  const minutes = Math.round(Math.abs(median) / 60_000);
  const problem = `this machine's clock is ${minutes} minutes ${median > 0 ? "ahead of" : "behind"} the endpoints'.`;
  return { label: "clock", isOk: false, problem, fix: "set the clock, or let the system keep it (NTP)" };
}
