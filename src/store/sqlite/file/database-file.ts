// One database file: opened when it is needed, its tables brought up to date step by step, and opened anew where somebody
// has put another file in its place or has removed it.

import { chmodSync, mkdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { giveFolders, giveToFolderOwner } from "../../../core/files/folder-owner.ts";
import { nodeSqlite } from "../../../core/files/node-sqlite.ts";
import { StoreFailure } from "../../store-failure.ts";

/** Marks a file as one of this program: "OAIG". */
const APPLICATION_ID = 0x4f414947;
/** Where nothing is on the disk. */
const IN_MEMORY = ":memory:";
/** A log of changes that is larger is cut when it has been taken over. */
const JOURNAL_BYTES = 16 * 1024 * 1024;
/** What SQLite keeps beside the file. */
const COMPANIONS = ["-wal", "-shm", "-journal"];

/** The steps that make the tables, each in a transaction of its own; a step that was published is never changed. */
export type Migrations = readonly string[];

/** Which file, and how it is used. */
export type FileUse = {
  /** Absolute, or `IN_MEMORY`. */
  readonly path: string;
  readonly migrations: Migrations;
  readonly isReadOnly?: boolean;
  /** How long the thread waits for another program's lock. */
  readonly busyMs?: number;
  /** At most so many pages: for tests of a full disk. */
  readonly maxPages?: number | undefined;
};

type OpenDatabase = {
  readonly database: DatabaseSync;
  readonly statements: Map<string, StatementSync>;
  readonly inode: number | undefined;
};

/** One file. */
export class DatabaseFile {
  readonly #use: FileUse;
  #opened: OpenDatabase | undefined;
  /** Told whenever another file was opened, so that what is known of the one before is forgotten. */
  onOpened: () => void = () => undefined;

  constructor(use: FileUse) {
    this.#use = use;
  }

  get path(): string {
    return this.#use.path;
  }

  get isInMemory(): boolean {
    return this.#use.path === IN_MEMORY;
  }

  /** Whether there is a file, or something in memory. */
  get isThere(): boolean {
    return this.isInMemory ? this.#opened !== undefined : inodeOf(this.path) !== undefined;
  }

  /** Whether the file that was opened is still the one at its path. */
  get isReplaced(): boolean {
    if (this.#opened === undefined || this.isInMemory) return false;
    return inodeOf(this.path) !== this.#opened.inode;
  }

  /**
   * A statement, prepared once as long as the file is open.
   * @throws StoreFailure, an error of SQLite or of the system
   */
  prepare(sql: string): StatementSync {
    const { database, statements } = this.#open();
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    statements.set(sql, statement);
    return statement;
  }

  /**
   * A statement whose rows are lists of numbers, for what is certain to have no larger ones: three times as fast.
   * @throws as `prepare`
   */
  prepareLists(sql: string): StatementSync {
    const { database, statements } = this.#open();
    const name = `lists ${sql}`;
    const known = statements.get(name);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    statements.set(name, statement);
    return statement;
  }

  /** @throws as `prepare` */
  run(sql: string): void {
    this.#open().database.exec(sql);
  }

  /** Opens it, where it is not open. @throws as `prepare` */
  open(): DatabaseSync {
    return this.#open().database;
  }

  /**
   * All of the work or nothing. What is read meanwhile is of one moment.
   * @throws as `prepare`, and what the work throws
   */
  transaction<T>(work: () => T): T {
    const { database } = this.#open();
    database.exec(this.#use.isReadOnly === true ? "BEGIN" : "BEGIN IMMEDIATE");
    try {
      const result = work();
      database.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk has undone it already.
      if (database.isOpen && database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Bytes on the disk, or in memory. */
  bytes(): number {
    if (!this.isInMemory) return [this.path, `${this.path}-wal`].reduce((sum, path) => sum + sizeOf(path), 0);
    if (this.#opened === undefined) return 0;
    const { pages } = this.prepare(
      "SELECT page_count * page_size AS pages FROM pragma_page_count, pragma_page_size",
    ).get() as { pages: bigint };
    return Number(pages);
  }

  /** Never throws. */
  close(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    try {
      opened?.database.close();
    } catch {
      // What cannot be closed is let go.
    }
  }

  /**
   * Puts the file aside under a name with the moment in it; gives that name.
   * @throws the system's error
   */
  setAside(word: string, wallMs: number): string {
    this.close();
    const moment = new Date(wallMs).toISOString().replaceAll(":", "-");
    const aside = `${this.path}.${word}-${moment}`;
    renameSync(this.path, aside);
    for (const ending of COMPANIONS) moveIfThere(this.path + ending, aside + ending);
    return aside;
  }

  /** Removes the file. @throws the system's error */
  remove(): void {
    this.close();
    for (const ending of ["", ...COMPANIONS]) rmSync(this.path + ending, { force: true });
  }

  #open(): OpenDatabase {
    if (this.#opened !== undefined) return this.#opened;
    const { path, isReadOnly = false, busyMs = 250, maxPages } = this.#use;
    const mayMake = !this.isInMemory && !isReadOnly;
    if (mayMake) giveFolders(mkdirSync(dirname(path), { recursive: true, mode: 0o700 }), dirname(path));
    const { DatabaseSync } = nodeSqlite();
    const database = new DatabaseSync(path, { readOnly: isReadOnly, timeout: busyMs });
    // Before SQLite makes its files beside it, to which it gives the owner of this one.
    if (mayMake) giveToFolderOwner(path);
    try {
      if (!isReadOnly) this.#setUp(database, maxPages);
      else if (versionOf(database) !== this.#use.migrations.length)
        throw new StoreFailure("missing", "The tables of the store are not there yet.");
      const inode = this.isInMemory ? undefined : inodeOf(path);
      this.#opened = { database, statements: new Map(), inode };
    } catch (error) {
      database.close();
      throw error;
    }
    this.onOpened();
    return this.#opened;
  }

  #setUp(database: DatabaseSync, maxPages: number | undefined): void {
    const { path, migrations } = this.#use;
    // The first statement that touches the file: whatever is wrong with it shows here.
    const version = versionOf(database);
    if (version > migrations.length) throw new StoreFailure("newer", newerWords(version, migrations.length));
    // Only an empty file can still be told to give pages back.
    if (version === 0) database.exec("PRAGMA auto_vacuum = incremental");
    database.exec("PRAGMA journal_mode = wal; PRAGMA synchronous = normal; PRAGMA foreign_keys = off");
    database.exec(`PRAGMA journal_size_limit = ${JOURNAL_BYTES}`);
    if (maxPages !== undefined) database.exec(`PRAGMA max_page_count = ${maxPages}`);
    for (let step = version; step < migrations.length; step += 1) migrate(database, migrations, step);
    if (!this.isInMemory && process.platform !== "win32") makePrivate(path);
  }
}

/** Number of the last step that a file has taken. @throws an error of SQLite */
export function versionOf(database: DatabaseSync): number {
  const row = database.prepare("PRAGMA user_version").get();
  return Number(row?.["user_version"] ?? 0);
}

/** Whether a file is one of this program. @throws an error of SQLite */
export function isOurs(database: DatabaseSync): boolean {
  const row = database.prepare("PRAGMA application_id").get();
  return Number(row?.["application_id"] ?? 0) === APPLICATION_ID;
}

/** The step again that another process has just taken would fail: it looks once it has the lock. */
function migrate(database: DatabaseSync, migrations: Migrations, step: number): void {
  database.exec("BEGIN IMMEDIATE");
  try {
    if (versionOf(database) === step) {
      database.exec(migrations[step] ?? "");
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${step + 1}`);
    }
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** What is said of a file of a later program. */
function newerWords(found: number, known: number): string {
  return `The file of the store has tables of version ${found}, and this program knows up to ${known}: it is left alone. Use the newer oai-gateway, or another store.folder.`;
}

function makePrivate(path: string): void {
  for (const ending of ["", ...COMPANIONS]) {
    try {
      chmodSync(path + ending, 0o600);
    } catch {
      // Not there, or somebody else's, who has to know.
    }
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // There is none, or it has to stay; a new file makes its own.
    rmSync(from, { force: true });
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
