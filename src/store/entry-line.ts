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

/** Bits of the flags. */
const STREAM = 1;
const CACHED = 2;
const UNLEDGERED = 4;
/** In place of what was said shortly before. */
const SAME = 0;

/** The time stands first, where a line need not be read to find it. */
type EntryFields = readonly [
  timeMs: LedgerEntry["timeMs"],
  requestId: LedgerEntry["requestId"],
  flags: number,
  keyId: LedgerEntry["keyId"],
  keyName: LedgerEntry["keyName"],
  tags: LedgerEntry["tags"],
  model: LedgerEntry["model"],
  endpoint: LedgerEntry["endpoint"],
  /** `SAME`: the model. */
  upstreamModel: LedgerEntry["upstreamModel"] | typeof SAME,
  operation: LedgerEntry["operation"],
  status: LedgerEntry["status"],
  error: LedgerEntry["error"],
  usage: Partial<TokenUsage> | null,
  nanoDollars: LedgerEntry["cost"]["nanoDollars"],
  costSource: LedgerEntry["cost"]["source"],
  costDate: LedgerEntry["cost"]["date"] | null,
  method: string,
  path: string,
  clientAddress: string,
  durationMs: number,
  firstByteMs: number | null,
  bytesIn: number,
  bytesOut: number,
  attempts: readonly AttemptFields[],
  bodies?: RequestDetails["bodies"],
];

/** `SAME`: what the entry says. */
type AttemptFields = readonly [
  endpoint: string | typeof SAME,
  credential: number | null,
  upstreamModel: string | typeof SAME,
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

/** A line as it was written before, and still is in files: what is empty is left out. */
type NamedFields = {
  readonly r: LedgerEntry["requestId"];
  readonly t: LedgerEntry["timeMs"];
  readonly k?: LedgerEntry["keyId"];
  readonly n?: LedgerEntry["keyName"];
  readonly g?: LedgerEntry["tags"];
  readonly m?: LedgerEntry["model"];
  readonly e?: LedgerEntry["endpoint"];
  readonly u?: LedgerEntry["upstreamModel"];
  readonly o?: LedgerEntry["operation"];
  readonly s: LedgerEntry["status"];
  readonly x?: LedgerEntry["error"];
  readonly f: number;
  readonly w?: Partial<TokenUsage>;
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
};

/** The line of an entry: JSON, so without a line end in it. */
export function lineOf(entry: LedgerEntry): string {
  const { usage, cost, request, model, endpoint, upstreamModel } = entry;
  const { attempts, bodies } = request;
  const same = { endpoint, upstreamModel };
  const fields: EntryFields = [
    entry.timeMs,
    entry.requestId,
    flagsOf(entry),
    entry.keyId,
    entry.keyName,
    entry.tags,
    model,
    endpoint,
    upstreamModel === model ? SAME : upstreamModel,
    entry.operation,
    entry.status,
    entry.error,
    usage === undefined ? null : withoutZeros(usage),
    cost.nanoDollars,
    cost.source,
    cost.date ?? null,
    request.method,
    request.path,
    request.clientAddress,
    request.durationMs,
    request.firstByteMs ?? null,
    request.bytesIn,
    request.bytesOut,
    attempts.map((attempt) => attemptFields(attempt, same)),
  ];
  return JSON.stringify(bodies === undefined ? fields : [...fields, bodies]);
}

/** When the request of a line began, without reading the rest of it. */
export function timeOfLine(line: string): number {
  const time = Number(line.slice(1, line.indexOf(",")));
  return Number.isFinite(time) && line.startsWith("[") ? time : fieldsOf(line)[0];
}

/** The entry of a line that `lineOf` has made. */
export function entryOfLine(line: string): LedgerEntry {
  const { head, fields } = readLine(line);
  const { usage, isLedgered, hasBodies, durationMs, firstByteMs, attempts, ...entry } = head;
  const bodies = fields[24];
  return {
    ...entry,
    usage: usage === undefined ? undefined : { ...NO_USAGE, ...usage },
    ...(isLedgered ? {} : { isLedgered }),
    request: {
      method: fields[16],
      path: fields[17],
      clientAddress: fields[18],
      durationMs,
      bytesIn: fields[21],
      bytesOut: fields[22],
      attempts: fields[23].map((one) => attemptOf(one, entry)),
      firstByteMs,
      ...(bodies === undefined ? {} : { bodies }),
    },
  };
}

/** What a line has for columns. */
export function waitingOf(line: string): WaitingEntry {
  return { line, head: readLine(line).head };
}

function readLine(line: string): { readonly head: EntryHead; readonly fields: EntryFields } {
  const fields = fieldsOf(line);
  const [timeMs, requestId, flags, keyId, keyName, tags, model, endpoint] = fields;
  const head = {
    ...{ requestId, timeMs, keyId, keyName, tags, model, endpoint },
    upstreamModel: fields[8] === SAME ? model : fields[8],
    operation: fields[9],
    status: fields[10],
    error: fields[11],
    isStream: (flags & STREAM) !== 0,
    usage: fields[12] ?? undefined,
    cost: { nanoDollars: fields[13], source: fields[14], date: fields[15] ?? undefined },
    isCached: (flags & CACHED) !== 0,
    isLedgered: (flags & UNLEDGERED) === 0,
    durationMs: fields[19],
    firstByteMs: fields[20] ?? undefined,
    attempts: fields[23].map((one) => attemptHead(one, endpoint)),
    hasBodies: fields.length > 24,
  };
  return { head, fields };
}

function fieldsOf(line: string): EntryFields {
  // Nobody else makes such lines.
  const read = JSON.parse(line) as EntryFields | NamedFields;
  return "length" in read ? read : fieldsOfNamed(read);
}

function fieldsOfNamed(named: NamedFields): EntryFields {
  const { r, t, k = "", n = "", g = [], m = "", e = "", u = "", o = "", s, x = "", f, w = null } = named;
  const { c, p, d = null, q, a } = named;
  return [t, r, f, k, n, g, m, e, u, o, s, x, w, c, p, d, ...q, a];
}

function attemptHead([endpoint, , , outcome, , startedAfterMs]: AttemptFields, same: string) {
  return { endpoint: endpoint === SAME ? same : endpoint, outcome, startedAfterMs };
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

/** What attempts are compared with. */
type SameTarget = Pick<AttemptSummary, "endpoint" | "upstreamModel">;

function attemptFields(attempt: AttemptSummary, same: SameTarget): AttemptFields {
  const { endpoint, credential, upstreamModel, outcome, status, startedAfterMs, durationMs } = attempt;
  const { reason = null, choice } = attempt;
  const fields = [
    endpoint === same.endpoint ? SAME : endpoint,
    credential ?? null,
    upstreamModel === same.upstreamModel ? SAME : upstreamModel,
    outcome,
    status ?? null,
    startedAfterMs,
    durationMs,
  ] as const;
  if (reason === null && choice === undefined) return fields;
  return [...fields, reason, choice === undefined ? null : choiceFields(choice)];
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

function attemptOf(fields: AttemptFields, same: SameTarget): AttemptSummary {
  const [endpoint, credential, upstreamModel, outcome, status, startedAfterMs, durationMs, reason, choice] =
    fields;
  return {
    ...{ outcome, startedAfterMs, durationMs },
    endpoint: endpoint === SAME ? same.endpoint : endpoint,
    upstreamModel: upstreamModel === SAME ? same.upstreamModel : upstreamModel,
    credential: credential ?? undefined,
    status: status ?? undefined,
    reason: reason ?? undefined,
    choice: choice === undefined || choice === null ? undefined : choiceOf(choice),
  };
}
