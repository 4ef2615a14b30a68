// The seam of answers that are kept beyond the process, to be used again. Types only: what stands behind it never runs on
// the thread that serves requests, and nothing of it fails a request.

/** One answer as it is kept; times are milliseconds since 1970, since it may outlive the process. */
export type StoredAnswer = {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  readonly isStream: boolean;
  /** The model that was asked for, as the client named it. */
  readonly modelName: string;
  /** Who could have answered when it was kept. */
  readonly mark: string;
  readonly keptMs: number;
  readonly untilMs: number;
};

/** Where answers are kept, by keys of which nothing can be read. */
export interface AnswerShelf {
  /** The answer of a key; undefined where there is none. @throws StoreFailure, in the promise */
  find(key: string): Promise<StoredAnswer | undefined>;
  /** Takes an answer to be written soon, in place of the one before it. Never throws, never waits. */
  keep(key: string, answer: StoredAnswer): void;
  /** Removes all of them from the disk. @throws StoreFailure, in the promise */
  clear(): Promise<void>;
  /** Answers that could not be written since the start. */
  readonly lost: number;
}
