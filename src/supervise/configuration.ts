// The configuration in force: where it comes from, and how another one may take its place. One reload at a time, in the
// order asked for; a file that is wrong, empty for a moment or refused by the rules leaves the last good one in force.
// The log hears of every attempt; sentences for people at a terminal are made of what `reload` gives.

import { setImmediate } from "node:timers/promises";
import type { GatewayConfig } from "../config/compile.ts";
import type { TextOptions } from "../config/file/load.ts";
import type { Diagnostic } from "../config/report/diagnostics.ts";
import { ConfigReader } from "../config/thread/config-reader.ts";
import type { Environment } from "../core/env.ts";
import type { Log } from "../core/summary.ts";
import { reloadHint } from "../language/launch.ts";
import type { OverlayBase } from "../overlay/lay-over.ts";
import type { Overlay } from "../overlay/overlay.ts";
import { type CertificateHolder, CertificateWatch } from "./certificate-watch.ts";
import { describeConfigChange } from "./change-words.ts";
import { checkReload, ReloadRefused } from "./reload-rules.ts";
import {
  type ConfigOrigin,
  type ConfigSource,
  type FileSource,
  type Flags,
  readSource,
  withFlags,
} from "./source.ts";
import { type ConfigWatch, type LastRead, watchConfig } from "./watch.ts";

/** How a new configuration came about. */
export type ReloadWish = {
  /** False: a save was noticed, and nobody has said that it is meant so. Default true. */
  readonly isAsked?: boolean;
  /** Where it comes from; the same as before where it is left out. */
  readonly origin?: ConfigOrigin;
};

/** What takes a configuration; it asks `checkReload` itself, so that nobody can go round the rules. */
export type Reloadable = CertificateHolder & {
  /** The host bound. */
  readonly host: string;
  config(): GatewayConfig;
  /**
   * Gives remarks for people.
   * @throws ReloadRefused
   */
  reload(config: GatewayConfig, wish: ReloadWish): readonly string[];
};

/** How a reload from the file ended. */
export type ReloadEnd =
  /** `isNew`: there was no file before. */
  | { readonly kind: "taken"; readonly source: FileSource; readonly isNew: boolean }
  | { readonly kind: "no_file" }
  | { readonly kind: "broken"; readonly problems: readonly Diagnostic[] }
  | { readonly kind: "exposed"; readonly host: string }
  /** The demo is served, or the file is empty for a moment or would take every endpoint away. */
  | { readonly kind: "left_alone" };

/** Who is told how reloads end; it is `Alerts`. */
type ReloadTold = {
  /** `codes`: of its problems. */
  configRejected(file: string, codes: readonly string[]): void;
  configTaken(): void;
};

/** What the configuration is made of. */
export type ConfigurationParts = {
  readonly served: Reloadable;
  readonly log: Log;
  readonly cwd: string;
  readonly env: Environment;
  readonly flags: Flags;
  /** What was read at the start, and is served since. */
  readonly first: Exclude<ConfigSource, { readonly kind: "broken" }>;
  /** What the store adds to each configuration, the first one among them; nothing where it is left out. */
  readonly overlay?: Overlay | undefined;
  /** Told of each reload that was refused, and of each that was taken; nobody where it is left out. */
  readonly told?: ReloadTold | undefined;
  /** Between two values in the log's words on a change. */
  readonly arrow?: string;
};

/** What a text comes to. */
export type TriedText = {
  readonly problems: readonly Diagnostic[];
  /** Undefined where it has errors. */
  readonly config: GatewayConfig | undefined;
};

/** The configuration of a running gateway. */
export class Configuration {
  /** Reads texts without holding requests up. */
  readonly reader = new ConfigReader();
  readonly #parts: ConfigurationParts;
  #file: FileSource | undefined;
  #lastRead: LastRead;
  #isDemo = false;
  /** Without what the store adds. */
  #bare: OverlayBase;
  #watch: ConfigWatch | undefined;
  readonly #certificates: CertificateWatch;
  #onSaved: (() => void) | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: ConfigurationParts) {
    this.#parts = parts;
    this.#certificates = new CertificateWatch(parts.served, parts.log);
    this.#file = parts.first.kind === "file" ? parts.first : undefined;
    this.#bare = baseOf(parts.first);
    parts.overlay?.onChange(() => this.#inTurn(() => this.#layAgain()));
    this.#lastRead = this.#file ?? { contentHash: "", files: [] };
  }

