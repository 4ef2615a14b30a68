// What is added up of some rows for one table, told apart by the values of its primary key: a tree of maps by numbers,
// which is several times as fast as one map by texts.

import type { FoldedColumn, FoldedRow } from "./folded-tables.ts";

/** A value of one column, and what is below it. */
class FoldNode<Leaf> {
  readonly below = new Map<number, FoldNode<Leaf>>();
  leaf: Leaf | undefined;

  child(value: number): FoldNode<Leaf> {
    const known = this.below.get(value);
    if (known !== undefined) return known;
    const node = new FoldNode<Leaf>();
    this.below.set(value, node);
    return node;
  }
}

/** The lines of one table while they are added up. */
export class FoldTree<Leaf> {
  readonly #columns: readonly FoldedColumn[];
  readonly #make: () => Leaf;
  readonly #root = new FoldNode<Leaf>();

  constructor(columns: readonly FoldedColumn[], make: () => Leaf) {
    this.#columns = columns;
    this.#make = make;
  }

  /** Where a row, with one of its tags, is added. */
  leafOf(row: FoldedRow, tag: number): Leaf {
    let node = this.#root;
    for (const column of this.#columns) node = node.child(column.valueOf(row, tag));
    node.leaf ??= this.#make();
    return node.leaf;
  }

  /** All lines, with the values of their primary keys, which hold until the next line. */
  each(take: (values: readonly number[], leaf: Leaf) => void): void {
    walk(this.#root, { values: [], depth: 0 }, take);
  }
}

function walk<Leaf>(
  { below, leaf }: FoldNode<Leaf>,
  { values, depth }: { readonly values: number[]; readonly depth: number },
  take: (values: readonly number[], leaf: Leaf) => void,
): void {
  if (leaf !== undefined) take(values, leaf);
  const next = { values, depth: depth + 1 };
  for (const [value, node] of below) {
    values[depth] = value;
    walk(node, next, take);
  }
}
