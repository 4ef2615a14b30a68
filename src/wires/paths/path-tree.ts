// Paths with ids in them, such as `/files/{id}/content`: found segment by segment, a fixed word before an id.

import type { Operation } from "./operation.ts";

/** An operation by its path, with the ids that stand in it. */
export type PathFound = {
  /** Those of this path, one or more methods each. */
  readonly operations: readonly Operation[];
  /** The path with its ids decoded. */
  readonly path: string;
  /** The first id: that of the object. */
  readonly id: string;
};

/** What ids are made of: unreserved characters and what may stand in a path beside them (RFC 3986 §3.3). */
const ID = /^[A-Za-z0-9._~:@=+$!,-]{1,1024}$/;
const PLACEHOLDER = /^\{.*\}$/;

type TreeNode = {
  readonly words: Map<string, TreeNode>;
  any: TreeNode | undefined;
  readonly operations: Operation[];
};

function makeNode(): TreeNode {
  return { words: new Map(), any: undefined, operations: [] };
}

/** All such paths. */
export class PathTree {
  readonly #root = makeNode();

  /** Adds an operation whose path has placeholders in braces. */
  add(operation: Operation): void {
    let node = this.#root;
    for (const segment of operation.path.slice(1).split("/")) {
      if (PLACEHOLDER.test(segment)) {
        node.any ??= makeNode();
        node = node.any;
      } else {
        const known = node.words.get(segment) ?? makeNode();
        node.words.set(segment, known);
        node = known;
      }
    }
    node.operations.push(operation);
  }

  /**
   * What a path without its version means: undefined for none that is known, `bad_id` for one with an id that no
   * endpoint can have made.
   */
  find(path: string): PathFound | "bad_id" | undefined {
    const segments = path.slice(1).split("/");
    const found = walk(this.#root, segments, 0, []);
    if (found === undefined) return undefined;
    const decoded = segments.map((segment, at) => (found.ids.includes(at) ? idOf(segment) : segment));
    if (decoded.includes(undefined)) return "bad_id";
    const id = decoded[found.ids[0] ?? 0] ?? "";
    return { operations: found.node.operations, path: `/${decoded.join("/")}`, id };
  }
}

type WalkEnd = { readonly node: TreeNode; readonly ids: readonly number[] };

/** Words first: `/videos/characters/x` is no video of the name `characters`. As deep as the rows, whatever was sent. */
function walk(
  node: TreeNode,
  segments: readonly string[],
  at: number,
  ids: readonly number[],
): WalkEnd | undefined {
  const segment = segments[at];
  if (segment === undefined) return node.operations.length > 0 ? { node, ids } : undefined;
  const word = node.words.get(segment);
  const found = word === undefined ? undefined : walk(word, segments, at + 1, ids);
  if (found !== undefined || node.any === undefined) return found;
  return walk(node.any, segments, at + 1, [...ids, at]);
}

/** The id of a segment, decoded once; undefined for what is none. */
function idOf(segment: string): string | undefined {
  let id = segment;
  try {
    id = decodeURIComponent(segment);
  } catch {
    return undefined;
  }
  return isObjectId(id) ? id : undefined;
}

/** Whether a text can be an object's id, and stand as a segment of a path as it is. */
export function isObjectId(text: string): boolean {
  return ID.test(text) && text !== "." && text !== "..";
}
