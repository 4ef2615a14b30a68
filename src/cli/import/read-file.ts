// Which program a file is of, and what can be taken over from it.

import { open, readFile, stat } from "node:fs/promises";
import type { DatabaseSync } from "node:sqlite";
import { plainValue } from "../../config/yaml/document.ts";
import { nodeSqlite } from "../../core/files/node-sqlite.ts";
import { channelsIn, importChannels } from "./channels.ts";
import type { ForeignFields } from "./fields.ts";
import { importGroups } from "./gpt-load.ts";
import type { Imported } from "./imported.ts";
import { importLitellm, isLitellm } from "./litellm.ts";

/** A file that is read in memory is no larger. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;
const SQLITE_MAGIC = "SQLite format 3\0";

/** The programs. */
type ImportSource = "LiteLLM" | "one-api" | "new-api" | "GPT-Load";

/** What was found. */
export type FoundImport = { readonly source: ImportSource; readonly imported: Imported };

/**
 * Reads a file; undefined where it is of none of these programs. Changes nothing.
 * @throws the system's error, or SQLite's
 */
export async function readImport(path: string): Promise<FoundImport | undefined> {
  if (await isDatabase(path)) return readDatabase(path);
  if ((await stat(path)).size > MAX_TEXT_BYTES) return undefined;
  const value = plainValue(await readFile(path, "utf8"));
  if (isLitellm(value)) return { source: "LiteLLM", imported: importLitellm(value) };
  const tables = channelsIn(value);
  if (tables === undefined) return undefined;
  return { source: tables.isNewApi ? "new-api" : "one-api", imported: importChannels(tables) };
}

async function isDatabase(path: string): Promise<boolean> {
  const file = await open(path, "r");
  try {
    const head = Buffer.alloc(SQLITE_MAGIC.length);
    await file.read(head, 0, head.length, 0);
    return head.toString("latin1") === SQLITE_MAGIC;
  } finally {
    await file.close();
  }
}

function readDatabase(path: string): FoundImport | undefined {
  const database = new (nodeSqlite().DatabaseSync)(path, { readOnly: true });
  try {
    const tables = new Set(
      rowsOf(database, "SELECT name FROM sqlite_master WHERE type = 'table'").map(nameOf),
    );
    if (tables.has("channels")) {
      const columns = new Set(rowsOf(database, "SELECT name FROM pragma_table_info('channels')").map(nameOf));
      const isNewApi = columns.has("tag") || columns.has("channel_info");
      const channels = rowsOf(database, "SELECT * FROM channels ORDER BY id");
      const tokens = tables.has("tokens") ? rowsOf(database, "SELECT * FROM tokens ORDER BY id") : [];
      const imported = importChannels({ channels, tokens, isNewApi });
      return { source: isNewApi ? "new-api" : "one-api", imported };
    }
    if (!tables.has("groups") || !tables.has("api_keys")) return undefined;
    const groups = rowsOf(database, "SELECT * FROM groups ORDER BY id");
    const keys = rowsOf(database, "SELECT * FROM api_keys ORDER BY id");
    return { source: "GPT-Load", imported: importGroups({ groups, keys }) };
  } finally {
    database.close();
  }
}

function rowsOf(database: DatabaseSync, statement: string): ForeignFields[] {
  const prepared = database.prepare(statement);
  prepared.setReadBigInts(true);
  return prepared
    .all()
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
      ),
    );
}

function nameOf(row: ForeignFields): string {
  return String(row["name"]);
}
