// Notices that the configuration file, the `.env` beside it, or a file that it names, has new content. Loads and swaps
// nothing: that is for who is told.

import { dirname, join } from "node:path";
import { contentState } from "../config/file/load.ts";
import type { Log } from "../core/summary.ts";
import { Looks, NO_FILE, statMark } from "./looks.ts";

/** Of a `LoadResult`. */
export type LastRead = { readonly contentHash: string; readonly files: readonly string[] };

/** What to watch and whom to tell. */
export type WatchOptions = {
  readonly path: string;
  /** `contentHash` of what is loaded now, so that a save before the watch began is noticed too. */
  readonly contentHash?: string;
  /** What was read last, whether it could be used or not, an object for each load: the files that it names are watched too. */
  readonly lastRead?: () => LastRead;
  /** Called once for each new content; not when the file is gone, nor when the same is saved again. */
  readonly onChange: () => void;
  readonly log?: Pick<Log, "warn" | "info">;
  /** Tells one state of a file from another without reading it; `statMark` when absent. Never rejects. */
  readonly mark?: (path: string) => Promise<string>;
};

/** A watch under way. */
export type ConfigWatch = {
  /** Resolves when changes are noticed. */
  readonly ready: Promise<void>;
  /** Ends the watch; nothing is called afterwards. */
  readonly close: () => Promise<void>;
};

// A change must be live within a second: a look, a pause, and the load.
const LOOK_MS = 300;
/** A save is several steps: truncate, write, rename. While the file changes from look to look it is not read … */
const PAUSE_MS = 100;
/** … but at the latest after so many looks. */
const MOST_PAUSES = 4;
/**
 * So many looks after a change, and after the start, read the file whatever its times say: 3 s. Times go in steps,
 * on FAT of two seconds, and a second save of the same length within a step would else never be seen.
 */
const LOOKS_THAT_READ = 10;
/**
 * Files named in the configuration, such as those of keys, are looked at up to this number; the others are read when
 * anything else has changed. A look at each of ten thousand would keep a processor busy, and to read all of them holds
 * requests up for a tenth of a second: with more than these only a change has them read.
 */
const MOST_FILES = 256;

/**
 * Begins to watch: asks the system a few times a second what the two paths mean now. It follows every link and every
 * folder of a path, so that no way of replacing one of them is missed; an event of the system belongs to a folder
 * that may have been moved away, and wakes the process for whatever else is written there.
 */
export function watchConfig(options: WatchOptions): ConfigWatch {
  const watch = new Watch(options);
  return { ready: watch.start(), close: () => watch.close() };
}

const NO_FILES: readonly string[] = [];

class Watch {
  readonly #options: WatchOptions;
  readonly #mark: (path: string) => Promise<string>;
  readonly #envPath: string;
  #lastHash: string | undefined;
  /** What had been read when a change was last told: the same as now while its load is under way. */
  #readWhenTold: LastRead | undefined;
  #seen: string | undefined;
  #pauses = 0;
  #looksThatRead = LOOKS_THAT_READ;
  readonly #looks = new Looks(() => this.#look());
  #isAbsent = false;
  /** Managers of secrets hand out `.env` by a pipe, and ask the user each time: it is read at a real change only. */
  #isEnvPipe = false;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#mark = options.mark ?? statMark;
    this.#envPath = join(dirname(options.path), ".env");
    this.#lastHash = options.contentHash;
  }

  async start(): Promise<void> {
    const mark = await this.#mark(this.#options.path);
    if (mark === NO_FILE) return;
    this.#seen = await this.#marks(mark);
    // What was saved before the watch stood.
    if (!this.#isEnvPipe) {
      this.#lastHash ??= (await contentState(this.#options.path)).contentHash;
      await this.#read();
    }
    this.#looks.begin(LOOK_MS);
  }

  close(): Promise<void> {
    return this.#looks.close();
  }

  async #look(): Promise<number> {
    const mark = await this.#mark(this.#options.path);
    const marks = await this.#marks(mark);
    const isMoving = marks !== this.#seen;
    this.#seen = marks;
    if (isMoving) {
      this.#pauses += 1;
      this.#looksThatRead = LOOKS_THAT_READ;
    }
    if (this.#pauses > 0 && isMoving && this.#pauses < MOST_PAUSES) return PAUSE_MS;
    const mayRead = !this.#isEnvPipe && this.#files().length <= MOST_FILES;
    const isDue = this.#pauses > 0 || (this.#looksThatRead > 0 && mayRead);
    if (this.#pauses === 0 && isDue) this.#looksThatRead -= 1;
    this.#pauses = 0;
    if (isDue && mark !== NO_FILE) await this.#read();
    return LOOK_MS;
  }

  #files(): readonly string[] {
    return this.#options.lastRead?.().files ?? NO_FILES;
  }

  async #marks(mark: string): Promise<string> {
    const envMark = await this.#mark(this.#envPath);
    this.#isEnvPipe = envMark === NO_FILE;
    const files = this.#files();
    if (files.length === 0) return `${mark}\n${envMark}`;
    const marks = await Promise.all(files.slice(0, MOST_FILES).map((file) => this.#mark(file)));
    return [mark, envMark, ...marks].join("\n");
  }

  async #read(): Promise<void> {
    const state = await contentState(this.#options.path, this.#files());
    if (this.#looks.isClosed) return;
    // A file that was empty when it was loaded is in force as it is.
    const isLoaded = state.isBlank && state.contentHash === this.#lastHash;
    if ((state.isAbsent || state.isBlank) && !isLoaded) this.#reportAbsent();
    else this.#reportContent(state.contentHash);
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
    const lastRead = this.#options.lastRead?.();
    // After a load the files that count may be others, and so the hash of what is loaded already. During a load it is
    // the text of before that has come back.
    const isLoaded = lastRead !== this.#readWhenTold && contentHash === lastRead?.contentHash;
    const isSame = isLoaded || contentHash === this.#lastHash;
    if (isLoaded) this.#lastHash = contentHash;
    if (this.#isAbsent) {
      const what = isSame ? "with the content that is in force" : "with another content, which is loaded";
      this.#options.log?.info("config_back", `the configuration file is back, ${what}`);
    }
    this.#isAbsent = false;
    if (isSame) return;
    this.#lastHash = contentHash;
    this.#readWhenTold = lastRead;
    this.#looksThatRead = LOOKS_THAT_READ;
    this.#options.onChange();
  }
}
