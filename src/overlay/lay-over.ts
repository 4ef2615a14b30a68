// Lays entries of the store over a configuration. They are checked by the rules of the file, in one document with what
// the file says; an entry that does not fit is left out, and nothing else is harmed by it.

import type { GatewayConfig } from "../config/compile.ts";
import type { FileSettings } from "../config/file/file-settings.ts";
import { configFromText, type WrittenConfig } from "../config/file/load.ts";
import type { Diagnostic } from "../config/report/diagnostics.ts";
import { type AddedEntry, textWith } from "../config/yaml/added-entries.ts";
import type { Environment } from "../core/env.ts";
import { type OverlayEntry, type OverlayKind, type SwitchState, switchState } from "./overlay-entry.ts";

/** How messages call the place of an entry that no file has. */
export const STORE_SOURCE = "store";

/** What entries are laid over. */
export type OverlayBase = {
  readonly config: GatewayConfig;
  /** Of the file; undefined where there is none. */
  readonly file: { readonly written: WrittenConfig; readonly settings: FileSettings } | undefined;
};

/** Why an entry is not in force: the place in the file that has its name, or what the rules find. */
export type LeftEntry = {
  readonly entry: OverlayEntry;
  readonly place?: string;
  readonly problems: readonly Diagnostic[];
};

/** What came of it. */
export type LaidOver = { readonly config: GatewayConfig; readonly left: readonly LeftEntry[] };

/** Where the file has this name; undefined where it has not. */
export function placeInFile(
  { config, file }: OverlayBase,
  kind: OverlayKind,
  name: string,
): string | undefined {
  if (kind === "switch") {
    const at = config.plan.endpoints.findIndex((one) => one.name === name);
    const path = ["endpoints", at, "enabled"];
    return at < 0 || file?.settings.placeOf(path) === undefined ? undefined : file.settings.definedAt(path);
  }
  if (kind === "endpoint") return config.plan.endpoints.find((one) => one.name === name)?.definedAt;
  const path = ["routing", "model_overrides", name];
  return file?.settings.placeOf(path) === undefined ? undefined : file.settings.definedAt(path);
}

/** The configuration with the entries, the first of them first where two do not go together. */
export function layOver(base: OverlayBase, entries: readonly OverlayEntry[], env: Environment): LaidOver {
  const isSwitch = ({ kind }: OverlayEntry): boolean => kind === "switch";
  const added = layAdded(
    base,
    entries.filter((entry) => !isSwitch(entry)),
    env,
  );
  return turned(base, added, entries.filter(isSwitch));
}

/** Endpoints that were turned off, or are drained; a switch whose endpoint is gone waits for it. */
function turned(base: OverlayBase, { config, left }: LaidOver, switches: readonly OverlayEntry[]): LaidOver {
  if (switches.length === 0) return { config, left };
  const states = new Map<string, SwitchState>();
  const placed: LeftEntry[] = [];
  for (const entry of switches) {
    const place = placeInFile(base, "switch", entry.name);
    const state = switchState(entry.value);
    if (place !== undefined) placed.push({ entry, place, problems: [] });
    else if (state !== undefined) states.set(entry.name, state);
  }
  const endpoints = config.plan.endpoints.map((endpoint) => {
    const state = states.get(endpoint.name);
    if (state === undefined) return endpoint;
    return state === "disabled" ? { ...endpoint, enabled: false } : { ...endpoint, isDraining: true };
  });
  return { config: { ...config, plan: { ...config.plan, endpoints } }, left: [...left, ...placed] };
}

function layAdded(base: OverlayBase, entries: readonly OverlayEntry[], env: Environment): LaidOver {
  const left: LeftEntry[] = [];
  const free = entries.filter((entry) => {
    const place = placeInFile(base, entry.kind, entry.name);
    if (place !== undefined) left.push({ entry, place, problems: [] });
    return place === undefined;
  });
  if (free.length === 0) return { config: base.config, left };
  const whole = check(base, free, env);
  if (whole.kind === "good") return { config: joined(base.config, whole.config, free), left };
  const found = oneByOne(base, free, env);
  return { config: joined(base.config, found.config, found.fit), left: [...left, ...found.left] };
}

