// Hands each settled exchange to all who want to know of it. One that throws or is slow harms neither the request, which
// is over by then, nor the others.

import type { ExchangeSink, ExchangeSummary, Log } from "../core/summary.ts";

/** One sink in place of several, which are told in their order. The log hears when one of them begins to fail. */
export function joinSinks(sinks: readonly ExchangeSink[], log: Log): ExchangeSink {
  return new JoinedSinks(sinks, log);
}

class JoinedSinks implements ExchangeSink {
  readonly #sinks: readonly ExchangeSink[];
  readonly #failing = new Set<ExchangeSink>();
  readonly #log: Log;

  constructor(sinks: readonly ExchangeSink[], log: Log) {
    this.#sinks = sinks;
    this.#log = log;
  }

  onSettled(summary: ExchangeSummary): void {
    for (const sink of this.#sinks) this.#tell(sink, summary);
  }

  #tell(sink: ExchangeSink, summary: ExchangeSummary): void {
    try {
      // An async method may stand in for one that gives nothing: it is not waited for, but its rejection is caught, since
      // it would else end the process.
      const given: unknown = sink.onSettled(summary);
      if (given instanceof Promise) given.catch((cause: unknown) => this.#onFailure(sink, cause));
      else if (this.#failing.size > 0) this.#failing.delete(sink);
    } catch (cause) {
      this.#onFailure(sink, cause);
    }
  }

  /** Told once in a row of failures: a sink fails as often as requests come. */
  #onFailure(sink: ExchangeSink, cause: unknown): void {
    if (this.#failing.has(sink)) return;
    this.#failing.add(sink);
    try {
      this.#log.error("sink_failed", "Settled requests could not be recorded; requests go on.", {}, cause);
    } catch {
      // The sink that failed may be the log itself.
    }
  }
}
