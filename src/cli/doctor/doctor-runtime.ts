// What `doctor` looks at besides the endpoints: Node, the data folder, the gateway's port. Changes nothing.

import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { exposedMode } from "../../config/file/data-folder.ts";
import { errorCode } from "../../core/error-code.ts";
import { message } from "../../language/messages.ts";
import { findPortOwner } from "../shared/port-owner.ts";
import type { RuntimeCheck } from "./doctor-report.ts";

/** Checks the surroundings, all at once. */
export async function checkRuntime(
  dataDir: string,
  address: { readonly host: string; readonly port: number },
): Promise<readonly RuntimeCheck[]> {
  const label = message("doctor.node", { version: process.versions.node });
  const node: RuntimeCheck = { label, isOk: true };
  return [node, ...(await Promise.all([checkFolder(dataDir), checkPort(address.host, address.port)]))];
}

async function checkFolder(dataDir: string): Promise<RuntimeCheck> {
  const label = message("doctor.folder");
  const mode = await exposedMode(dataDir);
  if (mode !== undefined) {
    return {
      label: message("doctor.folderPrivate"),
      isOk: false,
      problem: message("doctor.folderOpen", { folder: dataDir, mode }),
      fix: message("doctor.fix.folderOpen", { folder: dataDir }),
    };
  }
  if (await isWritable(dataDir)) return { label, isOk: true };
  return {
    label,
    isOk: false,
    problem: message("doctor.folderShut", { folder: dataDir }),
    fix: message("doctor.fix.folderShut"),
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
  if (owner.kind === "nobody") return { label: message("doctor.portFree", { port }), isOk: true };
  if (owner.kind === "self") return { label: message("doctor.portOurs", { port }), isOk: true };
  return {
    label: message("doctor.port", { port }),
    isOk: false,
    problem: message("doctor.portTaken", { host, port }),
    fix: message("doctor.fix.portTaken"),
  };
}

/** More than this and dates in `Retry-After` headers and certificates are read wrong. */
const MAX_SKEW_MS = 5 * 60_000;

/** Compares our clock with the dates that endpoints sent; undefined when none sent one. */
export function checkClock(serverWallMs: readonly number[], wallMs: number): RuntimeCheck | undefined {
  const skews = serverWallMs.map((serverMs) => wallMs - serverMs).sort((left, right) => left - right);
  const median = skews[Math.floor(skews.length / 2)];
  if (median === undefined) return undefined;
  const label = message("doctor.clock");
  if (Math.abs(median) <= MAX_SKEW_MS) return { label, isOk: true };
  const minutes = Math.round(Math.abs(median) / 60_000);
  const problem = message(median > 0 ? "doctor.clockAhead" : "doctor.clockBehind", { minutes });
  return { label, isOk: false, problem, fix: message("doctor.fix.clock") };
}
