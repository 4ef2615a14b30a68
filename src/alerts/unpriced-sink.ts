// Notices models that were used and whose price nobody knows; each is told of once in an hour, so that a gateway of
// models without prices has no more to do for it than to look.

import type { Clock } from "../core/clock.ts";
import type { ExchangeSink, ExchangeSummary } from "../core/summary.ts";

const AGAIN_MS = 3_600_000;
/** Clients may choose names: then all are forgotten, and told of again. */
const MAX_MODELS = 1_000;

/** Looks at settled exchanges. */
export class UnpricedSink implements ExchangeSink {
  readonly #clock: Clock;
  readonly #tell: (endpoint: string, model: string) => void;
  /** When each was told of last, by endpoint and its own name for the model. */
  readonly #toldMs = new Map<string, Map<string, number>>();
  #count = 0;

  constructor(clock: Clock, tell: (endpoint: string, model: string) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  onSettled({ cost, endpoint, upstreamModel }: ExchangeSummary): void {
    if (cost?.source === "unpriced" && endpoint !== undefined && upstreamModel !== undefined)
      this.#note(endpoint, upstreamModel);
  }

  #note(endpoint: string, model: string): void {
    const nowMs = this.#clock.nowMs();
    let models = this.#toldMs.get(endpoint);
    const toldMs = models?.get(model);
    if (toldMs !== undefined && nowMs - toldMs < AGAIN_MS) return;
    if (toldMs === undefined) this.#count += 1;
    if (this.#count > MAX_MODELS) {
      this.#toldMs.clear();
      this.#count = 1;
      models = undefined;
    }
    if (models === undefined) {
      models = new Map();
      this.#toldMs.set(endpoint, models);
    }
    models.set(model, nowMs);
    this.#tell(endpoint, model);
  }
}
