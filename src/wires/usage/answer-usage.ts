// What one answer says that it has used, found as it passes: the counts of its wire, wherever they stand in a plain answer
// or in the events of a stream, and for work that is no tokens what tells its size. Reads what the endpoint sends, before
// anything is translated. Changes nothing, holds nothing back, and keeps a few hundred bytes.

import { MemberSearch, type ValueSink } from "../../bytes/member-search.ts";
import { SplitNeedle } from "../../bytes/split-needle.ts";
import { NO_USAGE, type TokenUsage } from "../../core/usage.ts";
import type { JsonObject } from "../errors/json-prefix.ts";
import type { Operation } from "../paths/operation.ts";
import { readBilledUnits, readExclusive, readInclusive, readPages } from "./read-usage.ts";

/** What is counted of an operation's answers. */
type Counting = "tokens" | "pictures" | "recording" | "video" | "ranking" | "any";

/** Those whose answers say more than `usage`, and those that say it although no column has it. */
const COUNTING: ReadonlyMap<string, Counting> = new Map([
  ["images_generations", "pictures"],
  ["images_edits", "pictures"],
  ["images_variations", "pictures"],
  ["audio_transcriptions", "recording"],
  ["audio_translations", "recording"],
  ["videos", "video"],
  ["rerank", "ranking"],
  ["score", "ranking"],
  ["embeddings", "ranking"],
  ["passthrough", "any"],
]);

const USAGE = Buffer.from('"usage"');
const META = Buffer.from('"meta"');
const USAGE_INFO = Buffer.from('"usage_info"');
const SERVICE_TIER = Buffer.from('"service_tier"');
const TIER = /^\s*:\s*"([^"\\]{1,40})"/;
const TIER_CHARS = 64;
const PICTURES: readonly Buffer[] = ['"b64_json"', '"url"'].map((key) => Buffer.from(key));
/** The name of the model, and the length of a recording or of a film, stand near the beginning. */
const HEAD_BYTES = 2_048;
const MODEL = /"model"\s*:\s*"([^"\\]{1,200})"/;
const SECONDS = /"(?:duration|seconds)"\s*:\s*"?(\d{1,7}(?:\.\d{1,9})?)[",\s}]/;

/** Whether anything of an operation's answers can be counted. Objects that are asked for again were counted when made. */
export function isCounted(operation: Operation): boolean {
  if (operation.model === "none" || operation.model === "path" || operation.upgrade !== undefined)
    return false;
  return operation.usagePaths.length > 0 || COUNTING.has(operation.name);
}

/** What a whole plain answer used; undefined where it does not say. */
export function usageOfPlain(operation: Operation, body: Buffer): TokenUsage | undefined {
  if (!isCounted(operation)) return undefined;
  const answer = new AnswerUsage(operation, false);
  answer.push(body);
  return answer.finish();
}

/** One answer's counts. */
export class AnswerUsage implements ValueSink {
  readonly #isExclusive: boolean;
  readonly #isStream: boolean;
  readonly #counting: Counting;
  readonly #search: MemberSearch;
  /** Cohere tells what it bills beside the results, and Mistral how many pages it has read. */
  readonly #others: readonly MemberSearch[];
  readonly #pictures: Pictures | undefined;
  /** The newest counts as they came: those of a chat's stream may come with every event, and only the last ones count. */
  #json: string | undefined;
  #usage: TokenUsage | undefined;
  #isFinal = false;
  #tier: string | undefined;
  /** The beginning, until what is wanted of it was found; undefined where nobody has to look at it. */
  #head: string | undefined;
  #model: string | undefined;

  /** `looksForModel`: the name that the answer has for its model is wanted. */
  constructor(operation: Operation, isStream: boolean, looksForModel = false) {
    const counting = COUNTING.get(operation.name) ?? "tokens";
    this.#isExclusive = operation.wire === "anthropic";
    this.#isStream = isStream;
    this.#counting = counting;
    this.#search = new MemberSearch(USAGE, isStream, this);
    const hasOthers = counting === "ranking" || counting === "any";
    this.#others = hasOthers
      ? [new MemberSearch(META, isStream, this), new MemberSearch(USAGE_INFO, isStream, this)]
      : NONE;
    this.#pictures = counting === "pictures" && !isStream ? new Pictures() : undefined;
    if (looksForModel || counting === "recording" || counting === "video") this.#head = "";
  }

