// Tells the operator: takes news of all kinds, decides by the book which are told, and hands these to the webhooks. One
// for each gateway, in the process that owns it.

import { createHash, randomUUID } from "node:crypto";
import { atMost } from "../core/at-most.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { Store } from "../store/store.ts";
import type { AskingClient } from "../upstream/client.ts";
import type { Alert, AlertSettings, TellNews, WebhookSettings } from "./alert.ts";
import { AlertBook } from "./alert-book.ts";
import { AlertWatch } from "./alert-watch.ts";
import { shownName } from "./clean-news.ts";
import { SavedAlerts } from "./saved-alerts.ts";
import type { WatchedState } from "./watched-state.ts";
import { Webhook, type WebhookView } from "./webhook.ts";

/** A disk, or a webhook, that does not answer holds nothing up for longer. */
const STORE_MS = 1_000;
const CLOSE_MS = 1_000;
const BEAT_MS = 1_000;
/** What is shown of what was told. */
const MAX_RECENT = 100;

/** What it is made of. */
export type AlertParts = {
  readonly clock: Clock;
  readonly log: Log;
  /** What asks the webhooks. */
  readonly client: AskingClient;
  /** Undefined where nothing is kept: then a restart tells again what is still so. */
  readonly store: Store | undefined;
};

/** An alert as it is shown: plain data. Times are ISO 8601. */
type AlertView = {
  readonly kind: string;
  readonly state: "raised" | "flapping" | "held" | "happened";
  readonly level: Alert["level"];
  readonly subject: string;
  readonly text: string;
  readonly first_seen: string;
  /** Null: not yet. */
  readonly told: string | null;
  readonly held_back: number;
};

/** How alerts are, as plain data without a secret. */
export type AlertsView = {
  readonly webhooks: readonly WebhookView[];
  /** What is so now, and what has happened of late. */
  readonly alerts: readonly AlertView[];
  /** How many were told since the start, by kind. */
  readonly told: Readonly<Record<string, number>>;
  readonly heldBack: number;
};

/** How a test went at one webhook. */
export type AlertTest = {
  readonly number: number;
  readonly name: string | null;
  readonly isDelivered: boolean;
  /** A status or an error code; null where it was delivered. */
  readonly reason: string | null;
};

/** All alerts of a gateway. */
export class Alerts {
  readonly #parts: AlertParts;
  readonly #book: AlertBook;
  readonly #watch: AlertWatch;
  readonly #saved: SavedAlerts | undefined;
  readonly #told = new Map<string, number>();
  #webhooks = new Map<string, Webhook>();
  #mayRestore = false;
  #hasRestored = false;
  #heldBack = 0;
  #timer: NodeJS.Timeout | undefined;
  #revision = 0;

  constructor(parts: AlertParts, settings: AlertSettings) {
    const { clock, log, store } = parts;
    this.#parts = parts;
    this.#book = new AlertBook({ wallMs: clock.wallMs, tell: (alert) => this.#tell(alert) });
    this.#watch = new AlertWatch(this.#book, clock.wallMs);
    this.#saved = store === undefined ? undefined : new SavedAlerts(store, log);
    this.configure(settings);
  }

