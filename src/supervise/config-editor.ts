// Changes the configuration file for a person who is not at the machine: checked before it counts, written whole or not
// at all, and never over what somebody else has changed meanwhile.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { UnclearMark } from "../config/file/masked-text.ts";
import type { SourcedValue } from "../config/file/value-sources.ts";
import type { Diagnostic } from "../config/report/diagnostics.ts";
import { GatewayError } from "../core/errors.ts";
import { english, type Message, message } from "../language/messages.ts";
import type { Configuration, TriedText } from "./configuration.ts";
import { writeOver, writeWayOf } from "./replaced-file.ts";

/** Why a change was not made. */
export type EditRefusal =
  | "no_file"
  | "changed"
  | "broken"
  | "unclear"
  | "exposed"
  | "unwritable"
  /** The file, and the text that was sent. */
  | "too_large"
  | "too_long";

/** A longer one takes seconds to read, if in a thread: nobody edits so much by hand. */
export const MOST_CHARS = 256 * 1_024;

/** So many texts wait for their turn; whoever asks besides is told to come again. */
const MOST_WAITING = 20;

/** The refusal, with what is wrong in the text where that is why. */
export class ConfigEditRefused extends Error {
  readonly code: EditRefusal;
  /** The sentence, in whatever language it will be said. */
  readonly said: Message;
  readonly problems: readonly Diagnostic[];
  readonly unclear: readonly UnclearMark[];

  constructor(
    code: EditRefusal,
    said: Message,
    found: { readonly problems?: readonly Diagnostic[]; readonly unclear?: readonly UnclearMark[] } = {},
  ) {
    super(english(said));
    this.name = "ConfigEditRefused";
    this.code = code;
    this.said = said;
    this.problems = found.problems ?? [];
    this.unclear = found.unclear ?? [];
  }
}

/** The file as it is on the disk. Secrets are in its text. */
export type EditedFile = {
  readonly path: string;
  readonly shown: string;
  readonly text: string;
  /** Of this text. */
  readonly version: string;
  readonly isInForce: boolean;
  /** Whether another file can be put in its place, or this one be written. */
  readonly isWritable: boolean;
};

/** Puts the file as it is aside; rejects where that cannot be. */
export type KeepText = (before: EditedFile) => Promise<void>;

/** The editor of one running gateway. */
export class ConfigEditor {
  readonly #configuration: Configuration;
  #lastSave: Promise<unknown> = Promise.resolve();
  #lastText: Promise<unknown> = Promise.resolve();
  #texts = 0;

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
  }

  /** @throws ConfigEditRefused no_file, too_large */
  async read(): Promise<EditedFile> {
    const { file } = this.#configuration;
    if (file === undefined) throw new ConfigEditRefused("no_file", message("editor.noFile"));
    const { path, shown, written } = file;
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (text === undefined)
      throw new ConfigEditRefused("no_file", message("editor.unreadable", { file: shown }));
    if (text.length > MOST_CHARS)
      throw new ConfigEditRefused(
        "too_large",
        message("editor.tooLarge", { file: shown, most: MOST_CHARS / 1_024 }),
      );
    // What the gateway reads has no byte order mark.
    const isInForce = text.replace(/^\ufeff/, "") === written.text;
    const isWritable = (await writeWayOf(path)) !== "none";
    return { path, shown, text, version: versionOf(text), isInForce, isWritable };
  }

  /** A text for people: each secret is a mark. */
  masked(text: string): Promise<string> {
    return this.#inTurn(() => this.#configuration.reader.mask(text));
  }

  /** Checks a text as if it were the file; nothing changes. @throws ConfigEditRefused too_long */
  async tried(text: string): Promise<TriedText> {
    refuseLong(text);
    return await this.#inTurn(() => this.#configuration.tried(text));
  }

  /** What the file comes to: what is in force has been checked. */
  async triedFile({ text, isInForce }: EditedFile): Promise<TriedText> {
    const { file } = this.#configuration;
    if (!isInForce || file === undefined) return await this.tried(text);
    const { warnings, config } = file;
    return { problems: warnings, config };
  }

  /** Every value of the file with its source; none where it has errors. */
  sources({ text }: EditedFile): Promise<readonly SourcedValue[]> {
    const { reader } = this.#configuration;
    return this.#inTurn(() => reader.sources(text.replace(/^\ufeff/, ""), this.#configuration.textOptions()));
  }

  /** A text that people have changed, with its secrets. @throws ConfigEditRefused no_file, too_large, too_long, unclear */
  async restored(text: string): Promise<string> {
    refuseLong(text);
    const { text: known } = await this.read();
    const { text: whole, unclear } = await this.#inTurn(() =>
      this.#configuration.reader.restore(text, known),
    );
    if (unclear.length === 0) return whole;
    throw new ConfigEditRefused("unclear", message("editor.unclear"), { unclear });
  }

  /**
   * Writes a text with its secrets and puts it in force, where the file is still of this version; what it was before.
   * `keep` puts that aside before a file is written in place.
   * @throws ConfigEditRefused
   */
  apply(text: string, version: string, keep: KeepText): Promise<EditedFile> {
    const work = this.#lastSave.then(() => this.#apply(text, version, keep));
    this.#lastSave = work.catch(() => undefined);
    return work;
  }

  async #apply(text: string, version: string, keep: KeepText): Promise<EditedFile> {
    refuseLong(text);
    await this.#readVersion(version);
    const { problems, config } = await this.#configuration.tried(text);
    if (config === undefined) throw new ConfigEditRefused("broken", message("editor.broken"), { problems });
    if (this.#configuration.isRefused(config))
      throw new ConfigEditRefused("exposed", message("editor.exposed"));
    // The check took a while.
    const before = await this.#readVersion(version);
    const keepFirst = (): Promise<void> =>
      keep(before).catch(() => {
        throw new ConfigEditRefused("unwritable", message("editor.unkept", { file: before.shown }));
      });
    await writeOver(before.path, text, keepFirst).catch((error: unknown) => {
      if (error instanceof ConfigEditRefused) throw error;
      const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      throw new ConfigEditRefused("unwritable", message("editor.unwritable", { file: before.shown, code }));
    });
    const end = await this.#configuration.reload(true);
    if (end.kind === "broken")
      throw new ConfigEditRefused("broken", message("editor.broken"), { problems: end.problems });
    return before;
  }

  /**
   * One text after the other: a reload, and a save, wait for one of them and no more.
   * @throws GatewayError overloaded
   */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#texts > MOST_WAITING) throw new GatewayError("overloaded");
    this.#texts += 1;
    const turn = this.#lastText.then(() => {
      if (this.#configuration.reader.isClosed) throw new GatewayError("overloaded");
      return work();
    });
    this.#lastText = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.#texts -= 1;
    }
  }

  /** @throws ConfigEditRefused no_file, too_large, changed */
  async #readVersion(version: string): Promise<EditedFile> {
    const file = await this.read();
    if (file.version === version) return file;
    const now = { file: file.shown, version: file.version };
    throw new ConfigEditRefused("changed", message("editor.changed", now));
  }
}

/** @throws ConfigEditRefused too_long */
function refuseLong(text: string): void {
  if (text.length > MOST_CHARS)
    throw new ConfigEditRefused("too_long", message("editor.tooLong", { most: MOST_CHARS / 1_024 }));
}

/** Names a text. */
export function versionOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
