// One serving process, seen from the one that owns the gateway: sends it orders, hears its reports, and keeps what it
// said last.

import type { Worker } from "node:cluster";
import type { CountChange } from "../accounts/spending/count-news.ts";
import type { BreakerPlace } from "../routing/health/breaker-state.ts";
import type { HealthNews } from "./health/health-news.ts";
import type { WorkerCounts, WorkerOrder, WorkerReport } from "./messages.ts";

/** How a process ended. */
export type MemberEnd = { readonly code: number | null; readonly signal: string | null };

/** Who is told of a process. */
export type MemberListener = {
  onReport(member: Member, report: WorkerReport): void;
  onEnd(member: Member, end: MemberEnd): void;
};

/** One process. */
export class Member {
  /** From 1; who takes the place of one that died has its number. */
  readonly index: number;
  readonly pid: number;
  readonly startedMs: number;
  counts: WorkerCounts | undefined;
  /** It was sent its start order: others follow. */
  isStarted = false;
  isListening = false;
  /** Breakers of which it has the probe out, by a key. */
  readonly probes = new Map<string, BreakerPlace>();
  /** What it has taken of limits and budgets for requests under way, by whose and what. */
  readonly #open = new Map<string, CountChange>();
  readonly #worker: Worker;

  constructor(worker: Worker, index: number, startedMs: number, listener: MemberListener) {
    this.#worker = worker;
    this.index = index;
    this.pid = worker.process.pid ?? 0;
    this.startedMs = startedMs;
    // A process that is gone, or cannot be started, ends; nothing more need be done about it.
    worker.on("error", () => undefined);
    worker.on("message", (report: WorkerReport) => listener.onReport(this, report));
    worker.once("exit", (code: number | null, signal: string | null) => {
      const tell = (): void => listener.onEnd(this, { code, signal });
      // What it has said may still be on its way.
      if (worker.isConnected()) worker.once("disconnect", tell);
      else tell();
    });
  }

  /** Sends an order; nothing happens where the process is gone. */
  send(order: WorkerOrder): void {
    if (this.#worker.isConnected()) this.#worker.send(order, () => undefined);
  }

  /** Ends it at once. */
  kill(): void {
    this.#worker.process.kill("SIGKILL");
  }

  /** Notes what it has counted, so that what is under way can be given back for it. */
  noteCounted(changes: readonly CountChange[]): void {
    for (const [id, field, amount] of changes) {
      if (field !== "parallel" && !field.startsWith("reserved")) continue;
      const key = JSON.stringify([id, field]);
      const sum = (this.#open.get(key)?.[2] ?? 0) + amount;
      if (sum === 0) this.#open.delete(key);
      else this.#open.set(key, [id, field, sum]);
    }
  }

  /** What makes up for its requests under way, once it is gone. */
  undone(): readonly CountChange[] {
    return [...this.#open.values()].map(([id, field, amount]) => [id, field, -amount]);
  }

  /** Notes which probes it has out, so that they can be given back for it. */
  noteProbes({ breakers }: HealthNews): void {
    for (const { place, isProbeOut } of breakers) {
      if (isProbeOut === undefined) continue;
      const key = JSON.stringify(place);
      if (isProbeOut) this.probes.set(key, place);
      else this.probes.delete(key);
    }
  }
}

/** A process says that it cannot do what it was told. */
export type FailedReport = Extract<WorkerReport, { readonly kind: "failed" }>;

/** The error of a process that says so, with the system's code where there is one. */
export function errorOf({ code, syscall, message }: FailedReport): Error {
  return Object.assign(new Error(message), { code }, syscall === undefined ? {} : { syscall });
}

/** A process has ended and said nothing. */
export function endedEarly({ code, signal }: MemberEnd): Error {
  return new Error(`a process ended before it could serve (${signal ?? `code ${code}`})`);
}
