// The configuration of the running gateway, seen from the terminal: says in words how a reload ended, and looks around
// where there is no file. When a configuration may be swapped is for `supervise/`.

import { systemClock } from "../../core/clock.ts";
import type { Gateway } from "../../gateway.ts";
import type { Configuration } from "../../supervise/configuration.ts";
import { printDiagnostics } from "../shared/config-source.ts";
import { nothingLines, rowLines } from "../shared/start-block.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { Session } from "./session.ts";

/** What the world is made of. */
export type ServeWorldParts = {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly configuration: Configuration;
  /** Whether to look for keys and local servers where there is no file. */
  readonly isDetecting: boolean;
  /** Told when a file is there that was not before. */
  readonly onFile: (path: string) => void;
};

/** The configuration, which may change while the gateway runs. */
export class ServeWorld {
  readonly #parts: ServeWorldParts;
  #demo: { close(): Promise<void> } | undefined;

  constructor(parts: ServeWorldParts) {
    this.#parts = parts;
  }

  /** Begins to watch and prints the table; without a file looks around first. */
  async begin(session: Session): Promise<void> {
    const { configuration, context } = this.#parts;
    configuration.watch(
      () => session.reload(false),
      (problem) => printDiagnostics(context, [problem]),
    );
    if (configuration.file === undefined) return this.#look(session);
    await session.showTable(undefined);
  }

  /** Renews the configuration; a broken one changes nothing. */
  async reload(session: Session, isAsked: boolean): Promise<void> {
    const { context, configuration, gateway, onFile } = this.#parts;
    const end = await configuration.reload(isAsked);
    switch (end.kind) {
      case "left_alone":
        return;
      case "no_file":
        return this.#look(session);
      case "broken":
        printDiagnostics(context, end.problems);
        return this.#sayKept();
      case "exposed":
        context.terminal.err(context.text("fail.open", { host: end.host }));
        return this.#sayKept();
      case "taken":
        printDiagnostics(context, end.source.warnings);
        if (end.isNew) onFile(end.source.path);
        if (!isAsked) return;
        await gateway.catalogue.askAgain();
        await session.showTable(undefined);
    }
  }

  /** Puts the built-in mock endpoints behind the gateway. */
  async startDemo(session: Session): Promise<void> {
    const { gateway, configuration } = this.#parts;
    // A key pressed twice, or while a file was being read: there is something to serve by now.
    if (gateway.config().plan.endpoints.length > 0) return;
    const { startDemoEndpoints } = await import("../../demo/demo.ts");
    const { demoConfig } = await import("./demo-world.ts");
    const demo = await startDemoEndpoints({ clock: systemClock, seed: 1 });
    this.#demo = demo;
    // The mock endpoints have other ports each time: their lists would pile up.
    gateway.kept.keepNothing();
    configuration.replace(demoConfig(demo.endpoints), "demo");
    await session.showTable(undefined);
  }

  /** Ends the watch and the mock endpoints. */
  async close(): Promise<void> {
    await this.#parts.configuration.close();
    await this.#demo?.close();
  }

  async #look(session: Session): Promise<void> {
    const { gateway, context, configuration, isDetecting } = this.#parts;
    // The store may have endpoints where no file has any.
    const isServing = gateway.config().plan.endpoints.length > 0;
    if (!isDetecting && isServing) return session.showTable(undefined);
    if (!isDetecting) {
      session.print(nothingLines(context, undefined));
      session.life.nothing();
      session.showKeys();
      return;
    }
    const { configOf, foundOf, lookAround } = await import("../shared/detection.ts");
    const detection = await lookAround(context, gateway.port);
    printDiagnostics(context, detection.warnings);
    const found = foundOf(detection);
    if (detection.endpoints.length > 0) {
      const { traces } = gateway.config();
      configuration.replace({ ...configOf(detection), traces }, "detected");
      await session.showTable(found);
      return;
    }
    if (isServing) return session.showTable(found);
    const looked = { keyVariables: detection.variableCount, ports: detection.portCount };
    session.print([...rowLines(context, found.unused), ...nothingLines(context, looked)]);
    session.life.nothing(looked);
    session.showKeys();
  }

  #sayKept(): void {
    const { context } = this.#parts;
    context.terminal.err(`  ${context.text("reload.kept")}`);
  }
}
