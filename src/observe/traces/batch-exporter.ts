// Recorded requests on their way to the collector: a bounded queue, and one batch at a time out of it, made into text off
// the way of requests. A collector that is slow or gone costs spans, and nothing else.

import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { atMost } from "../../core/at-most.ts";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import { type OtlpTarget, type Posted, postBatch } from "./otlp-post.ts";
import type { EndedTrace } from "./request-tracer.ts";
import { type SpanNames, spanCount, spansText } from "./span-text.ts";

/** Spans of one batch at most, but for the attempts of its last request. */
const BATCH_SPANS = 512;
/** What waits at most while the collector does not answer. */
const MAX_SPANS = 16_384;
const MAX_CONTENT_BYTES = 32 * 1_048_576;
/** Requests whose spans are written in one turn of the event loop: half a millisecond. */
const SLICE = 64;
/** Between one try of a batch and the next. */
const PAUSES_MS: readonly number[] = [1_000, 2_000, 4_000, 8_000, 16_000];
/** How long the end of the process waits for what is left. */
const FLUSH_MS = 5_000;
/** A fifth more or less, so that many gateways do not come at once. */
const JITTER = 0.4;

/** Where batches go now. */
export type ExportTarget = {
  /** Opened anew for each batch, since a reload may have closed the route. */
  readonly open: () => OtlpTarget;
  /** The JSON of an OTLP request before its spans, and behind them. */
  readonly frame: readonly [before: string, after: string];
  readonly intervalMs: number;
};

/** What an exporter works with. */
export type ExporterParts = {
  readonly log: Log;
  readonly clock: Clock;
  readonly names: SpanNames;
  readonly pausesMs?: readonly number[] | undefined;
};

const compress = promisify(gzip);

/** Sends what is added. */
export class BatchExporter {
  readonly #parts: ExporterParts;
  readonly #pausesMs: readonly number[];
  #target: ExportTarget;
  #queue: EndedTrace[] = [];
  #spans = 0;
  #contentBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #endPause: (() => void) | undefined;
  #isClosed = false;
  /** Spans that were lost since the collector took the last batch, and in all. */
  #lost = 0;
  #droppedSpans = 0;
  #hasToldDelay = false;
  #hasToldLoss = false;

  constructor(parts: ExporterParts, target: ExportTarget) {
    this.#parts = parts;
    this.#pausesMs = parts.pausesMs ?? PAUSES_MS;
    this.#target = target;
  }

  /** Spans that never reached a collector. */
  get droppedSpans(): number {
    return this.#droppedSpans;
  }

  /** From the next batch on. */
  retarget(target: ExportTarget): void {
    this.#target = target;
  }

  /** Takes a request that is over. Returns at once; what there is no room for is dropped. Bound, so that it can be handed out. */
  readonly add = (ended: EndedTrace): void => {
    const spans = spanCount(ended);
    const bytes = ended.content?.bytes ?? 0;
    if (this.#isClosed || this.#spans + spans > MAX_SPANS || this.#contentBytes + bytes > MAX_CONTENT_BYTES) {
      this.#lose(spans, "the queue is full");
      return;
    }
    this.#queue.push(ended);
    this.#spans += spans;
    this.#contentBytes += bytes;
    if (this.#sending !== undefined) return;
    if (this.#spans >= BATCH_SPANS) this.#begin();
    else this.#timer ??= setTimeout(() => this.#begin(), this.#target.intervalMs).unref();
  };

  /** Sends what waits, without a wait for more. */
  flush(): void {
    if (this.#sending === undefined && this.#queue.length > 0) this.#begin();
  }

  /** Sends what waits, once and for five seconds at most; what is left then is dropped. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#endPause?.();
    this.flush();
    if (this.#sending !== undefined) await atMost(FLUSH_MS, this.#sending);
    const left = this.#spans;
    this.#queue = [];
    this.#spans = 0;
    if (left > 0) this.#lose(left, "the gateway has stopped");
  }

  #begin(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined;
      if (this.#queue.length > 0 && !this.#isClosed)
        this.#timer ??= setTimeout(() => this.#begin(), this.#target.intervalMs).unref();
    });
  }

  /** Until less than a batch is left, which may wait for more; to the last one where the process ends. */
  async #sendAll(): Promise<void> {
    do {
      const batch = this.#take();
      const spans = batch.reduce((sum, ended) => sum + spanCount(ended), 0);
      try {
        await this.#deliver(await this.#bodyOf(batch), spans);
      } catch (cause) {
        // A fault of ours in one batch must not end all of them.
        this.#parts.log.error("internal", "A batch of spans could not be written.", {}, cause);
        this.#lose(spans, "a fault inside the gateway");
      }
    } while (this.#spans >= BATCH_SPANS || (this.#isClosed && this.#queue.length > 0));
  }

  #take(): readonly EndedTrace[] {
    let spans = 0;
    let count = 0;
    while (count < this.#queue.length && spans < BATCH_SPANS) {
      const ended = this.#queue[count];
      if (ended === undefined) break;
      spans += spanCount(ended);
      this.#contentBytes -= ended.content?.bytes ?? 0;
      count += 1;
    }
    this.#spans -= spans;
    return this.#queue.splice(0, count);
  }

  async #bodyOf(batch: readonly EndedTrace[]): Promise<Buffer> {
    const [before, after] = this.#target.frame;
    let text = before;
    for (const [index, ended] of batch.entries()) {
      if (index > 0) text += ",";
      text += spansText(ended, this.#parts.names);
      if ((index + 1) % SLICE === 0 || ended.content !== undefined) await nextTurn();
    }
    return compress(text + after, { level: 1 });
  }

  async #deliver(body: Buffer, spans: number): Promise<void> {
    for (let tried = 0; ; tried += 1) {
      const posted = await postBatch(this.#target.open(), body);
      if (posted.kind === "taken") return this.#onTaken(posted);
      const pauseMs = this.#pausesMs[tried];
      if (posted.kind === "refused" || pauseMs === undefined || this.#isClosed)
        return this.#lose(spans, posted.reason);
      this.#tellDelay(posted.reason);
      const spread = 1 + (this.#parts.clock.random() - 1 / 2) * JITTER;
      await this.#pause(Math.max(pauseMs * spread, posted.afterMs ?? 0));
    }
  }

  #pause(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms).unref();
    this.#endPause = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  #onTaken({ rejected, said }: Extract<Posted, { readonly kind: "taken" }>): void {
    const { log } = this.#parts;
    if (rejected > 0 || said !== undefined) {
      const message = "The collector of traces has taken a batch and remarks on it.";
      this.#droppedSpans += rejected;
      log.warn("traces_rejected", message, { spans: rejected, reason: said });
    }
    if (!this.#hasToldDelay && !this.#hasToldLoss) return;
    log.info("traces_resumed", "The collector of traces takes spans again.", { lost: this.#lost });
    this.#hasToldDelay = false;
    this.#hasToldLoss = false;
    this.#lost = 0;
  }

  /** Told once until the collector takes spans again. */
  #tellDelay(reason: string): void {
    if (this.#hasToldDelay) return;
    this.#hasToldDelay = true;
    const message = "The collector of traces does not take spans; it is tried again.";
    this.#parts.log.warn("traces_delayed", message, { reason });
  }

  #lose(spans: number, reason: string): void {
    this.#lost += spans;
    this.#droppedSpans += spans;
    if (this.#hasToldLoss) return;
    this.#hasToldLoss = true;
    const message = "Spans are lost: the collector of traces does not take them. Requests go on.";
    this.#parts.log.warn("traces_dropped", message, { spans, reason });
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
