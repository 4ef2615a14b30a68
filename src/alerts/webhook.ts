// Tells the operator's webhook of alerts: a POST of JSON, in the form that Slack or Discord reads where the address is
// theirs. Off the way of requests, one at a time, tried again while nobody answers. The address is the operator's own:
// nothing of a client gets into it, and no redirect is followed.

import type { Log } from "../core/summary.ts";
import type { AlertNews } from "./alert.ts";

/** Further alerts are dropped, with a line in the log: whoever does not answer for so long will not read them either. */
const MAX_WAITING = 100;
const TIMEOUT_MS = 10_000;
/** Between one try and the next. */
const PAUSES_MS: readonly number[] = [1_000, 5_000, 30_000, 120_000, 600_000];
/** What is said of a failure beyond its status or code is the other side's text, and not for the log. */
type Delivery = { readonly kind: "ok" } | { readonly kind: "failed"; readonly reason: string };

/** Sends alerts. */
export class Webhook {
  readonly #log: Log;
  readonly #pausesMs: readonly number[];
  readonly #waiting: AlertNews[] = [];
  #url: URL | undefined;
  #isSending = false;
  #pause: { readonly timer: NodeJS.Timeout; readonly end: () => void } | undefined;
  #isClosed = false;

  constructor(log: Log, pausesMs = PAUSES_MS) {
    this.#log = log;
    this.#pausesMs = pausesMs;
  }

  /** Undefined: nobody is told. */
  configure(url: string | undefined): void {
    this.#url = url === undefined ? undefined : new URL(url);
  }

  /** Bound, so that it can be handed out. */
  readonly tell = (alert: AlertNews): void => {
    if (this.#url === undefined || this.#isClosed) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.#log.warn(
        "alert_dropped",
        "The webhook does not answer, and too many alerts wait for it: one is dropped.",
      );
      return;
    }
    this.#waiting.push(alert);
    if (!this.#isSending) void this.#sendAll();
  };

  /** Nothing more is sent; what waits is dropped. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
    if (this.#pause !== undefined) {
      clearTimeout(this.#pause.timer);
      this.#pause.end();
    }
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let alert = this.#waiting[0]; alert !== undefined; alert = this.#waiting[0]) {
      await this.#send(alert);
      if (this.#waiting[0] === alert) this.#waiting.shift();
    }
    this.#isSending = false;
  }

  async #send(alert: AlertNews): Promise<void> {
    for (let tried = 0; ; tried += 1) {
      const url = this.#url;
      if (url === undefined || this.#isClosed) return;
      const delivery = await post(url, JSON.stringify(bodyFor(url, alert)));
      if (delivery.kind === "ok") return;
      const pauseMs = this.#pausesMs[tried];
      const fields = { reason: delivery.reason, alert: alert.kind };
      if (pauseMs === undefined) {
        this.#log.warn(
          "alert_failed",
          "The webhook could not be told of an alert; it is not tried again.",
          fields,
        );
        return;
      }
      if (tried === 0)
        this.#log.warn(
          "alert_delayed",
          "The webhook could not be told of an alert; it is tried again.",
          fields,
        );
      await this.#wait(pauseMs);
    }
  }

  #wait(ms: number): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pause = { timer: setTimeout(resolve, ms).unref(), end: resolve };
    return promise;
  }
}

/** What is posted: an object of our own, or a text where the host is known to want one. */
function bodyFor(url: URL, alert: AlertNews): unknown {
  const { hostname } = url;
  if (hostname === "hooks.slack.com" || hostname.endsWith(".slack.com"))
    return { text: alert.text.replace(/[&<>]/g, (sign) => SLACK_SIGNS[sign] ?? sign) };
  if (/(?:^|\.)discord(?:app)?\.com$/.test(hostname))
    // Names are people's own: none of them calls everyone.
    return { content: alert.text, allowed_mentions: { parse: [] } };
  return { type: alert.kind, text: alert.text, ...alert.details };
}

/** By Slack's rules for texts: else a name could call a channel. */
const SLACK_SIGNS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

async function post(url: URL, body: string): Promise<Delivery> {
  // Loaded when the first alert is sent: most gateways never need them.
  const { request: send } = process.getBuiltinModule(url.protocol === "https:" ? "node:https" : "node:http");
  const { promise, resolve } = Promise.withResolvers<Delivery>();
  const fail = (reason: string): void => resolve({ kind: "failed", reason });
  const request = send(url, {
    method: "POST",
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    headers: {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
      "user-agent": "oai-gateway",
    },
  });
  request.on("error", (error) => fail("code" in error ? String(error.code) : error.name));
  request.on("response", (response) => {
    const { statusCode = 0 } = response;
    response.destroy();
    if (statusCode >= 200 && statusCode < 300) resolve({ kind: "ok" });
    else fail(`status ${statusCode}`);
  });
  request.end(body);
  return promise;
}
