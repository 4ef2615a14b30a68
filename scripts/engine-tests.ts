// Which tests can come out otherwise on another HTTP engine: those from which an engine is loaded or a process started,
// by what they import. The rest would only be run twice. Not part of the gateway.

import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { ROOT } from "./build.ts";

/** The file that loads the engine which a configuration names. */
const LOADER = "src/engines.ts";
/** The name of the usual engine, which is what a run on the other one changes. */
const USUAL = "src/config/schema/engine-name.ts";
/** Whoever imports these starts processes, which load what they like. */
const STARTERS: readonly string[] = ["node:child_process", "node:cluster"];

/** The tests that `npm run test:other-engine` runs, but for those of the house's rules, which start no gateway. */
export function engineTests(): readonly string[] {
  const imports = new Imports();
  return globSync(["src/**/*.test.ts", "test/*/**/*.test.ts"], { cwd: ROOT })
    .map(slashed)
    .filter((file) => reachesEngine(file, imports))
    .sort();
}

/**
 * Whether what a file does may hang on which engine is the usual one.
 * @param file below the repository, with slashes
 */
export function reachesEngine(file: string, imports: Imports): boolean {
  const seen = new Set<string>();
  const reaches = (at: string): boolean => {
    if (at === LOADER || STARTERS.includes(at) || at === Imports.UNKNOWN) return true;
    if (seen.has(at)) return false;
    seen.add(at);
    return imports.of(at).some(reaches);
  };
  return imports.of(file).includes(USUAL) || reaches(file);
}

/** What files of the repository import when they are run; types alone are no import. */
export class Imports {
  /** Stands for an import whose target only a run knows. */
  static readonly UNKNOWN = "?";
  readonly #known = new Map<string, readonly string[]>();

  /** Files below the repository, Node's modules by their names; packages are left out. */
  of(file: string): readonly string[] {
    const known = this.#known.get(file);
    if (known !== undefined) return known;
    const path = join(ROOT, file);
    const found = existsSync(path) && /\.[cm]?[jt]s$/.test(file) ? importsIn(readFileSync(path, "utf8")) : [];
    const targets = found.flatMap((name) => {
      if (name.startsWith(".")) return [slashed(relative(ROOT, join(ROOT, dirname(file), name)))];
      return name.startsWith("node:") || name === Imports.UNKNOWN ? [name] : [];
    });
    this.#known.set(file, targets);
    return targets;
  }
}

/** What a text imports, as written; `Imports.UNKNOWN` for what is put together as it runs. */
export function importsIn(text: string): readonly string[] {
  const declared = text.matchAll(
    /^\s*(?:import|export)\s(?!\s*type\s[^;]*?from)(?:[^;"]*?\sfrom\s*)?\s*"([^"\n]+)"/gm,
  );
  // A type such as `import("x").Y` counts too: what is run in vain costs less than what is left out.
  const asked = text.matchAll(/\b(?:import|require)\(\s*(?:"([^"\n]+)"\s*\)|(?=[^\s")]))/g);
  return [...declared, ...asked].map(([, name]) => name ?? Imports.UNKNOWN);
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