  /** Takes a configuration. A webhook whose address stays goes on with what waits for it. */
  configure({ webhooks, repeatMs, downAfterMs }: AlertSettings): void {
    this.#book.repeatMs = repeatMs;
    this.#watch.downAfterMs = downAfterMs;
    const before = this.#webhooks;
    this.#webhooks = new Map();
    for (const [index, settings] of webhooks.entries()) {
      const digest = digestOf(settings);
      const known = before.get(digest) ?? this.#webhooks.get(digest);
      known?.configure(settings, index + 1);
      this.#webhooks.set(digest, known ?? this.#open(settings, index + 1));
    }
    for (const [digest, webhook] of before) if (!this.#webhooks.has(digest)) void webhook.close();
    void this.#restoreOnce();
  }

  /** Takes up what an earlier process has told. Before `begin`. */
  async restore(): Promise<void> {
    this.#mayRestore = true;
    await this.#restoreOnce();
    // A configuration that starts a gateway is a good one.
    this.configTaken();
  }

  /** Looks once a second at what goes on. */
  begin(read: () => WatchedState): void {
    this.#timer = setInterval(() => this.#beat(read), BEAT_MS).unref();
  }

  /** Something has happened. Bound, so that it can be handed out. */
  readonly tellNews: TellNews = (news, mark) => this.#book.happen(news, mark);

  /** A model was used whose price nobody knows. */
  readonly noteUnpriced = (endpoint: string, model: string): void => {
    const name = `${shownName(endpoint)}/${shownName(model)}`;
    const text = `Nobody knows the price of ${name}: what it costs is in no sum. Set it in the configuration.`;
    const details = { endpoint, model };
    this.#book.happen({ kind: "model_unpriced", level: "warning", subject: name, text, details }, "");
  };

  /** A reload was refused, and the configuration before stays in force. `codes`: of its problems. */
  configRejected(file: string, codes: readonly string[]): void {
    const count = codes.length === 1 ? "1 problem" : `${codes.length} problems`;
    const shown = [...new Set(codes)].slice(0, 10);
    const text = `${shownName(file)} was not taken: ${count} (${shown.join(", ")}). The configuration before stays in force.`;
    const details = { file: shownName(file), codes: shown, problems: codes.length };
    this.#book.raise({ kind: "config_rejected", level: "error", subject: "configuration", text, details });
  }

  /** A configuration is in force. */
  configTaken(): void {
    const text = "A configuration without problems is in force again.";
    this.#book.solve("config_rejected", "configuration", { text, details: {} });
  }

  /** Sends a test to every webhook, now and once. Never rejects. */
  testAlert(): Promise<readonly AlertTest[]> {
    const nowMs = this.#parts.clock.wallMs();
    const alert: Alert = {
      id: randomUUID(),
      kind: "test",
      state: "raised",
      level: "info",
      subject: "test",
      text: "This is a test of the alerts of oai-gateway. Nothing is wrong.",
      firstSeenMs: nowMs,
      toldMs: nowMs,
      heldBack: 0,
      details: {},
    };
    return Promise.all([...this.#webhooks.values()].map((webhook) => testOf(webhook, alert)));
  }

  /** How they are. */
  view(): AlertsView {
    const entries = this.#book.entries().filter(({ isOn, told }) => isOn || told === "flapping");
    const alerts = entries.slice(-MAX_RECENT).map(({ news, ...entry }): AlertView => {
      const happened = entry.isLasting ? undefined : "happened";
      return {
        kind: news.kind,
        state: happened ?? (entry.told === "nothing" ? "held" : entry.told),
        level: news.level,
        subject: news.subject,
        text: news.text,
        first_seen: new Date(entry.changedMs).toISOString(),
        told: entry.toldMs === undefined ? null : new Date(entry.toldMs).toISOString(),
        held_back: entry.heldBack,
      };
    });
    const heldBack = this.#heldBack + entries.reduce((sum, entry) => sum + entry.heldBack, 0);
    const webhooks = [...this.#webhooks.values()].map((webhook) => webhook.view());
    return { webhooks, alerts, told: Object.fromEntries(this.#told), heldBack };
  }

  /** Nothing more is told; what was told, and what waits, is with the store when this resolves. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const closing = Promise.all([...this.#webhooks.values()].map((webhook) => webhook.close()));
    // What is under way is sent again after a restart where it is not known to have been taken.
    await atMost(CLOSE_MS, closing);
    await atMost(STORE_MS, this.#save());
  }

  #beat(read: () => WatchedState): void {
    try {
      this.#watch.look(read());
      this.#book.beat();
    } catch (error) {
      // The next beat looks again; the process must not end for it.
      this.#parts.log.error("internal", "What goes on could not be looked at for alerts.", {}, error);
    }
    void this.#save();
  }

  #tell(alert: Alert): void {
    this.#told.set(alert.kind, (this.#told.get(alert.kind) ?? 0) + 1);
    this.#heldBack += alert.heldBack;
    if (alert.kind === "endpoint_down" || alert.kind === "endpoint_up") {
      const fields = { endpoint: alert.subject, state: alert.state };
      if (alert.level === "info") this.#parts.log.info(alert.kind, alert.text, fields);
      else this.#parts.log.warn(alert.kind, alert.text, fields);
    }
    for (const webhook of this.#webhooks.values()) webhook.tell(alert);
  }

  #open(settings: WebhookSettings, number: number): Webhook {
    const { log, client, clock } = this.#parts;
    return new Webhook({ log, client, wallMs: clock.wallMs }, settings, number);
  }

  /** A store that nobody needs is not even opened. */
  async #restoreOnce(): Promise<void> {
    const isWanted = this.#mayRestore && !this.#hasRestored && this.#webhooks.size > 0;
    if (this.#saved === undefined || !isWanted) return;
    this.#hasRestored = true;
    const found = await atMost(STORE_MS, this.#saved.load());
    if (found === undefined) return;
    this.#book.restore(found.entries);
    for (const [digest, webhook] of this.#webhooks)
      for (const alert of found.waiting[digest] ?? []) webhook.tell(alert);
  }

  async #save(): Promise<void> {
    const waitingCount = [...this.#webhooks.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
    const revision = this.#book.revision + waitingCount / 1_000_000;
    if (this.#saved === undefined || this.#webhooks.size === 0 || revision === this.#revision) return;
    this.#revision = revision;
    const waiting = [...this.#webhooks].flatMap(([digest, webhook]) =>
      webhook.waiting.length === 0 ? [] : [[digest, [...webhook.waiting]] as const],
    );
    await this.#saved.save({ entries: this.#book.entries(), waiting: Object.fromEntries(waiting) });
  }
}

async function testOf(webhook: Webhook, alert: Alert): Promise<AlertTest> {
  const delivery = await webhook.try(alert);
  const { number, name } = webhook.view();
  const isDelivered = delivery.kind === "ok";
  return { number, name, isDelivered, reason: delivery.kind === "ok" ? null : delivery.reason };
}

/** Tells webhooks apart without their addresses. */
function digestOf({ peer, path }: WebhookSettings): string {
  return createHash("sha256").update(`oai-gateway ${peer.origin}${path}`).digest("hex").slice(0, 16);
}
