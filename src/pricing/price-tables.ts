// The two tables of prices: what a person has imported, and the snapshot that comes with the program. Neither is read at the
// start, and their text is let go when memory is wanted for something else.

import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { getRawAsset, isSea } from "node:sea";
import { gunzipSync } from "node:zlib";
import { giveFolders, giveToFolderOwner } from "../core/files/folder-owner.ts";
import { PriceTable, type TableHead } from "./price-table.ts";
import { slimTable } from "./slim-table.ts";

/** The build puts it beside the bundle, packed. */
const SNAPSHOT_FILE = "prices.json.gz";
/** Below the data folder: what was imported. */
const IMPORTED_FILE: readonly string[] = ["prices", "imported.json"];
/** Where the models of a table begin. */
const MODELS = '\n"models":{\n';
/** So often, in milliseconds, it is looked whether something was imported. */
const LOOK_MS = 10_000;
/** A larger file is none of ours. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Of the bundle, which is CommonJS; not there in a checkout. */
declare const __dirname: string | undefined;

/** Reads a text that may be asked for again at any time. */
type ReadsText = () => string;

/** What tables there are now. */
export interface PriceTables {
  readonly imported: PriceTable | undefined;
  readonly snapshot: PriceTable | undefined;
  /** Changes when one of them has; to be asked before what was found in them is used again. */
  version(nowMs: number): number;
  /** Something may have been imported: whoever asks next looks. */
  look(): void;
}

/** How it is found out that something was imported: looked for every few seconds, or only when `look` says so. */
export type LooksFor = "by_itself" | "when_told";

/**
 * Puts a table in LiteLLM's format into the data folder, in place of one that was imported before; a running gateway takes
 * it within seconds. Gives back how many models have a price in it; undefined where the value is no table.
 * @throws the system's error where it cannot be written
 */
export function importPrices(
  dataDir: string,
  value: unknown,
  head: { readonly date: string; readonly source: string },
): { readonly models: number; readonly left: number } | undefined {
  const slim = slimTable(value);
  if (slim === undefined) return undefined;
  const file = join(dataDir, ...IMPORTED_FILE);
  giveFolders(mkdirSync(dirname(file), { recursive: true, mode: 0o700 }), dirname(file));
  // Aside and renamed, so that no gateway reads half of it.
  const aside = `${file}.${process.pid}-${randomBytes(8).toString("hex")}.tmp`;
  try {
    writeFileSync(aside, `{"head":${JSON.stringify(head)},${MODELS}${slim.lines.join(",\n")}\n}}\n`, {
      mode: 0o600,
      flag: "wx",
    });
    giveToFolderOwner(aside);
    renameSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
  }
  return { models: slim.lines.length, left: slim.left };
}

/** The tables of a gateway; `dataDir` undefined: nothing was imported. */
export function openPriceTables(dataDir: string | undefined, looks: LooksFor = "by_itself"): PriceTables {
  const lookMs = looks === "by_itself" ? LOOK_MS : Number.POSITIVE_INFINITY;
  return new Tables(dataDir === undefined ? undefined : join(dataDir, ...IMPORTED_FILE), lookMs);
}

class Tables implements PriceTables {
  readonly #file: string | undefined;
  readonly #lookMs: number;
  #snapshot: { readonly table: PriceTable | undefined } | undefined;
  #imported: PriceTable | undefined;
  #stamp = "";
  #lookedMs = Number.NEGATIVE_INFINITY;
  #version = 0;

  constructor(file: string | undefined, lookMs: number) {
    this.#file = file;
    this.#lookMs = lookMs;
  }

  get imported(): PriceTable | undefined {
    return this.#imported;
  }

  get snapshot(): PriceTable | undefined {
    this.#snapshot ??= { table: tableOf(snapshotText) };
    return this.#snapshot.table;
  }

  version(nowMs: number): number {
    if (this.#file === undefined || nowMs - this.#lookedMs < this.#lookMs) return this.#version;
    this.#lookedMs = nowMs;
    const file = this.#file;
    const stamp = stampOf(file);
    if (stamp === this.#stamp) return this.#version;
    this.#stamp = stamp;
    const { hosts = {}, makers = [] } = this.snapshot?.head ?? {};
    // Whose API is at which host is no matter of prices: the program's own table says it for both.
    const own = stamp === "" ? undefined : tableOf(() => readFileSync(file, "utf8"));
    this.#imported = own?.under({ ...own.head, hosts, makers });
    this.#version += 1;
    return this.#version;
  }

  look(): void {
    this.#lookedMs = Number.NEGATIVE_INFINITY;
  }
}

/** Of an imported file: when it was written and how long it is; empty where there is none. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() !== true || found.size > MAX_BYTES ? "" : `${found.mtimeMs} ${found.size}`;
}

/** Undefined where the text cannot be had, or is no table. */
function tableOf(read: ReadsText): PriceTable | undefined {
  try {
    const text = keptWhileThereIsRoom(read);
    const head = headOf(text());
    return head === undefined ? undefined : new PriceTable(head, text);
  } catch {
    // Without a table models have no price, which shows wherever a cost would.
    return undefined;
  }
}

function headOf(text: string): TableHead | undefined {
  const end = text.indexOf(MODELS);
  if (end === -1) return undefined;
  const { head } = JSON.parse(`${text.slice(0, end).replace(/,\s*$/, "")}}`) as { head?: Partial<TableHead> };
  if (typeof head?.date !== "string" || typeof head.source !== "string") return undefined;
  return { hosts: {}, makers: [], ...head, date: head.date, source: head.source };
}

/** The text is read anew where it was let go. */
function keptWhileThereIsRoom(read: ReadsText): ReadsText {
  let kept: WeakRef<{ readonly text: string }> | undefined;
  return () => {
    const known = kept?.deref();
    if (known !== undefined) return known.text;
    const fresh = { text: read() };
    kept = new WeakRef(fresh);
    return fresh.text;
  };
}

function snapshotText(): string {
  if (isSea()) return gunzipSync(new Uint8Array(getRawAsset(SNAPSHOT_FILE))).toString();
  if (typeof __dirname === "string")
    return gunzipSync(readFileSync(join(__dirname, SNAPSHOT_FILE))).toString();
  return readFileSync(new URL("../../pricing/snapshot.json", import.meta.url), "utf8");
}
