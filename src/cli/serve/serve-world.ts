// Where the running gateway's configuration comes from, and how it is renewed: a watched file, what detection finds,
// or the mock endpoints. Called by `serve.ts`; the keys and signals are `session.ts`.

import type { GatewayConfig } from "../../config/compile.ts";
import { systemClock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Gateway } from "../../gateway.ts";
import { describePlanChange } from "../../supervise/plan-change.ts";
import { type ConfigWatch, watchConfig } from "../../supervise/watch.ts";
import { type ConfigSource, printDiagnostics, readSource } from "../shared/config-source.ts";
import { nothingLines, rowLines } from "../shared/start-block.ts";
import type { CommandContext } from "../terminal/command.ts";
import { type Flags, findExposure, withFlags } from "./serve-settings.ts";
import type { Session } from "./session.ts";

/** What the world is made of. */
export type ServeWorldParts = {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly log: Log;
  readonly source: Exclude<ConfigSource, { kind: "broken" }>;
  readonly flags: Flags;
  /** Whether to look for keys and local servers where there is no file. */
  readonly isDetecting: boolean;
  /** Told when a file is there that was not before. */
  readonly onFile: (path: string) => void;
};

type FileSource = Extract<ConfigSource, { kind: "file" }>;

/** The source of the configuration, which may change while the gateway runs. */
export class ServeWorld {
  readonly #parts: ServeWorldParts;
  #file: FileSource | undefined;
  #watch: ConfigWatch | undefined;
  #demo: { close(): Promise<void> } | undefined;

  constructor(parts: ServeWorldParts) {
    this.#parts = parts;
    this.#file = parts.source.kind === "file" ? parts.source : undefined;
  }

  /** Begins to watch and prints the table; without a file looks around first. */
  async begin(session: Session): Promise<void> {
    if (this.#file === undefined) return this.#look(session);
    this.#startWatch(session, this.#file);
    await session.showTable(undefined);
  }

  /** Renews the configuration; a broken one changes nothing. */
  async reload(session: Session, isAsked: boolean): Promise<void> {
    if (this.#demo !== undefined) return;
    const source = await readSource(session.context, this.#file?.path, this.#parts.flags);
    if (source.kind === "none") return this.#look(session);
    if (source.kind === "broken")
      return this.#refuse(source.problems.length, () => printDiagnostics(session.context, source.problems));
    // A file that is empty for a moment is a save under way, of which the watch tells the end.
    if (source.isBlank && !isAsked) return;
    if (!isAsked && this.#takesAllAway(source)) return;
    const isNew = this.#file === undefined;
    this.#file = source;
    if (!this.#take(source)) return;
    if (isNew) {
      this.#startWatch(session, source);
      this.#parts.onFile(source.path);
    }
    if (!isAsked) return;
    await this.#parts.gateway.catalogue.askAgain();
    await session.showTable(undefined);
  }

  /** Puts the built-in mock endpoints behind the gateway. */
  async startDemo(session: Session): Promise<void> {
    const { demoConfig, startDemoEndpoints } = await import("./demo-world.ts");
    const demo = await startDemoEndpoints({ clock: systemClock, seed: 1 });
    this.#demo = demo;
    // The mock endpoints have other ports each time: their lists would pile up.
    this.#parts.gateway.kept.keepNothing();
    this.#parts.gateway.reload(withFlags(demoConfig(demo.endpoints), this.#parts.flags));
    await session.showTable(undefined);
  }

  /** Ends the watch and the mock endpoints. */
  async close(): Promise<void> {
    await this.#watch?.close();
    await this.#demo?.close();
  }

  async #look(session: Session): Promise<void> {
    const { gateway, context, isDetecting, flags } = this.#parts;
    if (!isDetecting) {
      session.print(nothingLines(context, undefined));
      session.showKeys();
      return;
    }
    const { configOf, foundOf, lookAround } = await import("../shared/detection.ts");
    const detection = await lookAround(context, gateway.port);
    const found = foundOf(detection);
    if (detection.endpoints.length > 0) {
      gateway.reload(withFlags(configOf(detection), flags));
      await session.showTable(found);
      return;
    }
    const looked = { keyVariables: detection.variableCount, ports: detection.portCount };
    session.print([...rowLines(context, found.unused), ...nothingLines(context, looked)]);
    session.showKeys();
  }

  #startWatch(session: Session, file: FileSource): void {
    this.#watch = watchConfig({
      path: file.path,
      contentHash: file.contentHash,
      onChange: () => session.reload(false),
      log: this.#parts.log,
    });
  }

  /** Swaps the new configuration in and says what it changed. False when it must not be served. */
  #take(source: FileSource): boolean {
    const { gateway, log, flags, context } = this.#parts;
    const before = gateway.config();
    const config = withFlags(source.config, flags);
    // The bound address stays what it was, so that it is the one to judge by.
    const served = { ...config, server: { ...config.server, host: gateway.host } };
    const exposure = findExposure(context, served);
    if (exposure !== undefined) {
      this.#refuse(1, () => context.terminal.err(exposure.message));
      return false;
    }
    printDiagnostics(context, source.warnings);
    const remarks = gateway.reload(config);
    const change = describeChange(before, config, context.terminal.symbols.arrow);
    log.info("reload", `${source.shown}: ${change === "" ? "nothing changed" : change}`);
    for (const remark of remarks) log.warn("reload", remark);
    return true;
  }

  /**
   * Whether a save leaves no endpoint where there were some: the first lines of a file that is being written say
   * nothing wrong. Who means it can ask for it.
   */
  #takesAllAway(source: FileSource): boolean {
    const { gateway, log } = this.#parts;
    const hadAny = gateway.config().plan.endpoints.length > 0;
    if (!hadAny || source.config.plan.endpoints.length > 0) return false;
    log.warn(
      "config_without_endpoints",
      `${source.shown}: no endpoint is left in it; the last ones stay in force; send SIGHUP to have none`,
    );
    return true;
  }

  #refuse(problemCount: number, print: () => void): void {
    const { log, context } = this.#parts;
    print();
    context.terminal.err(`  ${context.text("reload.kept")}`);
    const problems = problemCount === 1 ? "1 problem" : `${problemCount} problems`;
    log.error(
      "reload_failed",
      `${this.#file?.shown ?? "the configuration"}: ${problems}; nothing was changed`,
      {
        problems: problemCount,
      },
    );
  }
}

function describeChange(before: GatewayConfig, after: GatewayConfig, arrow: string): string {
  const parts = [describePlanChange(before.plan, after.plan, arrow)];
  if (JSON.stringify(before.server) !== JSON.stringify(after.server)) parts.push("server settings");
  if (JSON.stringify(before.discovery) !== JSON.stringify(after.discovery)) parts.push("discovery settings");
  if (JSON.stringify(before.log) !== JSON.stringify(after.log))
    parts.push("log settings (at the next start)");
  return parts.filter((part) => part !== "").join(", ");
}