  /** Whether the counts are those of the whole answer: a stream of Anthropic's tells its input first. */
  get isFinal(): boolean {
    return this.#isFinal;
  }

  /** The model that answered, by its own name; undefined where that is not told early, or was not looked for. */
  get model(): string | undefined {
    return this.#model;
  }

  /** Takes a piece of the answer, cut anywhere. */
  push(piece: Buffer): void {
    if (!this.#isStream) this.#lookForTier(piece);
    this.#search.push(piece);
    for (const other of this.#others) other.push(piece);
    this.#pictures?.push(piece);
    if (this.#head !== undefined) this.#lookAtHead(this.#head, piece);
  }

  /** What is known so far; undefined where nothing is. Reads what the last events have brought. */
  finish(): TokenUsage | undefined {
    this.#search.finish();
    for (const other of this.#others) other.finish();
    if (this.#json !== undefined) {
      this.#usage = readInclusive(parsed(this.#json)) ?? this.#usage;
      this.#json = undefined;
    }
    const usage = this.#withSize(this.#usage);
    if (usage === undefined || this.#tier === undefined || usage.serviceTier !== undefined) return usage;
    return { ...usage, serviceTier: this.#tier };
  }

  onValue(key: Buffer, json: string, depth: number): void {
    // In events of Anthropic, of Responses and of Groq they stand one deeper.
    if (depth < 1 || depth > (this.#isStream ? 2 : 1)) return;
    if (key !== USAGE) {
      this.#usage ??= key === META ? readBilledUnits(parsed(json)) : readPages(parsed(json));
      return;
    }
    if (!this.#isExclusive) {
      this.#isFinal = true;
      this.#json = json;
      return;
    }
    this.#isFinal ||= depth === 1;
    // Later events have only some of the counts, which take the place of earlier ones.
    this.#usage = readExclusive(parsed(json), this.#usage);
  }

  /** A thousand streams under way are not to keep the beginnings of their texts for a name that was found. */
  #lookAtHead(before: string, piece: Buffer): void {
    if (before.length >= HEAD_BYTES) return;
    const head = before + piece.toString("latin1", 0, HEAD_BYTES - before.length);
    this.#model ??= MODEL.exec(head)?.[1];
    const isTimed = this.#counting === "recording" || this.#counting === "video";
    const isOver = !isTimed && (this.#model !== undefined || head.length >= HEAD_BYTES);
    this.#head = isOver ? undefined : head;
  }

  /** Pictures, seconds and characters are counted only where there are no tokens to count. */
  #withSize(usage: TokenUsage | undefined): TokenUsage | undefined {
    const hasTokens = usage !== undefined && usage.input + usage.output > 0;
    if (this.#pictures !== undefined) {
      const images = this.#pictures.count;
      if (usage === undefined) return images === 0 ? undefined : { ...NO_USAGE, images };
      // What such models write is pictures, where nobody says otherwise.
      const { output, imageOutput } = usage;
      return { ...usage, images, imageOutput: imageOutput === 0 ? output : imageOutput };
    }
    const isTimed = this.#counting === "recording" || this.#counting === "video";
    if (!isTimed || this.#head === undefined || hasTokens || (usage?.seconds ?? 0) > 0) return usage;
    const seconds = Number(SECONDS.exec(this.#head)?.[1] ?? 0);
    return seconds === 0 ? usage : { ...(usage ?? NO_USAGE), seconds };
  }

  /** How the answer was served; it stands before the counts or behind them. */
  #lookForTier(piece: Buffer): void {
    if (this.#tier !== undefined) return;
    const at = piece.indexOf(SERVICE_TIER);
    if (at === -1) return;
    const start = at + SERVICE_TIER.length;
    this.#tier = TIER.exec(piece.toString("latin1", start, Math.min(piece.length, start + TIER_CHARS)))?.[1];
  }
}

const NONE: readonly MemberSearch[] = [];

/** Counts the pictures of an answer. */
class Pictures {
  readonly #needles = PICTURES.map((key) => new SplitNeedle(key));
  #count = 0;

  get count(): number {
    return this.#count;
  }

  push(piece: Buffer): void {
    for (const needle of this.#needles) {
      for (let at = needle.next(piece, 0); at !== -1; at = needle.next(piece, at)) this.#count += 1;
    }
  }
}

function parsed(json: string): JsonObject | undefined {
  try {
    return JSON.parse(json) as JsonObject;
  } catch {
    return undefined;
  }
}
