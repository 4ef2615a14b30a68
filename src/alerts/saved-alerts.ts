// What of alerts outlives the process: what was told, and what was not delivered yet. One small document of the store,
// written a few seconds after a change. A disk that fails costs nothing but that: a restart may tell the same again.

import type { Log } from "../core/summary.ts";
import type { Store } from "../store/store.ts";
import { ALERT_KINDS, type Alert, type AlertDetails, type AlertNews } from "./alert.ts";
import type { AlertEntry } from "./alert-book.ts";

const PLACE = { kind: "alert-state", id: "told" } as const;

/** What is kept. */
export type SavedAlertState = {
  readonly entries: readonly AlertEntry[];
  /** What waits for each webhook, by the digest of its address. */
  readonly waiting: Readonly<Record<string, readonly Alert[]>>;
};

/** Keeps them. Never rejects. */
export class SavedAlerts {
  readonly #store: Store;
  readonly #log: Log;
  #written = "";
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** What an earlier process has left. */
  async load(): Promise<SavedAlertState> {
    try {
      const records = await this.#store.records(PLACE.kind);
      return readState(records.find(({ id }) => id === PLACE.id)?.text);
    } catch (error) {
      this.#noteFailure(error);
      return NOTHING;
    }
  }

  /** Writes what is new; resolves when it is with the store. */
  save(state: SavedAlertState): Promise<void> {
    const text = JSON.stringify(state);
    if (text === this.#written) return this.#writing;
    this.#written = text;
    this.#writing = this.#writing.then(() => this.#write(text));
    return this.#writing;
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#store.put({ ...PLACE, text });
      this.#hasFailed = false;
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  #noteFailure(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    const reason = error instanceof Error ? error.message : "unknown";
    const message = "Which alerts were told cannot be kept; a restart may tell them again.";
    this.#log.warn("alerts_not_kept", message, { reason });
  }
}

const NOTHING: SavedAlertState = { entries: [], waiting: {} };

/** JSON that may be anything. */
function readState(text: string | undefined): SavedAlertState {
  const found = blockOf(parsed(text));
  const entries = Array.isArray(found["entries"]) ? found["entries"].flatMap(readEntry) : [];
  const waiting = Object.entries(blockOf(found["waiting"])).map(([digest, alerts]) => {
    return [digest, Array.isArray(alerts) ? alerts.filter(isAlert) : []] as const;
  });
  return { entries, waiting: Object.fromEntries(waiting) };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

function readEntry(value: unknown): readonly AlertEntry[] {
  const found = blockOf(value);
  const { news, solved, told, toldMs, turns } = found;
  if (!isNews(news) || !isTime(found["changedMs"]) || !isTime(found["seenMs"])) return [];
  if (told !== "nothing" && told !== "raised" && told !== "flapping") return [];
  const over = blockOf(solved);
  return [
    {
      news,
      isLasting: found["isLasting"] === true,
      mark: typeof found["mark"] === "string" ? found["mark"] : "",
      isOn: found["isOn"] === true,
      changedMs: found["changedMs"],
      seenMs: found["seenMs"],
      told,
      toldMs: isTime(toldMs) ? toldMs : undefined,
      heldBack: isTime(found["heldBack"]) ? found["heldBack"] : 0,
      turns: Array.isArray(turns) ? turns.filter(isTime) : [],
      solved:
        typeof over["text"] === "string"
          ? { text: over["text"], details: {}, ...(isKind(over["kind"]) ? { kind: over["kind"] } : {}) }
          : undefined,
    },
  ];
}

function isAlert(value: unknown): value is Alert {
  const { id, state, firstSeenMs, toldMs, heldBack } = blockOf(value);
  const isState = state === "raised" || state === "solved" || state === "flapping";
  const hasTimes = isTime(firstSeenMs) && isTime(toldMs) && isTime(heldBack);
  return isNews(value) && typeof id === "string" && isState && hasTimes;
}

function isNews(value: unknown): value is AlertNews {
  const { kind, level, subject, text, details } = blockOf(value);
  const isLevel = level === "info" || level === "warning" || level === "error";
  const hasTexts = typeof subject === "string" && typeof text === "string";
  return isKind(kind) && isLevel && hasTexts && isDetails(details);
}

function isKind(value: unknown): value is AlertNews["kind"] {
  return ALERT_KINDS.some((kind) => kind === value);
}

/** What JSON gives is plain all the way down. */
function isDetails(value: unknown): value is AlertDetails {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A time that a date can be made of, or a count. */
function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && Math.abs(value) < 8.64e15;
}

function blockOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
