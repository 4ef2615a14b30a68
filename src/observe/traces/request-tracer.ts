// Begins a part in a trace for each request: whose trace it is, and whether it is recorded. The client's word counts for
// a trace of its own, and the share of the configuration for one that begins here.

import type { ExchangeSummary } from "../../core/summary.ts";
import type { RequestTrace, Tracer } from "../../core/traces/trace.ts";
import { CapturedContent } from "./captured-content.ts";
import type { RandomIds } from "./random-ids.ts";
import { readTraceParent, readTraceState, SAMPLED } from "./trace-context.ts";

/** A request that is over, with its place in its trace: spans are made of it. */
export type EndedTrace = {
  readonly traceId: string;
  /** Of the span of the exchange. */
  readonly spanId: string;
  /** Of the client's span; undefined where the trace begins here. */
  readonly parentId: string | undefined;
  readonly state: string | undefined;
  /** W3C's. */
  readonly flags: number;
  readonly content: CapturedContent | undefined;
  readonly summary: ExchangeSummary;
};

/** How it is decided what is recorded. */
export type Sampling = {
  readonly ratio: number;
  readonly followsParent: boolean;
  readonly hasContent: boolean;
};

/** The tracer of one configuration. */
export class RequestTracer implements Tracer {
  readonly #ids: RandomIds;
  readonly #sampling: Sampling;
  readonly #onEnd: (ended: EndedTrace) => void;

  /** `onEnd` is told of each recorded request that is over, and returns at once. */
  constructor(ids: RandomIds, sampling: Sampling, onEnd: (ended: EndedTrace) => void) {
    this.#ids = ids;
    this.#sampling = sampling;
    this.#onEnd = onEnd;
  }

  begin(headers: readonly string[]): RequestTrace {
    const { ratio, followsParent, hasContent } = this.#sampling;
    const parent = readTraceParent(headers);
    const traceId = parent?.traceId ?? this.#ids.trace();
    const isSampled =
      parent !== undefined && followsParent ? (parent.flags & SAMPLED) === SAMPLED : isWithin(traceId, ratio);
    const place = {
      traceId,
      spanId: this.#ids.span(),
      parentId: parent?.spanId,
      state: parent === undefined ? undefined : readTraceState(headers),
      flags: isSampled ? (parent?.flags ?? 0) | SAMPLED : (parent?.flags ?? 0) & ~SAMPLED,
    };
    if (isSampled) return new RecordedTrace(place, this.#ids, hasContent, this.#onEnd);
    const isSame = parent?.flags === place.flags && parent.text.startsWith(OUR_VERSION);
    return new UnrecordedTrace(place, isSame ? parent.text : undefined);
  }
}

/** The one version whose every field is known, so that it may be passed on as it came. */
const OUR_VERSION = "00-";
/** Digits of the id that are random by all that write ids (W3C level 2), as many of them as a number holds exactly. */
const FIRST_DIGIT = 19;
const DIGIT_VALUES = 16 ** 13;

/** By the id alone, so that every gateway on the way decides alike. */
function isWithin(traceId: string, ratio: number): boolean {
  if (ratio >= 1) return true;
  return Number.parseInt(traceId.slice(FIRST_DIGIT), 16) < ratio * DIGIT_VALUES;
}

type TracePlace = Omit<EndedTrace, "content" | "summary">;

class RecordedTrace implements RequestTrace {
  readonly content: CapturedContent | undefined;
  readonly #place: TracePlace;
  readonly #ids: RandomIds;
  readonly #onEnd: (ended: EndedTrace) => void;

  constructor(place: TracePlace, ids: RandomIds, hasContent: boolean, onEnd: (ended: EndedTrace) => void) {
    this.#place = place;
    this.#ids = ids;
    this.#onEnd = onEnd;
    this.content = hasContent ? new CapturedContent() : undefined;
  }

  get traceId(): string {
    return this.#place.traceId;
  }

  attemptId(): string {
    return this.#ids.span();
  }

  pushHeaders(headers: string[], attemptId: string | undefined): void {
    pushPlace(headers, this.#place, attemptId ?? this.#place.spanId);
  }

  end(summary: ExchangeSummary): void {
    this.#onEnd({ ...this.#place, content: this.content, summary });
  }
}

/** Passed on, and nothing else. */
class UnrecordedTrace implements RequestTrace {
  readonly content = undefined;
  readonly #place: TracePlace;
  readonly #text: string | undefined;

  /** `text`: the client's header, where nothing about it changes. */
  constructor(place: TracePlace, text: string | undefined) {
    this.#place = place;
    this.#text = text;
  }

  get traceId(): string {
    return this.#place.traceId;
  }

  attemptId(): undefined {
    return undefined;
  }

  pushHeaders(headers: string[]): void {
    const { state, spanId, parentId } = this.#place;
    if (this.#text === undefined) {
      pushPlace(headers, this.#place, parentId ?? spanId);
      return;
    }
    headers.push("traceparent", this.#text);
    if (state !== undefined) headers.push("tracestate", state);
  }

  end(): void {}
}

function pushPlace(headers: string[], { traceId, flags, state }: TracePlace, spanId: string): void {
  headers.push("traceparent", `00-${traceId}-${spanId}-0${flags}`);
  if (state !== undefined) headers.push("tracestate", state);
}
