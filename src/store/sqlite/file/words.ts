// Texts that come again and again, as numbers of the table `word`.

import type { DatabaseFile } from "./database-file.ts";

/** So many are remembered; the rest is looked up. */
const MAX_KNOWN = 20_000;
/** Of a longer text the beginning is kept: a client chooses some of them. */
const MAX_CHARS = 256;

/** The numbers of one file. What was given within a transaction that was undone has to be forgotten. */
export class WordTable {
  readonly #file: DatabaseFile;
  readonly #known = new Map<string, number>();
  readonly #tags = new Set<number>();

  constructor(file: DatabaseFile) {
    this.#file = file;
  }

  /** The number of a text; a new one where it has none. @throws as `DatabaseFile.prepare` */
  idOf(text: string): number {
    return this.#idOf(text.length > MAX_CHARS ? text.slice(0, MAX_CHARS) : text);
  }

  /** The number of a set of tags. @throws as `DatabaseFile.prepare` */
  tagsOf(tags: readonly string[]): number {
    if (tags.length === 0) return this.idOf("");
    const distinct = [...new Set(tags)].sort();
    const id = this.#idOf(JSON.stringify(distinct));
    if (this.#tags.has(id)) return id;
    const insert = this.#file.prepare("INSERT OR IGNORE INTO tag (tags, tag) VALUES (?, ?)");
    for (const tag of distinct) insert.run(id, this.idOf(tag));
    this.#tags.add(id);
    return id;
  }

  forget(): void {
    this.#known.clear();
    this.#tags.clear();
  }

  #idOf(text: string): number {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const id = this.#find(text) ?? this.#make(text);
    if (this.#known.size >= MAX_KNOWN) this.forget();
    this.#known.set(text, id);
    return id;
  }

  #find(text: string): number | undefined {
    const found = this.#file.prepare("SELECT id FROM word WHERE text = ?").get(text);
    return found === undefined ? undefined : Number(found["id"]);
  }

  #make(text: string): number {
    return Number(this.#file.prepare("INSERT INTO word (text) VALUES (?)").run(text).lastInsertRowid);
  }
}
