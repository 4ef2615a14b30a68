// What is known of a request when it is over, and the seams by which it and other events leave the data plane.
// Types, the levels of the log, and how times are told. Nothing of a summary may hold a key or a piece of a prompt.

import type { ErrorCode } from "./errors.ts";
import type { Cost, TokenUsage } from "./usage.ts";

/**
 * Milliseconds to the microsecond: clocks give fractions of that, which nobody reads, and whose many digits make the line
 * of a request longer and its making slower.
 */
export function wholeMicros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** One try at one target. */
export type AttemptSummary = {
  readonly endpoint: string;
  /** Number of the endpoint's key that was used; undefined when it has only one. */
  readonly credential: number | undefined;
  readonly upstreamModel: string;
  /**
   * `ok` for an answer; `refused` for an error of the caller's that was passed on; `lost` where another attempt of the
   * same request was faster (hedging); else how it failed.
   */
  readonly outcome: "ok" | "refused" | "lost" | ErrorCode;
  /** The endpoint's status, when it sent one. */
  readonly status: number | undefined;
  /** Where the wire failed: an error code such as ECONNREFUSED or CERT_HAS_EXPIRED. */
  readonly reason?: string | undefined;
  /** From the request's arrival to the beginning of the attempt, its wait for a target included. */
  readonly startedAfterMs: number;
  readonly durationMs: number;
  /** The id of its span; undefined where no trace is recorded. */
  readonly spanId?: string | undefined;
  /** It asked for one endpoint's part of an answer that is put together of several: no other was asked in its place. */
  readonly isPart?: boolean | undefined;
};

/** What is kept of a body. */
export type KeptBody = {
  /** Its media type; empty where it was not said. */
  readonly type: string;
  /** All of it, kept or not. */
  readonly bytes: number;
  /** Undefined for what is no text: a form with files, sound, pictures, what is packed. */
  readonly text?: string | undefined;
  /** Whether there was more than is kept. */
  readonly isCut: boolean;
};

/** What was asked and what was answered. */
export type KeptBodies = { readonly asked: KeptBody; readonly answered: KeptBody };

/** One exchange, settled. */
export type ExchangeSummary = {
  readonly requestId: string;
  readonly method: string;
  /** Path without query. */
  readonly path: string;
  /** The name of the key that let the client in; never the key. */
  readonly clientKey: string | undefined;
  /** The client's address; empty where it is not known. */
  readonly clientAddress: string;
  /** `Operation.name`, or undefined when none matched. */
  readonly operation: string | undefined;
  readonly model: string | undefined;
  /** Of the attempt that answered. */
  readonly endpoint: string | undefined;
  readonly upstreamModel: string | undefined;
  /** As sent to the client; 499 when it left before. */
  readonly status: number;
  readonly error: ErrorCode | undefined;
  readonly isStream: boolean;
  readonly attempts: readonly AttemptSummary[];
  readonly startedWallMs: number;
  readonly durationMs: number;
  /** From the request's arrival to the first byte of body sent. */
  readonly firstByteMs: number | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** The stable id of that key; undefined without one. */
  readonly keyId?: string | undefined;
  /** Of that key. */
  readonly tags?: readonly string[] | undefined;
  /** What the answer used; undefined where nothing is known of it. */
  readonly usage?: TokenUsage | undefined;
  /** What it cost; undefined for what is not counted at all. */
  readonly cost?: Cost | undefined;
  /** Answered by what was kept of an earlier answer; no endpoint was asked. */
  readonly isCached?: boolean | undefined;
  /** The model that the answer names; undefined where nobody has looked for it. */
  readonly answeredModel?: string | undefined;
  /** Of the trace that it is a part of; undefined where traces are off. */
  readonly traceId?: string | undefined;
  /** Only for client keys that ask for it: for the log of requests alone. Known credentials are masked. */
  readonly bodies?: KeptBodies | undefined;
};

/** Fields of a log line: flat and plain. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Levels of the log, the least important first. Without lines of its own, `debug` is the same as `info`. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

/** Learns of each exchange when it is settled: the log, later metrics and usage rows. */
export interface ExchangeSink {
  /** Called once for each exchange. Returns at once: what takes time is done later, by the sink itself. */
  onSettled(summary: ExchangeSummary): void;
}

/** Where events go that are no requests. Never throws, never blocks a request. */
export interface Log {
  /** `event` is a stable snake_case name; `message` is for people. */
  info(event: string, message: string, fields?: LogFields): void;
  warn(event: string, message: string, fields?: LogFields): void;
  error(event: string, message: string, fields?: LogFields, cause?: unknown): void;
  /** Writes what is held back; for the end of the process. */
  flush(): Promise<void>;
}
