// Reads a configuration file and its `.env`, checks everything in one run and compiles it. Does not watch
// (`supervise/watch.ts`) and swaps nothing.

import { dirname, join } from "node:path";
import { type Environment, lookupIn, namesIn, withEnvFile } from "../../core/env.ts";
import { message } from "../../language/messages.ts";
import { compileConfig, type GatewayConfig } from "../compile.ts";
import { EnvironmentProxies } from "../proxies/environment-proxies.ts";
import { type Diagnostic, fileDiagnostic, Problems } from "../report/diagnostics.ts";
import { looseLines } from "../report/excerpt.ts";
import { CaFiles } from "../rules/ca-files.ts";
import { KeyFiles } from "../rules/key-files.ts";
import { PemFiles } from "../rules/pem-file.ts";
import { checkDefaultEndpoints } from "../rules/rules-default-endpoint.ts";
import { checkEndpoints } from "../rules/rules-endpoints.ts";
import { checkLimits } from "../rules/rules-limits.ts";
import { checkFallbacks, checkModelSettings } from "../rules/rules-models.ts";
import { checkOverrides } from "../rules/rules-overrides.ts";
import { checkProxies, proxyWarnings } from "../rules/rules-proxy.ts";
import { checkAdmin, checkCache, checkServer } from "../rules/rules-server.ts";
import { checkClientCertificates, checkTls } from "../rules/rules-tls.ts";
import { likelySlips, sureSlips } from "../rules/slips.ts";
import { allKnownKeys } from "../schema/json-schema.ts";
import { SchemaPlace } from "../schema/schema-place.ts";
import { readShape } from "../schema/shape.ts";
import { checkTraces } from "../traces/rules-traces.ts";
import { traceWarnings } from "../traces/trace-variables.ts";
import type { Variables } from "../yaml/expander.ts";
import { parseYaml } from "../yaml/yaml-source.ts";
import { hashOf, namedFileText, textOf } from "./content-hash.ts";
import { Credentials } from "./credentials.ts";
import { FileSettings } from "./file-settings.ts";
import { shownPath } from "./locate.ts";
import { type Content, readText } from "./text-file.ts";

/** What loading gave: a whole configuration, or everything that is wrong with it. */
export type LoadResult =
  | {
      readonly kind: "ok";
      readonly config: GatewayConfig;
      /** What the file sets, and where. */
      readonly settings: FileSettings;
      readonly warnings: readonly Diagnostic[];
      readonly contentHash: string;
      readonly files: readonly string[];
      /** What was read, so that more can be laid over it by the same rules. */
      readonly written: WrittenConfig;
      /** Nothing at all is in the file: while the gateway runs, a save that is not over. */
      readonly isBlank: boolean;
    }
  | {
      readonly kind: "broken";
      readonly problems: readonly Diagnostic[];
      /** Of the file, its `.env`, and the files that it names. */
      readonly contentHash: string;
      /** Absolute paths of files named in it, whose content counts as a part of its own: those of keys. */
      readonly files: readonly string[];
    };

/** The text of a configuration and of the `.env` beside it. Secrets may be in it. */
export type WrittenConfig = { readonly text: string; readonly envFileText: string | undefined };

/** What the command line says of the configuration. */
export type LoadOptions = {
  /** Whether it may be reached by others without client keys; else only the file's own `allow_anonymous` counts. */
  readonly allowAnonymous?: boolean;
};

/** Loads a file and the `.env` beside it. Never rejects: what cannot be read is a diagnostic as well. */
export async function loadConfig(
  path: string,
  env: Environment,
  options: LoadOptions = {},
  read: (text: string, options: TextOptions) => LoadResult | Promise<LoadResult> = configFromText,
): Promise<LoadResult> {
  const file = displayName(path);
  const [content, envFile] = await Promise.all([readText(path), readText(join(dirname(path), ".env"))]);
  if (content.text === undefined) {
    return {
      kind: "broken",
      problems: [fileDiagnostic("OG100", file, content.reason, content.fix)],
      contentHash: hashOf([undefined, envFile.text]),
      files: [],
    };
  }
  const result = await read(content.text, { ...options, file, path, env, envFileText: envFile.text });
  const warnings = envFileWarnings(join(dirname(path), ".env"), envFile);
  if (result.kind === "broken") return { ...result, problems: [...result.problems, ...warnings] };
  return { ...result, warnings: [...result.warnings, ...warnings] };
}

/** What `configFromText` needs besides the text. */
export type TextOptions = LoadOptions & {
  /** As shown in messages. */
  readonly file: string;
  /** As kept in `GatewayConfig.configFile`; `file` when absent. */
  readonly path?: string;
  readonly env: Environment;
  readonly envFileText?: string | undefined;
};

/** Checks and compiles a text. Never throws. */
export function configFromText(text: string, options: TextOptions): LoadResult {
  const problems = new Problems(options.file, text);
  const keyFiles = new KeyFiles(dirname(options.path ?? options.file));
  const pemFiles = new PemFiles();
  const checked = check(text, { ...options, keyFiles, pemFiles }, problems);
  const found = problems.sorted();
  const contents = [...keyFiles.contents.map(textOf), ...pemFiles.contents];
  const contentHash = hashOf([text, options.envFileText, ...contents]);
  const read = { contentHash, files: [...keyFiles.paths, ...pemFiles.paths] };
  if (checked === undefined) return { kind: "broken", problems: found, ...read };
  const { config, settings } = checked;
  const warnings = [...found, ...checked.warnings];
  const written = { text, envFileText: options.envFileText };
  return { kind: "ok", config, settings, warnings, ...read, written, isBlank: isBlank(text) };
}

