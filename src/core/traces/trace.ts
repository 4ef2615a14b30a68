// The seam of distributed tracing: what a request knows of the trace that it is a part of, and who is told when it is
// over. Types only. Where traces are off nothing of it is made.

import type { ExchangeSummary } from "../summary.ts";

/** Where traces go, and what is in them. Holds secrets in its headers: it is never shown. */
export type TraceSettings = {
  /** Scheme, host and port of the collector. */
  readonly origin: string;
  /** Path and query that spans are posted to. */
  readonly path: string;
  /** Flat, lower-case names. */
  readonly headers: readonly string[];
  /** Share of the traces that begin here which are recorded: 0 to 1. */
  readonly ratio: number;
  /** Whether a client's own decision counts. */
  readonly followsParent: boolean;
  /** Whether prompts and answers go along. */
  readonly hasContent: boolean;
  readonly serviceName: string;
  /** What else is said of this gateway with every batch. */
  readonly resource: Readonly<Record<string, string>>;
  /** How long the collector may take for a batch. */
  readonly timeoutMs: number;
  /** How long spans wait for others before they are sent. */
  readonly intervalMs: number;
  /** Certificate authorities to trust besides the usual ones, PEM. */
  readonly caPem: string | undefined;
  /** Address of the forward proxy on the way, credentials included. */
  readonly proxyUrl: string | undefined;
};

/** The bytes of an answer as the client gets them. */
interface AnswerListener {
  push(chunk: Buffer): void;
}

/** One request's part in a trace. */
export interface RequestTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** Where the texts of the request and its answer go; undefined where nobody wants them, as nearly always. */
  readonly content: (AnswerListener & { noteAsked(body: Buffer | readonly Buffer[]): void }) | undefined;
  /** The id of a span for an attempt that begins now; undefined where the trace is not recorded. */
  attemptId(): string | undefined;
  /** Adds the headers by which an endpoint knows the trace. Flat. `attemptId`: of the attempt that asks. */
  pushHeaders(headers: string[], attemptId: string | undefined): void;
  /** The request is over. Returns at once. */
  end(summary: ExchangeSummary): void;
}

/** Begins a part in a trace for each request. */
export interface Tracer {
  /** `headers`: the client's, flat, lower-case names. */
  begin(headers: readonly string[]): RequestTrace;
}
