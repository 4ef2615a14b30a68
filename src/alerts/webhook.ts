// Tells one webhook: off the way of requests, one alert at a time, tried again while nobody answers. The address is the
// operator's own: nothing of a client gets into it.

import type { Log } from "../core/summary.ts";
import type { AskingClient } from "../upstream/client.ts";
import type { Alert, WebhookSettings } from "./alert.ts";
import { alertBody } from "./alert-body.ts";
import { type Delivery, postAlert } from "./post-alert.ts";

/** Further alerts are dropped, with a line in the log: whoever does not answer for so long will not read them either. */
const MAX_WAITING = 100;
/** Between one try and the next. */
const PAUSES_MS: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];

/** What webhooks have in common. */
export type WebhookParts = {
  readonly log: Log;
  readonly client: AskingClient;
  readonly wallMs: () => number;
};

/** How a webhook fares, as plain data. Its address is not in it. */
export type WebhookView = {
  /** Its place in the configuration, from 1. */
  readonly number: number;
  readonly name: string | null;
  readonly format: WebhookSettings["format"];
  /** Null: all. */
  readonly kinds: readonly string[] | null;
  readonly waiting: number;
  /** These since it was configured, or since the start. */
  readonly delivered: number;
  readonly failed: number;
  readonly dropped: number;
  /** ISO 8601. */
  readonly lastDelivered: string | null;
  readonly lastFailure: { readonly reason: string; readonly at: string } | null;
};

/** One webhook. */
export class Webhook {
  readonly #parts: WebhookParts;
  readonly #waiting: Alert[] = [];
  #settings: WebhookSettings;
  #number: number;
  #isSending = false;
  #sending: Promise<void> = Promise.resolve();
  #pause: { readonly timer: NodeJS.Timeout; readonly end: () => void } | undefined;
  #isClosed = false;
  #delivered = 0;
  #failed = 0;
  #dropped = 0;
  #lastDeliveredMs: number | undefined;
  #lastFailure: WebhookView["lastFailure"] = null;

  constructor(parts: WebhookParts, settings: WebhookSettings, number: number) {
    this.#parts = parts;
    this.#settings = settings;
    this.#number = number;
  }

  /** Takes other settings for the same address; what waits goes on waiting. */
  configure(settings: WebhookSettings, number: number): void {
    this.#settings = settings;
    this.#number = number;
  }

  /** What it was not told yet. */
  get waiting(): readonly Alert[] {
    return this.#waiting;
  }

  /** Sends it if it is of a kind that is wanted. Returns at once. */
  tell(alert: Alert): void {
    if (this.#isClosed || !this.#wants(alert)) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#dropped += 1;
      const message = "The webhook does not answer, and too many alerts wait for it: one is dropped.";
      this.#parts.log.warn("alert_dropped", message, { webhook: this.#number });
      return;
    }
    this.#waiting.push(alert);
    if (!this.#isSending) this.#sending = this.#sendAll();
  }

  /** Sends one now, beside what waits, and once. */
  async try(alert: Alert): Promise<Delivery> {
    return this.#note(await this.#post(alert));
  }

  /** How it fares. */
  view(): WebhookView {
    const { name, format, kinds } = this.#settings;
    return {
      number: this.#number,
      name: name ?? null,
      format,
      kinds: kinds === undefined ? null : [...kinds],
      waiting: this.#waiting.length,
      delivered: this.#delivered,
      failed: this.#failed,
      dropped: this.#dropped,
      lastDelivered:
        this.#lastDeliveredMs === undefined ? null : new Date(this.#lastDeliveredMs).toISOString(),
      lastFailure: this.#lastFailure,
    };
  }

  /** Nothing more is sent; resolves when the try under way is over. What waits can still be read. */
  close(): Promise<void> {
    this.#isClosed = true;
    if (this.#pause !== undefined) {
      clearTimeout(this.#pause.timer);
      this.#pause.end();
    }
    return this.#sending;
  }

  #wants({ kind }: Alert): boolean {
    const { kinds } = this.#settings;
    return kinds === undefined || kind === "test" || kinds.has(kind);
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let alert = this.#waiting[0]; alert !== undefined; alert = this.#waiting[0]) {
      if (!(await this.#send(alert))) return;
      this.#waiting.shift();
    }
    this.#isSending = false;
  }

  /** Whether it is done with: taken, or given up. False: it was closed before. */
  async #send(alert: Alert): Promise<boolean> {
    for (let tried = 0; !this.#isClosed; tried += 1) {
      const delivery = this.#note(await this.#post(alert));
      if (delivery.kind === "ok") return true;
      if (this.#isClosed) return false;
      const pauseMs = PAUSES_MS[tried];
      const fields = { reason: delivery.reason, alert: alert.kind, webhook: this.#number };
      const { log } = this.#parts;
      if (pauseMs === undefined) {
        this.#failed += 1;
        log.warn("alert_failed", "A webhook could not be told of an alert; it is not tried again.", fields);
        return true;
      }
      if (tried === 0)
        log.warn("alert_delayed", "A webhook could not be told of an alert; it is tried again.", fields);
      await this.#wait(Math.max(pauseMs, delivery.waitMs ?? 0));
    }
    return false;
  }

  #post(alert: Alert): Promise<Delivery> {
    const { client } = this.#parts;
    return postAlert(client, this.#settings, alertBody(this.#settings.format, alert));
  }

  #note(delivery: Delivery): Delivery {
    const nowMs = this.#parts.wallMs();
    if (delivery.kind === "ok") {
      this.#delivered += 1;
      this.#lastDeliveredMs = nowMs;
    } else this.#lastFailure = { reason: delivery.reason, at: new Date(nowMs).toISOString() };
    return delivery;
  }

  #wait(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pause = { timer: setTimeout(resolve, ms).unref(), end: resolve };
    return promise;
  }
}
