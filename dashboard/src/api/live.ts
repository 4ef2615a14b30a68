// What happens at the gateway, as it happens: one stream for the whole page, open only while something listens and the tab
// is looked at.

import { signal } from "@preact/signals";
import { call } from "./client.ts";
import { isReachable, session } from "./state.ts";

const ADDRESS = "/admin/v1/live";
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/** The kinds of events. `missed`: the gateway had more to say than the page could take. */
const LIVE_EVENTS = ["request", "state", "config", "missed"] as const;

/** One of them. */
export type LiveEvent = (typeof LIVE_EVENTS)[number];

type Listener = (data: unknown) => void;

/** Whether events arrive now. */
export const isLive = signal(false);

class LiveStream {
  readonly #listeners = new Map<LiveEvent, Set<Listener>>(LIVE_EVENTS.map((kind) => [kind, new Set()]));
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitMs = FIRST_WAIT_MS;

  listen(kind: LiveEvent, listener: Listener): () => void {
    this.#listeners.get(kind)?.add(listener);
    this.look();
    return () => {
      this.#listeners.get(kind)?.delete(listener);
      this.look();
    };
  }

  /** Opens or closes the stream as it is wanted now. */
  look(): void {
    const isWanted =
      session.value === "in" &&
      document.visibilityState === "visible" &&
      [...this.#listeners.values()].some(({ size }) => size > 0);
    if (!isWanted) this.#close();
    else if (this.#source === undefined && this.#timer === undefined) this.#open();
  }

  /** Opens it at once where it is waited before the next try: the gateway has just answered something else. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.look();
  }

  #open(): void {
    const source = new EventSource(ADDRESS);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#waitMs = FIRST_WAIT_MS;
      isLive.value = true;
      isReachable.value = true;
    });
    source.addEventListener("error", () => void this.#again());
    for (const kind of LIVE_EVENTS) source.addEventListener(kind, (event) => this.#tell(kind, event.data));
  }

  #tell(kind: LiveEvent, text: unknown): void {
    let data: unknown;
    try {
      data = JSON.parse(String(text));
    } catch {
      data = undefined;
    }
    for (const listener of this.#listeners.get(kind) ?? []) listener(data);
  }

  /** The stream has ended: it is found out whether the gateway is there, and tried again a little later each time. */
  async #again(): Promise<void> {
    this.#close();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.look();
    }, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
    // A stream does not say why it ended; a question does, and it waits for the log-in where that is why.
    await call("getStatus").catch(() => undefined);
  }

  #close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#source?.close();
    this.#source = undefined;
    isLive.value = false;
  }
}

const stream = new LiveStream();

/** Has a function called for each event of a kind until the function that is given back is called. */
export function onLive(kind: LiveEvent, listener: (data: unknown) => void): () => void {
  return stream.listen(kind, listener);
}

/** Follows whether the tab is looked at, whether the viewer is logged in, and whether the gateway is back. */
export function startLive(): void {
  document.addEventListener("visibilitychange", () => stream.look());
  session.subscribe(() => stream.look());
  isReachable.subscribe((isBack) => (isBack ? stream.retry() : stream.look()));
}
