// Adds entries to the text of a configuration, and leaves all else of it as it is written.

import { type Document, isMap, isScalar, isSeq, parseDocument, YAMLMap, YAMLSeq } from "./document.ts";

/** An entry to add: to the list at a path or, with a key, to the map there. The comment stands above it. */
export type AddedEntry = {
  readonly path: readonly string[];
  readonly key?: string;
  readonly value: unknown;
  readonly comment?: string | undefined;
};

/**
 * A text with further entries; all else of it stays as it is written, comments and variables too.
 * @throws Error where the text is no YAML, or what is at a path is neither a list nor a map
 */
export function textWith(text: string, added: readonly AddedEntry[], comment?: string): string {
  const document: Document = parseDocument(text, { merge: true, uniqueKeys: false, logLevel: "error" });
  if (document.errors.length > 0) throw new Error("the text is no YAML");
  for (const entry of added) addEntry(document, entry);
  if (comment !== undefined)
    document.comment = document.comment ? `${document.comment}\n\n${comment}` : comment;
  return document.toString({
    lineWidth: 0,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
    // A text that is folded would not read as one for the rules.
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
}

function addEntry(document: Document, { path, key, value, comment }: AddedEntry): void {
  const isList = key === undefined;
  const holder = ownNode(document, path, isList);
  const node = document.createNode(value, { aliasDuplicateObjects: false });
  if (isList && isSeq(holder)) {
    if (comment !== undefined) node.commentBefore = comment;
    holder.add(node);
  } else if (!isList && isMap(holder)) {
    const pair = document.createPair(key, node);
    if (comment !== undefined && isScalar(pair.key)) pair.key.commentBefore = comment;
    holder.add(pair, true);
  } else throw new Error(`${path.join(".")} cannot take an entry`);
}

/** The list or map at a path, as a node that nothing else stands for: what an anchor or a merge gives is copied there. */
function ownNode(document: Document, path: readonly string[], isList: boolean): unknown {
  if (document.contents === null || (isScalar(document.contents) && document.contents.value === null))
    document.contents = new YAMLMap(document.schema);
  let holder: unknown = document.contents;
  for (const [at, step] of path.entries()) {
    if (!isMap(holder)) throw new Error(`${path.slice(0, at).join(".")} is no map`);
    const known: unknown = holder.get(step, true);
    let child = known;
    if (!isMap(known) && !isSeq(known)) {
      const given = valueIn(document.toJS({ maxAliasCount: -1 }), path.slice(0, at + 1));
      const isLast = at === path.length - 1;
      const empty = isLast && isList ? new YAMLSeq(document.schema) : new YAMLMap(document.schema);
      child = given === undefined || given === null ? empty : document.createNode(given);
      holder.set(step, child);
    }
    holder = child;
  }
  return holder;
}

function valueIn(value: unknown, path: readonly string[]): unknown {
  let found = value;
  for (const step of path) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, step)?.value;
  }
  return found;
}
