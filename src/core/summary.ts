// What is known of a request when it is over, and the seams by which it and other events leave the data plane.
// Types, the codes of why a target was asked, the levels of the log, and how times are told. Nothing of a summary may
// hold a key or a piece of a prompt.

import type { ErrorCode } from "./errors.ts";
import type { Cost, TokenUsage } from "./usage.ts";

/**
 * Milliseconds to the microsecond: clocks give fractions of that, which nobody reads, and whose many digits make the line
 * of a request longer and its making slower.
 */
export function wholeMicros(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}

/** Every code of a reason, the most usual one first. */
export const CHOICE_REASONS = [
  /** The turn of its weight. */
  "turn",
  /** The model has no other target, or none that this request may use. */
  "only",
  /** All others were passed over. */
  "only_left",
  /** Its tier is the first that can take the request. */
  "tier",
  /** Where the session, the key of the prompt or the user belongs. */
  "sticky",
  /** The strategies of these names. */
  "least_in_flight",
  "fastest_first_token",
  "cheapest",
  /** The request names the endpoint, as `endpoint/model`. */
  "pin",
  /** It keeps the object that the request is about. */
  "home",
  /** It was the first of full ones to have room. */
  "room",
  /** The request has waited for the end of a rest. */
  "rest_over",
  /** One before it had failed. */
  "failover",
  /** Itself once more, after a wait. */
  "again",
  /** Beside one whose answer is late. */
  "hedge",
  /** The model that was asked for could not serve, and this one stands in for it. */
  "fallback",
  /** All that were left are ejected: the one that failed longest ago. */
  "panic",
  /** All that were left rest for a rate limit: asked whether it still holds. */
  "check",
  /** Nothing was left but dead keys, empty accounts and missing models. */
  "last_resort",
  /** It gives a part of an answer that is put together of several. */
  "part",
] as const;

/** Why a target was asked. */
export type ChoiceReason = (typeof CHOICE_REASONS)[number];

/** Every code for why a target was passed over. */
export const PASSED_OVER_REASONS = [
  /** This request had asked it before. */
  "tried",
  /** A person has drained it. */
  "drained",
  /** It is turned off. */
  "disabled",
  "full",
  "ejected",
  /** A key or the model under it rests. */
  "rate_limited",
  "dead_key",
  "quota",
  "model_missing",
  /** Its allowance is spent, by its own word. */
  "exhausted",
  /** It has a strike, and a retry goes to those without. */
  "unproven",
  /** Its weight is 0. */
  "weight",
  /** It is of a later tier. */
  "tier",
] as const;

/** Why a target was passed over. */
export type PassedOverReason = (typeof PASSED_OVER_REASONS)[number];

/** A target that was passed over: its endpoint, and why. */
export type PassedOver = { readonly endpoint: string; readonly why: PassedOverReason };

/** Of those that were passed over, so many are named at most. */
export const MOST_PASSED_OVER = 8;

/** Why a target was asked, and which others were passed over: at most `MOST_PASSED_OVER`. */
export type TargetChoice = { readonly reason: ChoiceReason; readonly passedOver: readonly PassedOver[] };

const NOBODY: readonly PassedOver[] = [];

const PLAIN: ReadonlyMap<ChoiceReason, TargetChoice> = new Map(
  CHOICE_REASONS.map((reason) => [reason, { reason, passedOver: NOBODY }]),
);

/** A choice at which nobody was passed over; the same object each time, so that nothing is allocated. */
export function plainChoice(reason: ChoiceReason): TargetChoice {
  return PLAIN.get(reason) ?? { reason, passedOver: NOBODY };
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
  /** Why this target; undefined for an entry of the log from before that was written down. */
  readonly choice?: TargetChoice | undefined;
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
