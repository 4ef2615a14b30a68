// Decides which news are told: the same alert once for each of its states, at most once in a configured time, and what
// comes and goes as such. Sends nothing; what it knows is kept across restarts by `saved-alerts.ts`.

import { randomUUID } from "node:crypto";
import type { Alert, AlertKind, AlertNews, SolvedNews } from "./alert.ts";
import { cleanNews } from "./clean-news.ts";

/** Subjects that are remembered at most. */
const MAX_SUBJECTS = 1_000;
/** So many times within `repeatMs` it has to begin to be called flapping. */
const FLAPS = 3;
/** What flaps is told again when it has been one way for so long, or for `repeatMs` where that is shorter. */
const STEADY_MS = 600_000;
/** What was over, or was not seen any more, for so long is forgotten. */
const FORGOTTEN_MS = 40 * 86_400_000;

/** What is known of one alert: the same kind of the same subject. Plain data; times are milliseconds since 1970. */
export type AlertEntry = {
  news: AlertNews;
  /** Whether it lasts until it is solved; else it has happened, and `mark` says which time. */
  readonly isLasting: boolean;
  mark: string;
  isOn: boolean;
  /** When it began, or was over. */
  changedMs: number;
  /** When it was heard of last. */
  seenMs: number;
  told: "nothing" | "raised" | "flapping";
  /** When it was told last that it is there; undefined before. */
  toldMs: number | undefined;
  heldBack: number;
  /** When it began, the last few times. */
  turns: readonly number[];
  /** What is said when it is over. */
  solved: SolvedNews | undefined;
};

/** What a book is made of. */
type AlertBookParts = {
  readonly wallMs: () => number;
  /** Tells it. Must not throw. */
  readonly tell: (alert: Alert) => void;
};

/** The book. */
export class AlertBook {
  /** Changes whenever there is something new to keep. */
  revision = 0;
  /** The same alert is told at most once in this time. */
  repeatMs = 3_600_000;
  readonly #parts: AlertBookParts;
  readonly #entries = new Map<string, AlertEntry>();

  constructor(parts: AlertBookParts) {
    this.#parts = parts;
  }

