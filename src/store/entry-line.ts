// An entry as one line of text, and back. It is made as soon as the entry is: a short text that waits for its batch costs
// the thread that serves nothing more, where the thirty objects of an entry would be copied by every collection of
// garbage meanwhile. The log of requests keeps the line as it is; what is empty or 0 is left out of it.

import {
  type AttemptSummary,
  type ChoiceReason,
  type PassedOverReason,
  plainChoice,
  type TargetChoice,
} from "../core/summary.ts";
import { NO_USAGE, type TokenUsage } from "../core/usage.ts";
import type { LedgerEntry, RequestDetails } from "./store.ts";

/** What of an entry has columns of its own: read from its line at a fraction of what the whole entry costs. */
export type EntryHead = Omit<LedgerEntry, "usage" | "request" | "isLedgered"> & {
  /** Without zeros. */
  readonly usage: Partial<TokenUsage> | undefined;
  readonly isLedgered: boolean;
  readonly durationMs: number;
  readonly firstByteMs: number | undefined;
  readonly attempts: readonly Pick<AttemptSummary, "endpoint" | "outcome" | "startedAfterMs">[];
  readonly hasBodies: boolean;
};

/** An entry that waits to be written, beside the line that it came as. */
export type WaitingEntry = { readonly line: string; readonly head: EntryHead };

const NO_TAGS: readonly string[] = [];
/** Bits of `f`. */
const STREAM = 1;
const CACHED = 2;
const UNLEDGERED = 4;

type EntryFields = {
  readonly r: LedgerEntry["requestId"];
  readonly t: LedgerEntry["timeMs"];
  readonly k?: LedgerEntry["keyId"] | undefined;
  readonly n?: LedgerEntry["keyName"] | undefined;
  readonly g?: LedgerEntry["tags"] | undefined;
  readonly m?: LedgerEntry["model"] | undefined;
  readonly e?: LedgerEntry["endpoint"] | undefined;
  readonly u?: LedgerEntry["upstreamModel"] | undefined;
  readonly o?: LedgerEntry["operation"] | undefined;
  readonly s: LedgerEntry["status"];
  readonly x?: LedgerEntry["error"] | undefined;
  readonly f: number;
  readonly w?: Partial<TokenUsage> | undefined;
  readonly c: LedgerEntry["cost"]["nanoDollars"];
  readonly p: LedgerEntry["cost"]["source"];
  readonly d?: LedgerEntry["cost"]["date"];
  readonly q: readonly [
    method: string,
    path: string,
    clientAddress: string,
    durationMs: number,
    firstByteMs: number | null,
    bytesIn: number,
    bytesOut: number,
  ];
  readonly a: readonly AttemptFields[];
  readonly b?: RequestDetails["bodies"];
};

type AttemptFields = readonly [
  endpoint: string,
  credential: number | null,
  upstreamModel: string,
  outcome: AttemptSummary["outcome"],
  status: number | null,
  startedAfterMs: number,
  durationMs: number,
  reason?: string | null,
  choice?: ChoiceFields | null,
];

/** Why a target was asked: the reason alone where nobody was passed over, else with each endpoint and why. */
type ChoiceFields =
  | ChoiceReason
  | readonly [reason: ChoiceReason, ...passedOver: (readonly [endpoint: string, why: PassedOverReason])[]];

/** The line of an entry: JSON, so without a line end in it. */
export function lineOf(entry: LedgerEntry): string {
  const { usage, cost, request, tags } = entry;
  const fields: EntryFields = {
    r: entry.requestId,
    t: entry.timeMs,
    k: entry.keyId || undefined,
    n: entry.keyName || undefined,
    g: tags.length === 0 ? undefined : tags,
    m: entry.model || undefined,
    e: entry.endpoint || undefined,
    u: entry.upstreamModel || undefined,
    o: entry.operation || undefined,
    s: entry.status,
    x: entry.error || undefined,
    f: flagsOf(entry),
    w: usage === undefined ? undefined : withoutZeros(usage),
    c: cost.nanoDollars,
    p: cost.source,
    d: cost.date,
    q: [
      request.method,
      request.path,
      request.clientAddress,
      request.durationMs,
      request.firstByteMs ?? null,
      request.bytesIn,
      request.bytesOut,
    ],
    a: request.attempts.map(attemptFields),
    b: request.bodies,
  };
  return JSON.stringify(fields);
}

