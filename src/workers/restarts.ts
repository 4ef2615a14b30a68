// Starts processes anew in the place of those that have died: at once the first time, later where they die at once again
// and again.

import type { Log } from "../core/summary.ts";
import type { Member, MemberEnd } from "./member.ts";
import { RestartPause } from "./restart-pause.ts";

/** The restarts that are due. */
export class Restarts {
  readonly #log: Log;
  readonly #start: (index: number) => void;
  readonly #pauses = new Map<number, RestartPause>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(log: Log, start: (index: number) => void) {
    this.#log = log;
    this.#start = start;
  }

  /** A process has ended after so long; says so, and has another one started when it is time. */
  replace({ index, pid }: Member, { code, signal }: MemberEnd, livedMs: number): void {
    const pause = this.#pauses.get(index) ?? new RestartPause();
    this.#pauses.set(index, pause);
    const pauseMs = pause.next(livedMs);
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const when = pauseMs === 0 ? "at once" : `in ${pauseMs / 1000} s`;
    this.#log.error(
      "worker_died",
      `Process ${index} has ended ${how}; its requests are lost, and another one takes its place ${when}.`,
      { worker: index, pid, code: code ?? undefined, signal: signal ?? undefined, pause_ms: pauseMs },
    );
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#start(index);
    }, pauseMs);
    this.#timers.add(timer);
  }

  /** Nobody is started any more. */
  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
