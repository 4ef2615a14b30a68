// Looks once a second at what goes on, and finds out what has begun and what is over: endpoints that are gone for longer
// than a blip, dead keys, rows that are lost, a certificate that ends. It asks nobody: what it looks at was learnt by
// others.

import type { AlertKind, AlertNews } from "./alert.ts";
import type { AlertBook } from "./alert-book.ts";
import { shownName } from "./clean-news.ts";
import type { DeadKey, WatchedEndpoint, WatchedState } from "./watched-state.ts";

/** A key that is not used says nothing: it counts as dead for so long after its rest. */
const KEY_SILENT_MS = 1_800_000;
/** A store that is busy for a moment loses nothing. */
const STORE_BLIP_MS = 10_000;
/** For so long nothing must have been lost any more. */
const STORE_SOUND_MS = 60_000;
const CERTIFICATE = "server.tls";
const STORE = "store";

/** The watch. Times are milliseconds since 1970. */
export class AlertWatch {
  /** For so long an endpoint has to be gone. */
  downAfterMs = 60_000;
  readonly #book: AlertBook;
  readonly #wallMs: () => number;
  /** Since when endpoints are gone, by name. */
  readonly #downMs = new Map<string, number>();
  /** Until when keys are not used that were dead when they were looked at last, by subject. */
  readonly #keyUntilMs = new Map<string, number>();
  #storeBadMs: number | undefined;
  #storeLostMs: number | undefined;
  #lost = 0;

  constructor(book: AlertBook, wallMs: () => number) {
    this.#book = book;
    this.#wallMs = wallMs;
  }

  /** Takes in what goes on now. */
  look(state: WatchedState): void {
    const nowMs = this.#wallMs();
    this.#lookAtEndpoints(state.endpoints, nowMs);
    this.#lookAtKeys(state, nowMs);
    this.#lookAtStore(state.store, nowMs);
    this.#lookAtCertificate(state.certificateEndMs, nowMs);
  }

  #lookAtEndpoints(endpoints: readonly WatchedEndpoint[], nowMs: number): void {
    const names = new Set(endpoints.map(({ name }) => shownName(name)));
    for (const name of this.#downMs.keys()) if (!names.has(name)) this.#downMs.delete(name);
    for (const name of this.#book.raised("endpoint_down"))
      if (!names.has(name)) this.#book.drop("endpoint_down", name);
    const raised = new Set(this.#book.raised("endpoint_down"));
    for (const endpoint of endpoints) {
      const name = shownName(endpoint.name);
      if (endpoint.health === "down") this.#lookAtDown(name, endpoint.reason, raised.has(name), nowMs);
      else this.#downMs.delete(name);
      if (endpoint.health === "up" && raised.has(name))
        this.#book.solve("endpoint_down", name, {
          kind: "endpoint_up",
          text: `The endpoint ${name} answers again.`,
          details: { endpoint: name },
        });
    }
  }

