// A gateway under way, seen from the terminal: prints the start block, reloads, obeys keys and signals, and stops.

import type { Gateway } from "../../gateway.ts";
import type { MessageKey } from "../../language/messages.ts";
import { keyHelpLines } from "../shared/key-help.ts";
import { type ReadyFacts, readyLines, tableLines } from "../shared/start-block.ts";
import { type Found, tableFacts } from "../shared/start-facts.ts";
import { packageVersion } from "../shared/version.ts";
import type { CommandContext } from "../terminal/command.ts";
import { listenForSignals } from "../terminal/signals.ts";
import { listenForKeys } from "./keyboard.ts";
import { type LifeLines, rootOf } from "./life-lines.ts";
import type { ServiceManager } from "./service-manager.ts";
import type { StartLog } from "./start-log.ts";
import { settleMemory, type UnderFirstFlags } from "./start-memory.ts";

/** What a session is made of. */
export type SessionParts = {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly log: StartLog;
  /** Start, address and end, for the log. */
  readonly life: LifeLines;
  /** What has to be open before the start is told: whoever reads of it may try it at once. */
  readonly opened: Promise<unknown>;
  /** File and number of endpoints for the first lines; undefined where there is no file. */
  readonly config: ReadyFacts["config"];
  readonly isDemo: boolean;
  /** Gives the link that logs in to the dashboard; left out where there is none. */
  readonly loginLink?: () => string;
  /** Runs after the first lines: prints the table, or looks around first. */
  readonly begin: (session: Session) => Promise<void>;
  /** Reads the configuration anew, or looks around again; `isAsked` when a person wants it, not a saved file. */
  readonly reload: (session: Session, isAsked: boolean) => Promise<void>;
  /** Starts the built-in mock endpoints; undefined where they make no sense. */
  readonly startDemo: ((session: Session) => Promise<void>) | undefined;
  /** Called a moment after the start, once all that it needs has run. */
  readonly onLoaded?: (underFirstFlags: UnderFirstFlags) => void;
  /** Called when the stop is asked for, before requests under way are waited for. */
  readonly onStopping?: () => void;
  /** Who is told that it serves, reloads and stops; undefined where nobody has started it as a service. */
  readonly service?: ServiceManager | undefined;
  /** What has to be ended with the session. */
  readonly cleanUp: () => Promise<void>;
};

/** Keys that end it, as the log calls them. */
const KEYS: Readonly<Record<string, string>> = {
  q: "key q",
  "ctrl-c": "Ctrl-C",
  end: "end of input",
};