  /** All that is known, in the order in which it was heard of first. */
  entries(): readonly AlertEntry[] {
    return [...this.#entries.values()];
  }

  /** Takes up what was kept; what is known already stays. */
  restore(entries: readonly AlertEntry[]): void {
    for (const entry of entries.slice(-MAX_SUBJECTS)) {
      const key = keyOf(entry.news.kind, entry.news.subject);
      if (!this.#entries.has(key)) this.#entries.set(key, { ...entry });
    }
  }

  /** The subjects of a kind that are raised now. */
  raised(kind: AlertKind): readonly string[] {
    return this.entries().flatMap(({ news, isOn, isLasting }) =>
      isLasting && isOn && news.kind === kind ? [news.subject] : [],
    );
  }

  /** It is so from now on; where it was so already, that is one more that is held back. */
  raise(given: AlertNews): void {
    const news = cleanNews(given);
    const nowMs = this.#parts.wallMs();
    const entry = this.#entryFor(news, true);
    entry.news = news;
    entry.seenMs = nowMs;
    this.revision += 1;
    if (entry.isOn) {
      entry.heldBack += 1;
      return;
    }
    entry.isOn = true;
    entry.changedMs = nowMs;
    entry.turns = [...entry.turns, nowMs].slice(-FLAPS);
    if (entry.told === "flapping") entry.heldBack += 1;
    else if (this.#isFlapping(entry, nowMs)) this.#tellFlapping(entry, nowMs);
    else if (this.#mayTell(entry, nowMs)) this.#tellRaised(entry, nowMs);
  }

  /** It is over. Told where anybody has heard that it was. */
  solve(kind: AlertKind, subject: string, solved: SolvedNews): void {
    const entry = this.#entries.get(keyOf(kind, subject));
    if (entry === undefined || !entry.isLasting || !entry.isOn) return;
    const nowMs = this.#parts.wallMs();
    entry.isOn = false;
    entry.solved = solved;
    entry.changedMs = nowMs;
    entry.seenMs = nowMs;
    this.revision += 1;
    if (entry.told === "raised") this.#tellSolved(entry);
    // It has come and gone, and nobody has heard of it.
    else if (entry.told === "nothing") entry.heldBack += 1;
  }

  /** There is no such subject any more: nothing is told of it. */
  drop(kind: AlertKind, subject: string): void {
    if (this.#entries.delete(keyOf(kind, subject))) this.revision += 1;
  }

  /** It has happened. Told once for each mark. */
  happen(given: AlertNews, mark: string): void {
    const news = cleanNews(given);
    const nowMs = this.#parts.wallMs();
    const entry = this.#entryFor(news, false);
    entry.seenMs = nowMs;
    entry.news = news;
    this.revision += 1;
    if (entry.isOn && entry.mark === mark) {
      entry.heldBack += 1;
      return;
    }
    entry.mark = mark;
    entry.isOn = true;
    entry.changedMs = nowMs;
    entry.told = "nothing";
    if (this.#mayTell(entry, nowMs)) this.#tellRaised(entry, nowMs);
  }

  /** Tells what has waited long enough, and forgets what is long over. Once in a while. */
  beat(): void {
    const nowMs = this.#parts.wallMs();
    for (const [key, entry] of this.#entries) {
      if (entry.told === "flapping") this.#endFlapping(entry, nowMs);
      else if (entry.isOn && entry.told === "nothing" && this.#mayTell(entry, nowMs))
        this.#tellRaised(entry, nowMs);
      const isOver = !entry.isLasting || !entry.isOn;
      if (!isOver || nowMs - entry.seenMs < FORGOTTEN_MS) continue;
      this.#entries.delete(key);
      this.revision += 1;
    }
  }

  #entryFor(news: AlertNews, isLasting: boolean): AlertEntry {
    const key = keyOf(news.kind, news.subject);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= MAX_SUBJECTS) this.#forgetOne();
    const entry: AlertEntry = {
      news,
      isLasting,
      mark: "",
      isOn: false,
      changedMs: this.#parts.wallMs(),
      seenMs: this.#parts.wallMs(),
      told: "nothing",
      toldMs: undefined,
      heldBack: 0,
      turns: [],
      solved: undefined,
    };
    this.#entries.set(key, entry);
    return entry;
  }

  /** What is raised goes last: it would be told again. */
  #forgetOne(): void {
    const [first] = this.#entries.keys();
    const over = [...this.#entries].find(([, { isLasting, isOn }]) => !(isLasting && isOn));
    this.#entries.delete(over?.[0] ?? first ?? "");
  }

  /** A clock that was put back must not hold an alert for longer than the time that is configured. */
  #mayTell(entry: AlertEntry, nowMs: number): boolean {
    if (entry.toldMs === undefined) return true;
    if (entry.toldMs > nowMs) entry.toldMs = nowMs;
    return nowMs - entry.toldMs >= this.repeatMs;
  }

  #isFlapping({ turns }: AlertEntry, nowMs: number): boolean {
    return turns.filter((turnMs) => nowMs - turnMs < this.repeatMs).length >= FLAPS;
  }

  #endFlapping(entry: AlertEntry, nowMs: number): void {
    if (Math.abs(nowMs - entry.changedMs) < this.#steadyMs()) return;
    entry.turns = [];
    if (entry.isOn) this.#tellRaised(entry, nowMs);
    else this.#tellSolved(entry);
  }

  #tellRaised(entry: AlertEntry, nowMs: number): void {
    entry.told = "raised";
    entry.toldMs = nowMs;
    this.#tell(entry, "raised", entry.news);
  }

  #tellSolved(entry: AlertEntry): void {
    entry.told = "nothing";
    const { news, solved } = entry;
    const text = solved?.text ?? `This is over: ${news.text}`;
    const said = { kind: solved?.kind ?? news.kind, level: "info" as const, subject: news.subject, text };
    this.#tell(entry, "solved", cleanNews({ ...said, details: solved?.details ?? {} }));
  }

  #tellFlapping(entry: AlertEntry, nowMs: number): void {
    entry.told = "flapping";
    entry.toldMs = nowMs;
    const { news } = entry;
    const minutes = Math.max(1, Math.round((nowMs - (entry.turns[0] ?? nowMs)) / 60_000));
    const steady = Math.max(1, Math.round(this.#steadyMs() / 60_000));
    const text = `This comes and goes, ${FLAPS} times within ${minutes} min; it is told again when it has been one way for ${steady} min: ${news.text}`;
    this.#tell(entry, "flapping", { ...news, text });
  }

  #steadyMs(): number {
    return Math.min(STEADY_MS, this.repeatMs);
  }

  #tell(entry: AlertEntry, state: Alert["state"], news: AlertNews): void {
    const toldMs = this.#parts.wallMs();
    const { changedMs, heldBack } = entry;
    entry.heldBack = 0;
    this.revision += 1;
    this.#parts.tell({ id: randomUUID(), ...news, state, firstSeenMs: changedMs, toldMs, heldBack });
  }
}

function keyOf(kind: AlertKind, subject: string): string {
  return `${kind} ${subject}`;
}