  /** The file in force; undefined where there is none. */
  get file(): FileSource | undefined {
    return this.#file;
  }

  /** Begins to watch the file, now or when there is one; `onSaved` is told of each new content. */
  watch(onSaved: () => void, onCertificateRefused?: (problem: Diagnostic) => void): void {
    this.#onSaved = onSaved;
    this.#startWatch();
    this.#certificates.start(onCertificateRefused);
  }

  /**
   * Reads the configuration again and puts it in force, if it may be. `isAsked`: a person wants it, where else a save was
   * noticed.
   */
  reload(isAsked: boolean): Promise<ReloadEnd> {
    return this.#inTurn(() => this.#reload(isAsked));
  }

  /**
   * Puts a configuration in force that no file has given, with the flags over it.
   * @throws ReloadRefused
   */
  replace(config: GatewayConfig, kind: "detected" | "demo"): void {
    const { served, overlay } = this.#parts;
    const bare = { config, file: undefined };
    // Mock endpoints are never mixed with real ones.
    if (kind === "demo") overlay?.rest();
    served.reload(this.#whole(bare, kind === "demo"), { origin: { kind } });
    this.#bare = bare;
    this.#isDemo = kind === "demo";
  }

  /** What a text would come to as the file in force, with what the store adds and the flags. Nothing changes. */
  async tried(text: string): Promise<TriedText> {
    const { flags, overlay } = this.#parts;
    const result = await this.reader.load(text.replace(/^\ufeff/, ""), this.textOptions());
    if (result.kind === "broken") return { problems: result.problems, config: undefined };
    const { config: bare, settings, warnings, written: known } = result;
    const base = { config: bare, file: { written: known, settings } };
    const config = withFlags(overlay === undefined ? bare : overlay.triedOver(base), flags);
    return { problems: warnings, config };
  }

  /** How a text is read as the file in force. */
  textOptions(): TextOptions {
    const { env, flags } = this.#parts;
    const { shown = "config.yaml", path, written } = this.#file ?? {};
    const place = path === undefined ? {} : { path };
    const { allowAnonymous } = flags;
    return { file: shown, ...place, env, envFileText: written?.envFileText, allowAnonymous };
  }

  /** Whether the rules for reloads refuse a configuration that a person asks for. */
  isRefused(after: GatewayConfig): boolean {
    const { served } = this.#parts;
    try {
      checkReload({ before: served.config(), after, boundHost: served.host, isAsked: true });
      return false;
    } catch {
      return true;
    }
  }

  /** Ends the watch, and what the store adds. */
  async close(): Promise<void> {
    await this.#parts.overlay?.close();
    await this.#certificates.close();
    await this.#watch?.close();
    await this.reader.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const ended = this.#last.then(work);
    this.#last = ended.catch(() => undefined);
    return ended;
  }

  /** With what the store adds, and with the flags over all. */
  #whole(bare: OverlayBase, isDemo = false): GatewayConfig {
    const { overlay, flags } = this.#parts;
    return withFlags(isDemo || overlay === undefined ? bare.config : overlay.over(bare), flags);
  }

  /** What the store adds has changed. */
  async #layAgain(): Promise<void> {
    if (this.#isDemo) return;
    const { served, log, arrow } = this.#parts;
    const before = served.config();
    const config = this.#whole(this.#bare);
    served.reload(config, {});
    const change = describeConfigChange(before, config, arrow);
    log.info("reload", `the store: ${change === "" ? "nothing changed" : change}`);
  }

