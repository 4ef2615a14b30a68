// Where a running gateway of this user can be spoken to by the commands: a local socket that only this user can open,
// and a small file that names it. No client of the gateway's API can reach it.

import { createHash } from "node:crypto";
import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What the small file says. */
export type Marker = {
  readonly pid: number;
  /** Path of the socket, or name of the pipe on Windows. */
  readonly address: string;
  /** Absolute path of the configuration file; null for a gateway without one. */
  readonly config: string | null;
};

/** Longer paths cannot be bound: 104 bytes on macOS, 108 elsewhere, the final zero included. */
const MAX_SOCKET_PATH_BYTES = 100;

/** The folder of the small files, within the data folder. */
export function markerFolder(dataDir: string): string {
  return join(dataDir, "run");
}

/**
 * An address that this process may listen on, in a folder that nobody else can enter.
 * @throws the system's error where no such folder can be made
 */
export async function newAddress(dataDir: string): Promise<string> {
  const folder = markerFolder(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const name = `${process.pid}.sock`;
  const path = join(folder, name);
  if (process.platform === "win32")
    return `\\\\.\\pipe\\oai-gateway-${createHash("sha256").update(path).digest("hex").slice(0, 32)}`;
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  return join(await mkdtemp(join(tmpdir(), "oai-gateway-")), name);
}

/** A marker out of a file's text; undefined where it is none. */
export function readMarker(text: string): Marker | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    const { pid, address, config }: Partial<Record<keyof Marker, unknown>> = value;
    if (typeof pid !== "number" || typeof address !== "string") return undefined;
    return { pid, address, config: typeof config === "string" ? config : null };
  } catch {
    return undefined;
  }
}
