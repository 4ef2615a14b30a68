// When the compiled code of a start is worth keeping for the next one: once all is loaded, and once more when a request
// has been answered. Only where it was not kept before, so that later starts pay nothing.

import type { ExchangeSink, ExchangeSummary } from "../../core/summary.ts";
import type { KeepCode } from "../terminal/command.ts";
import type { UnderFirstFlags } from "./start-memory.ts";

/** Keeping takes some 30 ms of the event loop, for which the client of the next request should not wait. */
const QUIET_MS = 1_000;

/** Learns of requests until the first of them has been answered. */
export class CodeKeeper implements ExchangeSink {
  readonly #keep: KeepCode;
  #underFirstFlags: UnderFirstFlags | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(keep: KeepCode) {
    this.#keep = keep;
  }

  /** All that a start needs has been compiled. */
  started(underFirstFlags: UnderFirstFlags): void {
    this.#underFirstFlags = underFirstFlags;
    this.#keep("started");
  }

  onSettled(summary: ExchangeSummary): void {
    const underFirstFlags = this.#underFirstFlags;
    if (underFirstFlags === undefined || this.#timer !== undefined || summary.status !== 200) return;
    this.#timer = setTimeout(() => underFirstFlags(() => this.#keep("answered")), QUIET_MS).unref();
  }
}
