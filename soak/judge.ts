// Decides of each outcome whether it is as it should be: served, or failed for a reason that the script of faults gave.

import { attemptCount, endsWithErrorEvent, isWholeStream, type Outcome } from "./client.ts";
import type { FaultyEndpoint } from "./faulty-endpoint.ts";
import type { Starvation } from "./starvation.ts";

type Tally = { calls: number; served: number; scripted: number; starved: number; unexplained: number };

/** So many of the unexplained are shown as they happen. */
const SHOWN_AT_ONCE = 10;

/** A cool-down of the one second that the endpoints ask for, with what the gateway may add. */
const LONGEST_LIMIT_MS = 2_500;

/** A first ejection with its jitter, and the probe that ends it. */
const LONGEST_EJECTION_MS = 13_000;

/** Keeps count. */
export class Judge {
  readonly unexplained: string[] = [];
  readonly #endpoints: readonly FaultyEndpoint[];
  readonly #starvation: Starvation;
  readonly #tallies = new Map<string, Tally>();
  readonly #codes = new Map<string, number>();

  constructor(endpoints: readonly FaultyEndpoint[], starvation: Starvation) {
    this.#endpoints = endpoints;
    this.#starvation = starvation;
  }

  /** Takes the outcome of a call. */
  take(id: string, kind: string, outcome: Outcome, startedMs: number): void {
    const tally = this.#tallies.get(kind) ?? { calls: 0, served: 0, scripted: 0, starved: 0, unexplained: 0 };
    this.#tallies.set(kind, tally);
    tally.calls += 1;
    if (isServed(kind, outcome)) tally.served += 1;
    else {
      const cause = this.#causeOf(id, outcome, startedMs);
      const code = codeOf(outcome);
      this.#codes.set(code, (this.#codes.get(code) ?? 0) + 1);
      if (cause === undefined && this.#starvation.wasAt(startedMs, startedMs + outcome.durationMs))
        tally.starved += 1;
      else if (cause === undefined) {
        tally.unexplained += 1;
        this.unexplained.push(`${kind} ${id}: ${describe(outcome)}`);
        if (this.unexplained.length <= SHOWN_AT_ONCE) process.stderr.write(`${this.unexplained.at(-1)}\n`);
      } else tally.scripted += 1;
    }
    for (const endpoint of this.#endpoints) endpoint.faults.delete(id);
  }

  rows(): string[][] {
    return [...this.#tallies].map(([kind, { calls, served, scripted, starved, unexplained }]) => [
      kind,
      String(calls),
      String(served),
      String(scripted),
      String(starved),
      String(unexplained),
    ]);
  }

  /** Number of failures of each status and code. */
  codes(): string {
    return [...this.#codes].map(([code, count]) => `${count} × ${code}`).join(", ");
  }

  /** Every attempt that the gateway tells of has to have met a fault; undefined where one did not. */
  #causeOf(id: string, outcome: Outcome, startedMs: number): string | undefined {
    if (outcome.end === "no-connection") return undefined;
    const endMs = startedMs + outcome.durationMs;
    const isFaulty = (name: string): boolean => {
      const endpoint = this.#endpoints.find((one) => one.name === name);
      return endpoint !== undefined && (endpoint.faults.has(id) || endpoint.wasAway(startedMs - 200, endMs));
    };
    if (outcome.status === 200) {
      // Only what is no stream may be cut: a stream has words for it.
      const isStream = outcome.text.startsWith("data:");
      const isHonest = isStream ? endsWithErrorEvent(outcome) : outcome.end === "cut";
      return isHonest && isFaulty(outcome.endpoint) ? "broke off" : undefined;
    }
    if (outcome.end !== "whole") return undefined;
    if (attemptCount(outcome) === 0) return this.#isLimited(outcome, startedMs) ? "all limited" : undefined;
    const tried = [...outcome.attempts.matchAll(/; ?([^=;]+)=/g)].map((match) => match[1] ?? "");
    if (!tried.every(isFaulty)) return undefined;
    // One that was there the whole time and was not asked is a request that could have been saved.
    const isUntried = ({ name, limitedMs, struckMs }: FaultyEndpoint): boolean => {
      if (tried.includes(name) || limitedMs > startedMs - LONGEST_LIMIT_MS) return false;
      return struckMs < startedMs - LONGEST_EJECTION_MS && !this.#wasAway(name, startedMs, endMs);
    };
    return this.#endpoints.some(isUntried) ? undefined : "all failed";
  }

  /** Whether it was away in the time of a call, or so shortly before that the gateway still leaves it alone. */
  #wasAway(name: string, startedMs: number, endMs: number): boolean {
    const endpoint = this.#endpoints.find((one) => one.name === name);
    return endpoint?.wasAway(startedMs - LONGEST_EJECTION_MS, endMs) === true;
  }

  /** Nobody was asked: right where each had said that there were too many requests, or was away. */
  #isLimited(outcome: Outcome, startedMs: number): boolean {
    if (outcome.status !== 429 && outcome.status !== 503) return false;
    return this.#endpoints.every(
      (endpoint) =>
        !outcome.text.includes(`${endpoint.name}: `) ||
        endpoint.limitedMs > startedMs - LONGEST_LIMIT_MS ||
        endpoint.wasAway(startedMs - LONGEST_LIMIT_MS, startedMs),
    );
  }
}

function isServed(kind: string, outcome: Outcome): boolean {
  if (kind === "abort" && outcome.end === "aborted") return true;
  if (outcome.status !== 200 || outcome.end !== "whole") return false;
  if (outcome.text.startsWith("data:")) return isWholeStream(outcome);
  return outcome.text.startsWith("{") && outcome.text.endsWith("}");
}

function codeOf(outcome: Outcome): string {
  const code = /"code":"(\w+)"/.exec(outcome.text.slice(-2_000))?.[1] ?? outcome.end;
  return `${outcome.status} ${code}`;
}

function describe(outcome: Outcome): string {
  const { end, status, endpoint, attempts, durationMs, text } = outcome;
  return `${status} ${end} from ${endpoint || "?"}, attempts ${attempts || "none"}, ${Math.round(durationMs)} ms: ${text.slice(-300)}`;
}