  #lookAtDown(name: string, reason: string, isRaised: boolean, nowMs: number): void {
    const sinceMs = Math.min(this.#downMs.get(name) ?? nowMs, nowMs);
    this.#downMs.set(name, sinceMs);
    const goneMs = nowMs - sinceMs;
    if (isRaised || goneMs < this.downAfterMs) return;
    const why = reason === "" ? "" : `: ${reason}`;
    this.#book.raise({
      kind: "endpoint_down",
      level: "error",
      subject: name,
      text: `The endpoint ${name} has been down for ${timeText(goneMs)}${why}.`,
      details: { endpoint: name, since: new Date(sinceMs).toISOString(), reason },
    });
  }

  #lookAtKeys({ deadKeys, endpoints }: WatchedState, nowMs: number): void {
    const raised = new Set(this.#book.raised("key_dead"));
    const dead = new Map(deadKeys.map((key) => [subjectOf(key), key]));
    for (const [subject, key] of dead) {
      this.#keyUntilMs.set(subject, key.untilMs);
      if (!raised.has(subject)) this.#book.raise(keyNews(key, subject));
    }
    const names = new Set(endpoints.map(({ name }) => shownName(name)));
    for (const subject of raised) {
      if (dead.has(subject)) continue;
      const untilMs = this.#keyUntilMs.get(subject) ?? nowMs;
      this.#keyUntilMs.set(subject, untilMs);
      const isGone = !names.has(subject.slice(0, subject.lastIndexOf(" #")));
      // A rest that ends before its time was ended: by an answer, by a person, or by another key in its place.
      const isOver = nowMs < untilMs || nowMs - untilMs >= KEY_SILENT_MS;
      if (!isGone && !isOver) continue;
      this.#keyUntilMs.delete(subject);
      if (isGone) this.#book.drop("key_dead", subject);
      else
        this.#book.solve("key_dead", subject, {
          text: `The key ${subject} is not refused any more.`,
          details: { key: subject },
        });
    }
  }

  #lookAtStore({ isOk, health, lost }: WatchedState["store"], nowMs: number): void {
    if (isOk) this.#storeBadMs = undefined;
    else this.#storeBadMs ??= nowMs;
    const isLosing = lost > this.#lost;
    this.#lost = lost;
    if (isLosing) this.#storeLostMs = nowMs;
    const isRaised = this.#book.raised("ledger_losing").length > 0;
    const isBad = this.#storeBadMs !== undefined && nowMs - this.#storeBadMs >= STORE_BLIP_MS;
    if (!isRaised && (isLosing || isBad)) this.#book.raise(storeNews(health, lost));
    if (!isRaised || !isOk || nowMs - (this.#storeLostMs ?? 0) < STORE_SOUND_MS) return;
    const text = `The store keeps requests again; ${lost} could not be kept since the start.`;
    this.#book.solve("ledger_losing", STORE, { text, details: { lost } });
  }

  #lookAtCertificate(endMs: number | undefined, nowMs: number): void {
    const kind: AlertKind = "certificate_expiring";
    const isRaised = this.#book.raised(kind).length > 0;
    if (endMs === undefined) {
      const text = "The listener's certificate was renewed.";
      if (isRaised) this.#book.solve(kind, CERTIFICATE, { text, details: {} });
      return;
    }
    if (isRaised) return;
    const date = new Date(endMs).toISOString();
    const how = endMs <= nowMs ? "has expired, and clients refuse it" : `expires on ${date.slice(0, 10)}`;
    const text = `The listener's certificate ${how}: renew it.`;
    this.#book.raise({
      kind,
      level: endMs <= nowMs ? "error" : "warning",
      subject: CERTIFICATE,
      text,
      details: { expires: date },
    });
  }
}

/** Which key: its number, and nothing of it. */
function subjectOf({ endpoint, number }: DeadKey): string {
  return `${shownName(endpoint)} #${number}`;
}

const WHY: Readonly<Record<DeadKey["why"], string>> = {
  refused: "is refused by the endpoint",
  refused_list: "is refused by the endpoint, which was asked for its models",
  account_empty: "belongs to an account that is empty",
};

function keyNews({ endpoint, number, hasSeveral, why }: DeadKey, subject: string): AlertNews {
  const whose = hasSeveral ? `Key #${number} of ${shownName(endpoint)}` : `The key of ${shownName(endpoint)}`;
  const level = hasSeveral ? "warning" : "error";
  const text = `${whose} ${WHY[why]}; renew it in the configuration.`;
  return { kind: "key_dead", level, subject, text, details: { endpoint, key_number: number, reason: why } };
}

function storeNews(health: string, lost: number): AlertNews {
  const how = health === "ok" ? "requests came faster than they could be written" : STORE_WORDS[health];
  const why = how === undefined ? "" : `: ${how}`;
  const text = `Requests cannot be kept${why}; ${lost} are lost since the start. They are answered all the same.`;
  return { kind: "ledger_losing", level: "error", subject: STORE, text, details: { health, lost } };
}

const STORE_WORDS: Readonly<Record<string, string>> = {
  locked: "another program holds the file",
  full: "the disk is full",
  read_only: "the file cannot be written to",
  corrupt: "the file is damaged",
  missing: "the file is gone",
  newer: "a newer version has written the file",
  failed: "the file cannot be used",
};

function timeText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
