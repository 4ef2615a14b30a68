// Reads YAML into plain values and remembers where each of them stands; expands `${VAR}` on the way. Knows nothing
// of the configuration's keys.

import { type Message, message } from "../../language/messages.ts";
import type { Problems } from "../report/diagnostics.ts";
import type { Scalars, ShowLine } from "../report/excerpt.ts";
import { type FormPlace, isPlainKey } from "../report/showable.ts";
import type { Span } from "../report/span.ts";
import {
  type Aliases,
  aliasesOf,
  isAlias,
  isMap,
  isMerge,
  isScalar,
  isSeq,
  keyText,
  lastQuoteIn,
  parse,
  type Scalar,
  spanOf,
  type YAMLMap,
  type YamlDocument,
} from "./document.ts";
import { Expander, type Variables } from "./expander.ts";
import { type Path, Places } from "./places.ts";
import { mayBeTorn, scalarsOf } from "./scalars.ts";
import { hasMore, reportSyntax } from "./yaml-syntax.ts";

/** Values with their places. */
export type YamlSource = {
  readonly value: unknown;
  readonly places: Places;
  /** How lines of this text are shown. Costs a walk through all of it. */
  readonly showing: () => ShowLine;
  /** Texts over several lines where the form has one that may be shown. Costs the same walk, where there are any. */
  readonly torn: () => readonly Span[];
};

const DEEPEST = 64;
// Anchors that refer to anchors grow without bound ("billion laughs").
const MOST_NODES = 50_000;
const MOST_ALIASES = 1_000;
const MEND_SIZE = message("yaml.fixSize");
const START = { start: 0, end: 1 };
// What separates values: the parser takes some microseconds for each, so that they are counted before it starts.
const MARKS = /[\n,[\]{}]|: /g;
const MOST_MARKS = 2 * MOST_NODES;
// Lists in lists on one line: the parser takes seconds for some thousands of them.
const DEEP_LINE = /^[ \t]*(?:[-?:][ \t]+){64}/m;

/**
 * Parses; `undefined` when the text could not be read at all, the reason being in `problems`. `form` says what of it may
 * be shown. Never throws.
 */
export function parseYaml(
  text: string,
  variables: Variables,
  problems: Problems,
  form: FormPlace,
): YamlSource | undefined {
  let document: YamlDocument;
  let aliases: Aliases;
  if (hasMore(MARKS, text, MOST_MARKS)) {
    problems.add("OG104", START, message("yaml.tooManyValues"), { fix: MEND_SIZE });
    return undefined;
  }
  try {
    if (DEEP_LINE.test(text)) throw new RangeError("too deep");
    document = parse(text);
    aliases = aliasesOf(document, text);
  } catch {
    // The parser is recursive: thousands of brackets exhaust the stack.
    problems.add("OG104", START, message("yaml.tooDeep"), { fix: MEND_SIZE });
    return undefined;
  }
  const first = document.errors[0];
  if (first !== undefined) {
    const { code, pos } = first;
    const fault = { code, start: pos[0], end: pos[1], lastQuote: lastQuoteIn(document) };
    reportSyntax(text, fault, problems);
    return undefined;
  }
  const reader = new Reader(document, { variables, aliases }, problems);
  const value = reader.read();
  if (value === undefined) return undefined;
  const bounds = { deepest: DEEPEST, mostNodes: MOST_NODES };
  let walked: Scalars | undefined;
  const scalars = (): Scalars => {
    walked ??= scalarsOf({ text, document, aliases, form, bounds });
    return walked;
  };
  return {
    value: value.root,
    places: reader.places,
    showing: () => scalars().show,
    torn: () => (mayBeTorn(document, text) ? scalars().torn : []),
  };
}

/** A block that is being read: `taken` are the keys that it has, or has been given nothing for. */
type Filling = {
  readonly result: Record<string, unknown>;
  readonly path: Path;
  readonly taken: Set<string>;
  readonly depth: number;
};

class Reader {
  readonly places = new Places();
  readonly #document: YamlDocument;
  readonly #expander: Expander;
  readonly #aliases: Aliases;
  readonly #problems: Problems;
  #nodeCount = 0;
  #isTooLarge = false;

  constructor(
    document: YamlDocument,
    sources: { readonly variables: Variables; readonly aliases: Aliases },
    problems: Problems,
  ) {
    this.#document = document;
    this.#expander = new Expander(sources.variables, this.places, problems);
    this.#aliases = sources.aliases;
    this.#problems = problems;
  }

  read(): { readonly root: unknown } | undefined {
    const { contents } = this.#document;
    if (contents === null || (isScalar(contents) && contents.value === null)) return { root: {} };
    if (!isMap(contents)) {
      this.#problems.add("OG104", spanOf(contents), message("yaml.noBlock"));
      return undefined;
    }
    if (this.#aliases.size > MOST_ALIASES) {
      this.#refuse(message("yaml.tooManyAliases"));
      return undefined;
    }
    const root = this.#value(contents, []);
    return this.#isTooLarge ? undefined : { root };
  }