/** The entry of a line that `lineOf` has made. */
export function entryOfLine(line: string): LedgerEntry {
  // Nobody else makes such lines.
  const fields = JSON.parse(line) as EntryFields;
  const { k = "", n = "", g = [], m = "", e = "", u = "", o = "", x = "", f, w, b } = fields;
  const [method, path, clientAddress, durationMs, firstByteMs, bytesIn, bytesOut] = fields.q;
  return {
    requestId: fields.r,
    timeMs: fields.t,
    keyId: k,
    keyName: n,
    tags: g,
    model: m,
    endpoint: e,
    upstreamModel: u,
    operation: o,
    status: fields.s,
    error: x,
    isStream: (f & STREAM) !== 0,
    usage: w === undefined ? undefined : { ...NO_USAGE, ...w },
    cost: { nanoDollars: fields.c, source: fields.p, date: fields.d },
    isCached: (f & CACHED) !== 0,
    ...((f & UNLEDGERED) === 0 ? {} : { isLedgered: false }),
    request: {
      ...{ method, path, clientAddress, durationMs, bytesIn, bytesOut },
      attempts: fields.a.map(attemptOf),
      firstByteMs: firstByteMs ?? undefined,
      ...(b === undefined ? {} : { bodies: b }),
    },
  };
}

/** What a line has for columns. */
export function waitingOf(line: string): WaitingEntry {
  // Nobody else makes such lines.
  const fields = JSON.parse(line) as EntryFields;
  const { f, q, a, b } = fields;
  const head = {
    requestId: fields.r,
    timeMs: fields.t,
    keyId: fields.k ?? "",
    keyName: fields.n ?? "",
    tags: fields.g ?? NO_TAGS,
    model: fields.m ?? "",
    endpoint: fields.e ?? "",
    upstreamModel: fields.u ?? "",
    operation: fields.o ?? "",
    status: fields.s,
    error: fields.x ?? "",
    isStream: (f & STREAM) !== 0,
    usage: fields.w,
    cost: { nanoDollars: fields.c, source: fields.p, date: fields.d },
    isCached: (f & CACHED) !== 0,
    isLedgered: (f & UNLEDGERED) === 0,
    durationMs: q[3],
    firstByteMs: q[4] ?? undefined,
    attempts: a.map(attemptHead),
    hasBodies: b !== undefined,
  };
  return { line, head };
}

function attemptHead([endpoint, , , outcome, , startedAfterMs]: AttemptFields) {
  return { endpoint, outcome, startedAfterMs };
}

/** The line without what was asked and answered. */
export function withoutBodies(waiting: WaitingEntry): WaitingEntry {
  if (!waiting.head.hasBodies) return waiting;
  return { line: bareLineOf(entryOfLine(waiting.line)), head: { ...waiting.head, hasBodies: false } };
}

/** The line of an entry without what was asked and answered. */
export function bareLineOf(entry: LedgerEntry): string {
  const { bodies: _, ...request } = entry.request;
  return lineOf({ ...entry, request });
}

function flagsOf({ isStream, isCached, isLedgered }: LedgerEntry): number {
  return (isStream ? STREAM : 0) | (isCached ? CACHED : 0) | (isLedgered === false ? UNLEDGERED : 0);
}

/** The figures that say something; most of them are 0. */
function withoutZeros(usage: TokenUsage): Partial<TokenUsage> {
  const said: Record<string, unknown> = {};
  // Without a list of pairs, which would be most of what an entry costs the thread that serves.
  for (const name in usage) {
    const value = usage[name as keyof TokenUsage];
    if (value) said[name] = value;
  }
  return said;
}

function attemptFields(attempt: AttemptSummary): AttemptFields {
  const { endpoint, credential, upstreamModel, outcome, status, startedAfterMs, durationMs } = attempt;
  const { reason = null, choice } = attempt;
  return [
    endpoint,
    credential ?? null,
    upstreamModel,
    outcome,
    status ?? null,
    startedAfterMs,
    durationMs,
    reason,
    choice === undefined ? null : choiceFields(choice),
  ];
}

function choiceFields({ reason, passedOver }: TargetChoice): ChoiceFields {
  if (passedOver.length === 0) return reason;
  return [reason, ...passedOver.map(({ endpoint, why }) => [endpoint, why] as const)];
}

function choiceOf(fields: ChoiceFields): TargetChoice {
  if (typeof fields === "string") return plainChoice(fields);
  const [reason, ...passedOver] = fields;
  return { reason, passedOver: passedOver.map(([endpoint, why]) => ({ endpoint, why })) };
}

function attemptOf(fields: AttemptFields): AttemptSummary {
  const [endpoint, credential, upstreamModel, outcome, status, startedAfterMs, durationMs, reason, choice] =
    fields;
  return {
    ...{ endpoint, upstreamModel, outcome, startedAfterMs, durationMs },
    credential: credential ?? undefined,
    status: status ?? undefined,
    reason: reason ?? undefined,
    choice: choice === undefined || choice === null ? undefined : choiceOf(choice),
  };
}
