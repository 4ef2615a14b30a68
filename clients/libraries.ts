// The libraries: a driver of each runs beside its packages and says of every capability whether it works.

import { copyFile, mkdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Capability, Client, Outcome, Outcomes, Place } from "./client.ts";
import { commonEnvironment } from "./environment.ts";
import type { NoteName } from "./notes.ts";
import { runToEnd } from "./start.ts";

/** What is particular to a library. */
export type Library = Omit<Client, "kind" | "run"> & {
  /** Below `drivers/`. */
  readonly driver: string;
  /** Words for the driver: which of the library's ways it is to take. */
  readonly args?: readonly string[];
  /** Where only the refusal was shown, since the endpoint of chats does not have the path. */
  readonly refused?: readonly Capability[];
};

const DRIVER_MS = 180_000;

/** The library as a row of the table. */
export function libraryClient(library: Library): Client {
  const { driver: _driver, args: _args, refused: _refused, ...client } = library;
  return { ...client, kind: "library", run: (place) => drive(library, place) };
}

async function drive({ driver, args = [], refused = [] }: Library, place: Place): Promise<Outcomes> {
  const isPython = extname(driver) === ".py";
  // Beside the packages, so that they are found; below a name of its own, so that none is shadowed by it.
  const folder = join(place.folder, "drivers");
  await mkdir(folder, { recursive: true });
  const main = join(folder, `drive_${driver.replace(/^.*\//, "")}`);
  await copyFile(driverFile(driver), main);
  const shared = isPython ? "check.py" : "check.mjs";
  await copyFile(driverFile(shared), join(folder, shared));
  const ended = await runToEnd({
    program: isPython ? join(place.folder, "venv/bin/python") : process.execPath,
    args: [main, ...args],
    folder: place.home,
    env: {
      ...commonEnvironment(place.home),
      GATEWAY_URL: place.url,
      GATEWAY_MODEL: place.model,
      GATEWAY_WAY: place.way,
      PYTHONDONTWRITEBYTECODE: "1",
    },
    timeoutMs: DRIVER_MS,
  });
  const outcomes = outcomesIn(ended.out, place.way === "chats" ? refused : []);
  if (Object.keys(outcomes).length > 0) return outcomes;
  const reason = `ended with ${ended.code}: ${ended.out.slice(-500)} ${ended.err.slice(-2000)}`;
  return { plain: { kind: "fails", reason } };
}

function driverFile(name: string): string {
  return fileURLToPath(new URL(`drivers/${name}`, import.meta.url));
}

type Line = {
  readonly capability: Capability;
  readonly ok: boolean;
  readonly reason?: string;
  readonly note?: NoteName;
};

function outcomesIn(out: string, refused: readonly Capability[]): Outcomes {
  const lines = out.split("\n").filter((line) => line.startsWith('{"capability"'));
  // Written by the drivers in this form.
  return Object.fromEntries(lines.map((line) => outcomeOf(JSON.parse(line) as Line, refused)));
}

function outcomeOf(line: Line, refused: readonly Capability[]): [Capability, Outcome] {
  const { capability, ok, reason = "", note } = line;
  if (!ok) return [capability, { kind: "fails", reason }];
  const known = refused.includes(capability) ? "refused" : note;
  return [capability, known === undefined ? { kind: "works" } : { kind: "noted", note: known }];
}
