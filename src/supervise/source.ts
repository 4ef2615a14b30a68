// A configuration with where it comes from: a file that was found and read, or none; and the flags of the command line,
// which win over it whenever it is read again.

import { emptyConfig, type GatewayConfig } from "../config/compile.ts";
import type { FileSettings } from "../config/file/file-settings.ts";
import { loadConfig, type WrittenConfig } from "../config/file/load.ts";
import { locateConfig, shownPath } from "../config/file/locate.ts";
import { EnvironmentProxies } from "../config/proxies/environment-proxies.ts";
import type { Diagnostic } from "../config/report/diagnostics.ts";
import { proxyWarnings } from "../config/rules/rules-proxy.ts";
import { traceWarnings } from "../config/traces/trace-variables.ts";
import { type Environment, lookupIn } from "../core/env.ts";

/** A configuration that a file gave. */
export type FileSource = {
  readonly kind: "file";
  readonly path: string;
  /** As people see it: relative where that is shorter. */
  readonly shown: string;
  readonly config: GatewayConfig;
  /** What the file sets, and where. */
  readonly settings: FileSettings;
  readonly warnings: readonly Diagnostic[];
  readonly contentHash: string;
  /** Absolute paths of files that it names, which are watched as it is. */
  readonly files: readonly string[];
  /** What was read. */
  readonly written: WrittenConfig;
  readonly isBlank: boolean;
};

/** A configuration, from a file or none. */
export type ConfigSource =
  | FileSource
  | { readonly kind: "none"; readonly config: GatewayConfig; readonly warnings: readonly Diagnostic[] }
  | {
      readonly kind: "broken";
      readonly path: string;
      readonly problems: readonly Diagnostic[];
      readonly contentHash: string;
      readonly files: readonly string[];
    };

/**
 * Where the configuration in force comes from. `none`: there is no file. `detected`: made of what was found without one.
 * `demo`: the built-in mock endpoints.
 */
export type ConfigOrigin =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "none" | "detected" | "demo" };

/** Where to look for a file. */
export type SourcePlace = {
  /** The path that was asked for; undefined for the usual places. */
  readonly flag: string | undefined;
  readonly cwd: string;
  readonly env: Environment;
};

/** Flags that win over the configuration. */
export type Flags = {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly allowAnonymous: boolean;
};

/** The flags of a command that has none of them. */
export const NO_FLAGS: Flags = { host: undefined, port: undefined, allowAnonymous: false };

/** Looks for the configuration and loads it. Never rejects: what cannot be read is a problem too. */
export async function readSource(
  place: SourcePlace,
  flags = NO_FLAGS,
  read?: Parameters<typeof loadConfig>[3],
): Promise<ConfigSource> {
  const { cwd, env } = place;
  const path = locateConfig(place);
  if (path === undefined) {
    const lookup = lookupIn(env, undefined);
    const proxies = new EnvironmentProxies(lookup);
    const warnings = [...proxyWarnings(proxies), ...traceWarnings(lookup)];
    return { kind: "none", config: emptyConfig({ lookup, proxies }), warnings };
  }
  const loaded = await loadConfig(path, env, flags, read);
  if (loaded.kind === "broken") return { ...loaded, path };
  return { ...loaded, kind: "file", path, shown: shownPath(cwd, path) };
}

/** The configuration with the flags laid over it. */
export function withFlags(config: GatewayConfig, flags: Flags): GatewayConfig {
  const server = {
    ...config.server,
    host: flags.host ?? config.server.host,
    port: flags.port ?? config.server.port,
    allowAnonymous: config.server.allowAnonymous || flags.allowAnonymous,
  };
  return { ...config, server };
}
