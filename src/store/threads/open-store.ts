// The store that a configuration asks for. Opens nothing: that is done when the first entry comes.

import { join } from "node:path";
import type { Log } from "../../core/summary.ts";
import { NoStore } from "../no-store.ts";
import type { RunningStore, StoreKeep } from "../store.ts";
import { ThreadStore } from "./thread-store.ts";

/** `store` of a configuration, units converted. */
export type StoreSettings = {
  readonly place: "folder" | "memory" | "off";
  /** Absolute; undefined: the data folder. */
  readonly folder: string | undefined;
  readonly keep: StoreKeep;
};

/** The files. */
type StoreFiles = {
  readonly usagePath: string;
  readonly requestsPath: string;
  /** Of answers that are used again: no backup has it. */
  readonly answersPath: string;
};

/** Where the files of a folder are. */
export function storeFiles(folder: string): StoreFiles {
  const path = (name: string): string => join(folder, name);
  return {
    usagePath: path("usage.db"),
    requestsPath: path("requests.db"),
    answersPath: path("answers.db"),
  };
}

/** What stands for a file in a store in memory. */
const IN_MEMORY = ":memory:";

/** The store; none where there is no folder to keep it in. */
export function openStore(settings: StoreSettings, dataDir: string | undefined, log: Log): RunningStore {
  const { place, keep } = settings;
  const folder = settings.folder ?? dataDir;
  if (place === "off") return new NoStore();
  if (place === "folder" && folder !== undefined)
    return new ThreadStore({ order: { ...storeFiles(folder), keep }, isInMemory: false, log });
  const order = { usagePath: IN_MEMORY, requestsPath: IN_MEMORY, keep };
  return new ThreadStore({ order, isInMemory: true, log });
}
