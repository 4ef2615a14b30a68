// Which HTTP engine the gateway of a run has: `--engine fast` or `--engine node`.

import { ENGINE_NAMES, type EngineName } from "../src/config/schema/engine-name.ts";

/** As `parseArgs` takes it, among the other options of a command. */
export const ENGINE_OPTION = { engine: { type: "string" } } as const;

/**
 * The engine of that name; undefined where none is named, which is the usual one.
 * @throws TypeError for a name that none has
 */
export function engineNamed(name: string | undefined): EngineName | undefined {
  if (name === undefined) return undefined;
  const found = ENGINE_NAMES.find((one) => one === name);
  if (found === undefined) throw new TypeError(`--engine is one of: ${ENGINE_NAMES.join(", ")}`);
  return found;
}
