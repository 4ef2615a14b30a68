// Start, address and end of a gateway as lines of the log: for the journal and for machines, where the block for
// people is not shown. On a terminal the block says the same, and these say nothing.

import type { LogFields } from "../../core/summary.ts";
import type { Gateway } from "../../gateway.ts";
import { reloadHint } from "../../language/launch.ts";
import { packageVersion } from "../shared/version.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { StartLog } from "./start-log.ts";

/** What is said of one gateway's life. */
export type LifeLinesParts = {
  readonly gateway: Gateway;
  readonly log: StartLog;
  readonly terminal: Pick<Terminal, "isOutTty" | "isErrTty">;
  /** The configuration file in words; undefined without one. */
  readonly file: string | undefined;
  readonly isDemo: boolean;
};

/** Writes these lines, or none where a person reads the block. */
export class LifeLines {
  /** Whether the block for people is shown: not where it would stand between lines for machines. */
  readonly isBlockShown: boolean;
  readonly #parts: LifeLinesParts;
  readonly #isOn: boolean;
  #stoppedBy = "";
  #stoppingMs = 0;

  constructor(parts: LifeLinesParts) {
    this.#parts = parts;
    const { log, terminal } = parts;
    this.isBlockShown = !log.isJson || terminal.isErrTty;
    this.#isOn = log.isJson || !terminal.isOutTty;
  }

  /** The port is open, and signals are obeyed. The first line of the log. */
  started(): void {
    const { gateway, log, file, isDemo } = this.#parts;
    const version = packageVersion();
    const url = rootOf(gateway.url);
    const config = file ?? (isDemo ? "demo" : "none");
    const endpoints = gateway.config().plan.endpoints.length;
    const from = file ?? (isDemo ? "the demo" : "no configuration file");
    if (!this.#isOn) {
      log.begin();
      return;
    }
    const isEverywhere = gateway.host === "0.0.0.0" || gateway.host === "::";
    const where = isEverywhere ? `every address of this machine, here ${url}` : url;
    log.begin("started", `oai-gateway ${version} listens on ${where} (${from}, endpoints: ${endpoints})`, {
      version,
      url,
      config,
      endpoints,
      workers: gateway.workers === 1 ? undefined : gateway.workers,
      pid: process.pid,
      node: process.versions.node,
    });
  }

  /** Each endpoint has answered or failed. */
  ready(): void {
    const { gateway } = this.#parts;
    const models = gateway.table().publicModels().length;
    const endpoints = gateway.config().plan.endpoints.length;
    const message = `ready: ${counted(models, "model")} of ${counted(endpoints, "endpoint")}`;
    if (endpoints === 0) this.nothing();
    else this.#say("ready", message, { models, endpoints });
  }

  /** There is nothing to serve; `looked` says where endpoints were looked for. */
  nothing(looked?: { readonly keyVariables: number; readonly ports: number }): void {
    const where =
      looked === undefined
        ? ""
        : ` (looked for config.yaml, ${looked.keyVariables} variables with API keys, .env, ${looked.ports} local ports)`;
    if (!this.#isOn) return;
    this.#parts.log.warn(
      "no_endpoints",
      `no endpoints yet${where}; requests get 503. Put a key into .env or write a config.yaml, then ${reloadHint()} or start again`,
      { key_variables: looked?.keyVariables, ports: looked?.ports },
    );
  }

  /** Requests under way may finish. `by`: a signal's name, or what was pressed. */
  stopping(by: string): void {
    const { gateway } = this.#parts;
    this.#stoppedBy = by;
    this.#stoppingMs = performance.now();
    const inFlight = inFlightOf(gateway);
    const seconds = Math.round(gateway.config().server.drainMs / 1000);
    const message = `${by}: stopping; ${counted(inFlight, "request")} under way may finish, for ${seconds} s at most`;
    this.#say("stopping", message, { reason: by, in_flight: inFlight, drain_ms: seconds * 1000 });
  }

  /** Asked again: what is still under way is cut. */
  cutting(by: string): void {
    const inFlight = inFlightOf(this.#parts.gateway);
    this.#say("cutting", `${by} again: cutting ${counted(inFlight, "request")}`, {
      reason: by,
      in_flight: inFlight,
    });
  }

  /** All is closed. */
  stopped(): void {
    const durationMs = Math.round(performance.now() - this.#stoppingMs);
    this.#say("stopped", "stopped", { reason: this.#stoppedBy, duration_ms: durationMs });
  }

  #say(event: string, message: string, fields: LogFields): void {
    if (this.#isOn) this.#parts.log.info(event, message, fields);
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function inFlightOf(gateway: Gateway): number {
  return gateway.snapshot({ models: { named: [] } }).overload.gate.inFlight;
}

/** `http://127.0.0.1:8080` of `http://127.0.0.1:8080/v1`. */
export function rootOf(url: string): string {
  return url.replace(/\/v1$/, "");
}