type FoundFit = {
  readonly config: GatewayConfig | undefined;
  readonly fit: readonly OverlayEntry[];
  readonly left: readonly LeftEntry[];
};

/** An alias may stand on an endpoint or an alias that comes later: what does not fit is tried again. */
function oneByOne(base: OverlayBase, entries: readonly OverlayEntry[], env: Environment): FoundFit {
  const fit: OverlayEntry[] = [];
  let waiting = entries.toSorted((a, b) => Number(a.kind === "alias") - Number(b.kind === "alias"));
  let config: GatewayConfig | undefined;
  for (;;) {
    const left: LeftEntry[] = [];
    for (const entry of waiting) {
      const checked = check(base, [...fit, entry], env);
      if (checked.kind === "good") {
        fit.push(entry);
        config = checked.config;
      } else left.push({ entry, problems: checked.problems });
    }
    if (left.length === 0 || left.length === waiting.length) return { config, fit, left };
    waiting = left.map(({ entry }) => entry);
  }
}

type CheckedEntries =
  | { readonly kind: "good"; readonly config: GatewayConfig }
  | { readonly kind: "bad"; readonly problems: readonly Diagnostic[] };

function check(base: OverlayBase, entries: readonly OverlayEntry[], env: Environment): CheckedEntries {
  const { config, file } = base;
  let text: string;
  try {
    text = textWith(file?.written.text ?? "", [...stubs(base), ...entries.map(addedEntry)]);
  } catch {
    // The file is good by itself, in a form that takes no entry.
    return { kind: "bad", problems: [] };
  }
  const path = config.configFile;
  const result = configFromText(text, {
    file: STORE_SOURCE,
    ...(path === undefined ? {} : { path }),
    env,
    envFileText: file?.written.envFileText,
    // Whether it is exposed is asked of the whole, with the flags.
    allowAnonymous: true,
  });
  if (result.kind === "broken")
    return { kind: "bad", problems: result.problems.filter(({ severity }) => severity === "error") };
  // The file may have overrides that count for nothing; who adds one means it.
  const idle = result.warnings.filter(({ code }) => code === "OG155");
  if (idle.length > 0 && entries.some(({ kind }) => kind === "alias")) return { kind: "bad", problems: idle };
  return { kind: "good", config: result.config };
}

/** Endpoints that no file has given, so that names and targets are checked against them as well. */
function stubs({ config, file }: OverlayBase): readonly AddedEntry[] {
  if (file !== undefined) return [];
  return config.plan.endpoints.map(({ name, baseUrl }) => ({
    path: ["endpoints"],
    value: { name, base_url: baseUrl },
  }));
}

/** An entry as the document takes it. */
export function addedEntry({ kind, name, value }: OverlayEntry): AddedEntry {
  return kind === "endpoint"
    ? { path: ["endpoints"], value }
    : { path: ["routing", "model_overrides"], key: name, value };
}

function joined(
  base: GatewayConfig,
  checked: GatewayConfig | undefined,
  fit: readonly OverlayEntry[],
): GatewayConfig {
  if (checked === undefined) return base;
  const namesOf = (wanted: OverlayKind) =>
    new Set(fit.filter(({ kind }) => kind === wanted).map(({ name }) => name));
  const [endpoints, aliases] = [namesOf("endpoint"), namesOf("alias")];
  const { plan, reliability } = base;
  const probeLeaseMs = Math.max(reliability.breaker.probeLeaseMs, checked.reliability.breaker.probeLeaseMs);
  return {
    ...base,
    plan: {
      ...plan,
      endpoints: [
        ...plan.endpoints,
        ...checked.plan.endpoints
          .filter(({ name }) => endpoints.has(name))
          .map((endpoint) => ({ ...endpoint, definedAt: STORE_SOURCE })),
      ],
      overrides: [
        ...plan.overrides,
        ...checked.plan.overrides
          .filter(({ name }) => aliases.has(name))
          .map((override) => ({ ...override, definedAt: STORE_SOURCE })),
      ],
    },
    reliability: { ...reliability, breaker: { ...reliability.breaker, probeLeaseMs } },
  };
}