  async #reload(isAsked: boolean): Promise<ReloadEnd> {
    // Mock endpoints are never mixed with real ones.
    if (this.#isDemo) return { kind: "left_alone" };
    const { cwd, env, flags } = this.#parts;
    const source = await readSource({ flag: this.#file?.path, cwd, env }, flags, (text, options) =>
      this.reader.load(text, options),
    );
    if (source.kind === "none") return { kind: "no_file" };
    const { contentHash, files } = source;
    this.#lastRead = { contentHash, files };
    if (source.kind === "broken") {
      this.#tellRefused(source.problems);
      return { kind: "broken", problems: source.problems };
    }
    // A file that is empty for a moment is a save under way, of which the watch tells the end.
    if (source.isBlank && !isAsked) return { kind: "left_alone" };
    return this.#take(source, isAsked);
  }

  async #take(source: FileSource, isAsked: boolean): Promise<ReloadEnd> {
    const { served, log, arrow } = this.#parts;
    const hasNone = source.config.plan.endpoints.length === 0;
    // Those of the store are left in any case: the rule for reloads would not notice.
    if (!isAsked && hasNone && this.#bare.config.plan.endpoints.length > 0)
      return this.#refuse(source, new ReloadRefused("takes_all_away"));
    const before = served.config();
    const config = this.#whole(baseOf(source));
    const isNew = this.#file === undefined;
    let remarks: readonly string[];
    try {
      remarks = served.reload(config, { isAsked, origin: { kind: "file", path: source.path } });
    } catch (error) {
      if (!(error instanceof ReloadRefused)) throw error;
      this.#whole(this.#bare);
      return this.#refuse(source, error);
    }
    this.#file = source;
    this.#bare = baseOf(source);
    // Requests go on between the parts of the work.
    await setImmediate();
    const change = describeConfigChange(before, config, arrow);
    log.info("reload", `${source.shown}: ${change === "" ? "nothing changed" : change}`);
    for (const remark of remarks) log.warn("reload", remark);
    // Behind the line: it may be the last of its level.
    this.#parts.told?.configTaken();
    if (isNew) this.#startWatch();
    return { kind: "taken", source, isNew };
  }

  #refuse(source: FileSource, { reason }: ReloadRefused): ReloadEnd {
    if (reason === "takes_all_away") {
      this.#parts.log.warn(
        "config_without_endpoints",
        `${source.shown}: no endpoint is left in it; the last ones stay in force; ${reloadHint()} or start again to have none`,
      );
      return { kind: "left_alone" };
    }
    this.#tellRefused([{ code: "OG140", severity: "error", line: 0, col: 0 }], source.shown);
    return { kind: "exposed", host: this.#parts.served.host };
  }

  /** With the first problem's code and place as fields; its words are for the terminal, in the reader's language. */
  #tellRefused(
    problems: readonly Pick<Diagnostic, "code" | "line" | "col" | "severity">[],
    shown = this.#file?.shown ?? "the configuration",
  ): void {
    const count = problems.length;
    const first = problems.find(({ severity }) => severity === "error") ?? problems[0];
    const place = first === undefined || first.line === 0 ? {} : { line: first.line, column: first.col };
    const message = `${shown}: ${count === 1 ? "1 problem" : `${count} problems`}; nothing was changed`;
    this.#parts.log.error("reload_failed", message, { problems: count, code: first?.code, ...place });
    const codes = problems.flatMap(({ code, severity }) => (severity === "error" ? [code] : []));
    this.#parts.told?.configRejected(shown, codes);
  }

  #startWatch(): void {
    const onChange = this.#onSaved;
    if (this.#file === undefined || onChange === undefined) return;
    const { path, contentHash } = this.#file;
    const lastRead = () => this.#lastRead;
    this.#watch = watchConfig({ path, contentHash, lastRead, onChange, log: this.#parts.log });
  }
}

/** A configuration as the store's entries are laid over it. */
export function baseOf(source: Exclude<ConfigSource, { readonly kind: "broken" }>): OverlayBase {
  if (source.kind === "none") return { config: source.config, file: undefined };
  const { config, written, settings } = source;
  return { config, file: { written, settings } };
}