/** One run of the gateway. */
export class Session {
  readonly context: CommandContext;
  readonly gateway: Gateway;
  readonly life: LifeLines;
  readonly #parts: SessionParts;
  #reloading: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;
  #announceStop: () => void = () => undefined;
  readonly #stopped = new Promise<void>((resolve) => {
    this.#announceStop = resolve;
  });

  constructor(parts: SessionParts) {
    this.context = parts.context;
    this.gateway = parts.gateway;
    this.#parts = parts;
    this.life = parts.life;
  }

  /** Runs until a signal or a key ends it; everything is closed when this resolves. */
  async run(): Promise<void> {
    const release = this.#listen();
    await this.#parts.opened;
    this.life.started();
    this.print(
      readyLines(this.context, {
        version: packageVersion(),
        url: rootOf(this.gateway.url),
        startedMs: performance.now(),
        config: this.#parts.config,
        isDemo: this.#parts.isDemo,
        loginLink: this.#parts.loginLink?.(),
        workers: this.gateway.workers,
      }),
    );
    const { service } = this.#parts;
    service?.ready();
    this.#enqueue(() => this.#parts.begin(this));
    if (service !== undefined) void this.gateway.catalogue.firstAnswers().then(() => service.changed());
    settleMemory(this.#parts.onLoaded);
    await this.#stopped;
    await this.#closing;
    release();
    await this.#parts.cleanUp();
    this.life.stopped();
    await this.#parts.log.flush();
    this.print([`  ${this.context.text("stop.done")}`]);
  }

  /** Prints the table of endpoints once each has answered or failed. */
  async showTable(found: Found | undefined): Promise<void> {
    const { gateway } = this;
    await gateway.catalogue.firstAnswers();
    if (this.#closing !== undefined) return;
    const facts = tableFacts(this.context, {
      url: rootOf(trustedUrl(gateway)),
      statuses: gateway.status(),
      table: gateway.table(),
      hasClientKeys: needsKey(gateway),
      found,
    });
    this.print(tableLines(this.context, facts));
    this.life.ready();
    this.#parts.log.unmute();
    this.showKeys();
  }

  /** Prints the line of single keys, where there are keys. */
  showKeys(): void {
    if (!this.context.terminal.isInteractive) return;
    const isEmpty = this.gateway.config().plan.endpoints.length === 0 && this.#parts.startDemo !== undefined;
    const key: MessageKey = isEmpty ? "keys.unconfigured" : "keys.all";
    const { text, terminal } = this.context;
    // A key and what it does stay on one line; three spaces are between two of them.
    const pairs = text(key).replaceAll(/(?<=\S) (?=\S)/g, "\u00a0");
    const line = terminal.wrap(`  ${terminal.paint.dim(pairs)}`, 2);
    this.print([line.replaceAll("\u00a0", " ").replaceAll(/ +$/gm, ""), ""]);
  }

  /** Reloads; one at a time, in the order asked for. */
  reload(isAsked: boolean): void {
    this.#enqueue(async () => {
      const { service } = this.#parts;
      service?.reloading();
      try {
        await this.#parts.reload(this, isAsked);
      } finally {
        // What was in force still is where the reload failed.
        service?.ready();
      }
    });
  }

  /** First: lets requests under way finish. Again: cuts them. `by`: the signal, or what was pressed. */
  stop(by: string): void {
    if (this.#closing !== undefined) {
      this.life.cutting(by);
      this.gateway.cut();
      return;
    }
    const { text, terminal } = this.context;
    const seconds = Math.round(this.gateway.config().server.drainMs / 1000);
    // Only a person at a terminal can press anything once more.
    const key = terminal.isErrTty ? "stop.draining" : "stop.drainingAlone";
    this.print(["", terminal.wrap(`  ${text(key, { seconds })}`, 2)]);
    this.life.stopping(by);
    this.#parts.service?.stopping();
    this.#parts.onStopping?.();
    this.#closing = this.gateway.close();
    this.#announceStop();
  }

  /** Prints lines of the block for people; nothing where it would stand between lines for machines. */
  print(lines: readonly string[]): void {
    if (this.life.isBlockShown) this.context.terminal.err(lines.join("\n"));
  }

  #showHelp(): void {
    const { isDemo, config, startDemo } = this.#parts;
    const isEmpty = this.gateway.config().plan.endpoints.length === 0;
    const fromFile = config === undefined ? "help.look" : "help.reload";
    this.print(
      keyHelpLines(this.context, {
        url: rootOf(this.gateway.url),
        reload: isDemo ? "help.table" : fromFile,
        hasDemo: isEmpty && startDemo !== undefined,
      }),
    );
  }

  #onKey(key: string): void {
    const { startDemo } = this.#parts;
    if (key === "q" || key === "ctrl-c" || key === "end") this.stop(KEYS[key] ?? key);
    if (key === "h" || key === "?") this.#showHelp();
    if (key === "r") this.reload(true);
    if (key === "d" && startDemo !== undefined && this.gateway.config().plan.endpoints.length === 0) {
      this.#enqueue(() => startDemo(this));
    }
  }

  /** Signals, keys, and faults that escaped every net: those must not take all other requests with them. */
  #listen(): () => void {
    const deafen = listenForSignals({ stop: (by) => this.stop(by), reload: () => this.reload(true) });
    const report = (error: unknown) => this.#report(error);
    process.on("uncaughtException", report).on("unhandledRejection", report);
    const { isInteractive } = this.context.terminal;
    const release = isInteractive ? listenForKeys(process.stdin, (key) => this.#onKey(key)) : () => undefined;
    return () => {
      release();
      deafen();
      process.off("uncaughtException", report).off("unhandledRejection", report);
    };
  }

  /** One piece of work after the other: two reloads at once would swap in either order. */
  #enqueue(work: () => Promise<void>): void {
    this.#reloading = this.#reloading.then(work).catch((error) => this.#report(error));
  }

  #report(error: unknown): void {
    this.#parts.log.error("internal", "a fault inside the gateway; it goes on", {}, error);
  }
}

/** Whether a request without a key is refused. */
function needsKey(gateway: Gateway): boolean {
  const { apiKeys, isOpenBesideKeys } = gateway.config().server;
  return isOpenBesideKeys !== true && (apiKeys.length > 0 || gateway.clients.keys.isNeeded);
}

/** The address by a host that the certificate covers: a client refuses another. */
function trustedUrl(gateway: Gateway): string {
  const url = new URL(gateway.url);
  const host = gateway.certificate()?.hostFor(url.hostname.replace(/^\[|\]$/g, ""));
  return host === undefined
    ? gateway.url
    : gateway.url.replace(url.hostname, host.includes(":") ? `[${host}]` : host);
}