/** The options of one check, and the files of keys and certificates that are read for it. */
type TextChecking = TextOptions & { readonly keyFiles: KeyFiles; readonly pemFiles: PemFiles };

type Checked = Pick<Extract<LoadResult, { readonly kind: "ok" }>, "config" | "settings" | "warnings">;

function check(text: string, options: TextChecking, problems: Problems): Checked | undefined {
  const { env, envFileText } = options;
  const variables = variablesOf(env, envFileText);
  problems.showBy(() => {
    const known = new Set(allKnownKeys());
    return looseLines((key) => known.has(key));
  });
  const slips = sureSlips(text);
  if (slips.length > 0) {
    for (const { code, at, message: words, fix } of slips) problems.add(code, at, words, { fix });
    return undefined;
  }
  const checked = read(text, options, problems, variables);
  if (problems.hasErrors) problems.explain(likelySlips(text));
  return checked;
}

/** The environment wins over `.env`, and both over the credentials of the service. */
function variablesOf(env: Environment, envFileText: string | undefined): Variables {
  const lookup = lookupIn(env, envFileText);
  const credentials = new Credentials(env);
  return {
    lookup: (name) => lookup(name) ?? credentials.find(name),
    names: [...namesIn(env, envFileText), ...credentials.names()],
    problemOf: (name) => (lookup(name) === undefined ? credentials.problemOf(name) : undefined),
    hintFor: (name) => credentials.hintFor(name),
  };
}

function read(
  text: string,
  options: TextChecking,
  problems: Problems,
  variables: Variables,
): Checked | undefined {
  const form = new SchemaPlace();
  const source = parseYaml(text, variables, problems, form);
  if (source === undefined) return undefined;
  problems.showBy(source.showing);
  const torn = source.torn();
  // What stands on the further lines may be a key, and the words of the rules would show it as a part of a name.
  for (const at of torn) problems.add("OG101", at, message("yaml.torn"), { fix: message("yaml.fixTorn") });
  if (torn.length > 0) return undefined;
  const { value, places } = source;
  const draft = { value, places, problems, form };
  const configFile = options.path ?? options.file;
  const { keyFiles, pemFiles } = options;
  const caFiles = new CaFiles(dirname(configFile), pemFiles);
  const decoded = readShape(draft);
  checkServer(draft, options.allowAnonymous === true, keyFiles);
  checkAdmin(draft);
  checkCache(draft);
  const certificate = checkTls(draft, dirname(configFile));
  checkEndpoints(draft, keyFiles);
  checkProxies(draft);
  checkOverrides(draft);
  checkDefaultEndpoints(draft);
  checkModelSettings(draft);
  checkFallbacks(draft);
  checkLimits(draft, caFiles);
  checkTraces(draft, caFiles);
  const clientCertificates = checkClientCertificates(draft, dirname(configFile), pemFiles);
  if (decoded === undefined || problems.hasErrors) return undefined;
  const settings = new FileSettings({ file: problems.file, value, places, lines: problems.lines });
  const proxies = new EnvironmentProxies(variables.lookup);
  const config = compileConfig(decoded, {
    configFile,
    definedAt: (path) => settings.definedAt(path),
    pemOf: (caFile) => {
      const result = caFiles.read(caFile);
      return result.kind === "ok" ? result.pem : undefined;
    },
    keyOf: (file) => {
      const result = keyFiles.read(file);
      return result.kind === "ok" ? result.key : undefined;
    },
    proxies,
    lookup: variables.lookup,
    certificate,
    clientCertificates,
  });
  const warnings = [...proxyWarnings(proxies), ...traceWarnings(variables.lookup)];
  return { config, settings, warnings };
}

/**
 * What is on the disk now: the same hash as `LoadResult.contentHash`, with `LoadResult.files` as the files. Never rejects.
 */
export async function contentState(
  path: string,
  files: readonly string[] = [],
): Promise<{ readonly contentHash: string; readonly isAbsent: boolean; readonly isBlank: boolean }> {
  const [content, envFile] = await Promise.all([readText(path), readText(join(dirname(path), ".env"))]);
  return {
    contentHash: hashOf([content.text, envFile.text, ...files.map(namedFileText)]),
    isAbsent: content.text === undefined && content.isAbsent,
    isBlank: isBlank(content.text),
  };
}

/** The environment of a folder. */
export type FolderEnvironment = {
  readonly env: Environment;
  /** That its `.env` is there and cannot be read. */
  readonly warnings: readonly Diagnostic[];
};

/**
 * The environment with the `.env` of a folder and with the credentials of the service, for where there is no
 * configuration file. Never rejects.
 */
export async function environmentIn(folder: string, outer: Environment): Promise<FolderEnvironment> {
  const path = join(folder, ".env");
  const content = await readText(path);
  const env = { ...new Credentials(outer).all(), ...withEnvFile(outer, content.text) };
  return { env, warnings: envFileWarnings(path, content) };
}

function envFileWarnings(path: string, content: Content): readonly Diagnostic[] {
  if (content.text !== undefined || content.isAbsent) return [];
  const ignored = message("file.ignored", { reason: content.reason });
  return [fileDiagnostic("OG105", displayName(path), ignored, content.fix)];
}

/** An editor in the middle of a save leaves the file empty for a moment. */
function isBlank(text: string | undefined): boolean {
  return text !== undefined && text.trim() === "";
}

function displayName(path: string): string {
  return shownPath(process.cwd(), path);
}
