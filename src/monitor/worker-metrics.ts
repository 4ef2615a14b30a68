// What a serving process counts and has under way, told to the owner at each beat: a scrape shows all processes, whichever
// of them it has come to, and what a process that dies has told stays counted.

import type { GatewayConfig } from "../config/compile.ts";
import type { ExchangeSink } from "../core/summary.ts";
import type { Gateway } from "../gateway.ts";
import { Metrics, type MetricsNews } from "../observe/metrics/metrics.ts";
import { readProcess, worldOf } from "./read-process.ts";

/** The figures of one serving process. */
export class WorkerMetrics {
  readonly sink: ExchangeSink;
  readonly #metrics: Metrics;
  readonly #droppedLines: () => number;
  #gateway: Gateway | undefined;

  constructor(config: GatewayConfig, droppedLines: () => number) {
    this.#metrics = new Metrics(worldOf(config, () => this.#gateway));
    this.sink = this.#metrics.sink;
    this.#droppedLines = droppedLines;
  }

  /** Bound, so that it can be handed out. */
  get noteEvent(): (level: string, event: string) => void {
    return this.#metrics.noteEvent;
  }

  serve(gateway: Gateway): void {
    this.#gateway = gateway;
  }

  /** Tells what is new; nothing where nobody is to read it. */
  tell(send: (news: MetricsNews) => void): void {
    const gateway = this.#gateway;
    if (gateway === undefined || !gateway.config().metrics.isEnabled) return;
    const read = readProcess(gateway, { isServing: true, droppedLines: this.#droppedLines() });
    send(this.#metrics.news(read));
  }
}