  #value(node: unknown, path: Path): unknown {
    this.#nodeCount++;
    if (this.#isTooLarge) return undefined;
    if (path.length > DEEPEST || this.#nodeCount > MOST_NODES) {
      this.#refuseSize();
      return undefined;
    }
    if (isAlias(node)) {
      const anchored = this.#aliases.get(node);
      if (anchored !== undefined) return this.#value(anchored, path);
      this.places.setValue(path, spanOf(node));
      this.places.setVariables(path, [], true);
      this.#problems.add("OG104", spanOf(node), message("yaml.noAnchor"), {
        fix: message("yaml.fixNoAnchor"),
      });
      return "";
    }
    if (!isMap(node) && !isSeq(node) && !isScalar(node)) return null;
    this.places.setValue(path, spanOf(node));
    if (
      node.tag?.startsWith("!") === true ||
      (node.tag !== undefined && !node.tag.startsWith("tag:yaml.org,2002:"))
    ) {
      this.#problems.add("OG104", spanOf(node), message("yaml.tags"), {
        fix: message("yaml.fixTags"),
      });
    }
    if (isMap(node)) return this.#map(node, path);
    if (isSeq(node)) return node.items.map((item, index) => this.#value(item, [...path, index]));
    return this.#scalar(node, path);
  }

  #map(node: YAMLMap, path: Path): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    this.#fill({ result, path, taken: new Set(), depth: 0 }, node);
    return result;
  }

  /** Puts a block's keys into a result, and after its own those of the blocks that `<<` merges into it. */
  #fill(filling: Filling, node: YAMLMap): void {
    const { path, result, taken } = filling;
    const own = this.#ownPairs(node, path).filter(([key, pair]) => isMerge(pair.key) || !taken.has(key));
    for (const [key, pair] of own) if (!isMerge(pair.key)) taken.add(key);
    for (const [key, { key: keyNode, value: node }] of own) {
      if (isMerge(keyNode)) {
        this.#merge(filling, node);
        continue;
      }
      const below = [...path, key];
      this.places.setKey(below, spanOf(keyNode));
      const value = this.#value(node, below);
      // A key with nothing behind it is the same as no key.
      if (value === null || value === undefined) continue;
      // Defined, not assigned: "__proto__" is a key like any other.
      Object.defineProperty(result, key, { value, enumerable: true, configurable: true, writable: true });
    }
  }

  /** Each key of a block once; a second one is reported. */
  #ownPairs(node: YAMLMap, path: Path): (readonly [string, YAMLMap["items"][number]])[] {
    const seen = new Map<string, Span>();
    return node.items.flatMap((pair) => {
      const key = keyText(pair.key);
      const keySpan = spanOf(pair.key);
      const first = seen.get(key);
      if (first === undefined) {
        seen.set(key, keySpan);
        return [[key, pair] as const];
      }
      const related = [{ at: first, message: message("config.firstGiven") }];
      // Below `routing`, keys are names of models.
      const isShown = key === "<<" || path[0] === "routing" || isPlainKey(key);
      const words = isShown ? message("yaml.keyTwice", { key }) : message("yaml.aKeyTwice");
      const fix = message(key === "<<" ? "yaml.fixMergeTwice" : "fix.keepOne");
      this.#problems.add("OG103", keySpan, words, { related, fix });
      return [];
    });
  }

  /** `<<: *defaults`, or a list of them, the first of which wins (YAML's type `merge`). */
  #merge(filling: Filling, node: unknown): void {
    for (const item of isSeq(node) ? node.items : [node]) {
      const block = isAlias(item) ? this.#aliases.get(item) : item;
      if (isAlias(item) && block === undefined) this.#value(item, [...filling.path, "<<"]);
      else if (isMap(block)) this.#mergeBlock(filling, block);
      else
        this.#problems.add("OG104", spanOf(item), message("yaml.badMerge"), {
          fix: message("yaml.fixBadMerge"),
        });
    }
  }

  #mergeBlock(filling: Filling, block: YAMLMap): void {
    // Keys that are taken already are looked at as well.
    this.#nodeCount += block.items.length;
    if (this.#nodeCount > MOST_NODES || filling.depth >= DEEPEST) this.#refuseSize();
    else this.#fill({ ...filling, depth: filling.depth + 1 }, block);
  }

  #refuseSize(): void {
    if (!this.#isTooLarge) this.#refuse(message("yaml.tooLarge"));
    this.#isTooLarge = true;
  }

  /** The file as a whole is at fault. */
  #refuse(words: Message): void {
    this.#problems.add("OG104", START, words, { fix: MEND_SIZE });
  }

  #scalar(node: Scalar, path: Path): unknown {
    if (typeof node.value !== "string") return node.value;
    return this.#expander.expandAt(node.value, { at: spanOf(node), path });
  }
}
