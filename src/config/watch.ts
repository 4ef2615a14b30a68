// Notices that the configuration file, or the `.env` beside it, has new content. Loads and swaps nothing: that is
// `gateway.ts`, which is told. The one importer of `chokidar`, and only once something is watched.

import { basename, dirname } from "node:path";
import type { Log } from "../core/summary.ts";
import { contentState } from "./load.ts";

/** What to watch and whom to tell. */
export type WatchOptions = {
  readonly path: string;
  /** `contentHash` of what is loaded now, so that a save before the watch began is noticed too. */
  readonly contentHash?: string;
  /** Called once for each new content; not when the file is gone, nor when the same is saved again. */
  readonly onChange: () => void;
  readonly log?: Pick<Log, "warn">;
};

/** A watch under way. */
export type ConfigWatch = {
  /** Resolves when changes are noticed, or when the watch could not be set up (which is logged). */
  readonly ready: Promise<void>;
  /** Ends the watch; nothing is called afterwards. */
  readonly close: () => Promise<void>;
};

// A save is several events: truncate, write, rename. A change must be live within a second, even during a burst.
const QUIET_MS = 100;
const LONGEST_WAIT_MS = 500;

/** Begins to watch. Watches the folder: editors and ConfigMaps replace files, and a watched inode would be lost. */
export function watchConfig(options: WatchOptions): ConfigWatch {
  const watch = new Watch(options);
  const ready = watch.start();
  return { ready, close: () => watch.close() };
}

class Watch {
  readonly #options: WatchOptions;
  readonly #debounce = new Debounce(() => void this.#check(), QUIET_MS, LONGEST_WAIT_MS);
  #lastHash: string | undefined;
  #watcher: { close(): Promise<void> } | undefined;
  #isClosed = false;
  #isChecking = false;
  #isStale = false;
  #isAbsent = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#lastHash = options.contentHash;
  }

  async start(): Promise<void> {
    this.#lastHash ??= (await contentState(this.#options.path)).contentHash;
    try {
      await this.#open();
    } catch (error) {
      this.#warn(error);
    }
    // What was saved before the watch stood.
    await this.#check();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#debounce.cancel();
    await this.#watcher?.close();
  }

  async #open(): Promise<void> {
    const { watch } = await import("chokidar");
    if (this.#isClosed) return;
    const { path } = this.#options;
    const folder = dirname(path);
    const names = new Set([basename(path), ".env"]);
    const watcher = watch(folder, {
      depth: 0,
      ignoreInitial: true,
      // "..data" and its kin are the links that Kubernetes swaps when a ConfigMap changes.
      ignored: (candidate) => {
        const name = basename(candidate);
        return (
          dirname(candidate) === folder && candidate !== folder && !names.has(name) && !name.startsWith("..")
        );
      },
    });
    this.#watcher = watcher;
    watcher.on("all", () => this.#debounce.poke());
    // Raw events tell of what the library folds away, such as a swapped link.
    watcher.on("raw", () => this.#debounce.poke());
    watcher.on("error", (error) => this.#warn(error));
    await new Promise<void>((resolve) => watcher.once("ready", resolve));
  }

  async #check(): Promise<void> {
    if (this.#isChecking || this.#isClosed) {
      this.#isStale = true;
      return;
    }
    this.#isChecking = true;
    const state = await contentState(this.#options.path);
    this.#isChecking = false;
    if (this.#isClosed) return;
    if (state.isAbsent || state.isBlank) this.#reportAbsent();
    else this.#reportContent(state.contentHash);
    if (!this.#isStale) return;
    this.#isStale = false;
    this.#debounce.poke();
  }

  #reportAbsent(): void {
    if (!this.#isAbsent)
      this.#options.log?.warn(
        "config_removed",
        "the configuration file is gone or empty; the last one stays in force",
      );
    this.#isAbsent = true;
  }

  #reportContent(contentHash: string): void {
    this.#isAbsent = false;
    if (contentHash === this.#lastHash) return;
    this.#lastHash = contentHash;
    this.#options.onChange();
  }

  #warn(error: unknown): void {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    this.#options.log?.warn(
      "config_watch_failed",
      "changes of the configuration file may go unnoticed; send SIGHUP after a change",
      { reason },
    );
  }
}

/** Runs an action once it has been quiet for a while, and at the latest after a longest wait. */
export class Debounce {
  readonly #action: () => void;
  readonly #quietMs: number;
  readonly #longestMs: number;
  #quiet: NodeJS.Timeout | undefined;
  #longest: NodeJS.Timeout | undefined;

  constructor(action: () => void, quietMs: number, longestMs: number) {
    this.#action = action;
    this.#quietMs = quietMs;
    this.#longestMs = longestMs;
  }

  /** Something happened. */
  poke(): void {
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#fire(), this.#quietMs);
    this.#longest ??= setTimeout(() => this.#fire(), this.#longestMs);
  }

  /** Forgets what happened. */
  cancel(): void {
    clearTimeout(this.#quiet);
    clearTimeout(this.#longest);
    this.#quiet = undefined;
    this.#longest = undefined;
  }

  #fire(): void {
    this.cancel();
    this.#action();
  }
}
