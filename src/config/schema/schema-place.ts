// A place in the schema: which keys are known there, and what of its values and keys may be shown.

import { type FormPlace, isPlainKey, type Showing } from "../report/showable.ts";
import { isBlock } from "../yaml/draft.ts";
import { rawJsonSchema } from "./schema.ts";

type Node = Readonly<Record<string, unknown>>;

const SHOWINGS: readonly unknown[] = ["word", "text", "address", "header"] satisfies readonly Showing[];

/** A place in the schema, of which all alternatives count. Asks the schema when it is first needed. */
export class SchemaPlace implements FormPlace {
  readonly #find: () => readonly unknown[];
  #nodes: readonly Node[] | undefined;
  /** The places below that were asked for; those that no key tells apart are one. */
  readonly #below = new Map<string, SchemaPlace>();

  /** The top of the file, where nothing is given. */
  constructor(find: () => readonly unknown[] = () => [rawJsonSchema()]) {
    this.#find = find;
  }

  get keys(): readonly string[] {
    return [...new Set(this.#alternatives.flatMap((node) => Object.keys(propertiesOf(node))))];
  }

  /** A text in place of a list counts as an entry of it. */
  get showing(): Showing | undefined {
    const nodes = this.#alternatives.flatMap((node) => [node, ...alternativesOf(node["items"])]);
    return nodes.map((node) => node["showing"]).find(isShowing);
  }

  showsKey(key: string): boolean {
    return (
      isPlainKey(key) ||
      this.#alternatives.some(
        (node) => isBlock(node["propertyNames"]) && isShowing(node["propertyNames"]["showing"]),
      )
    );
  }

  below(part: string | number): SchemaPlace {
    const isKnown =
      typeof part === "string" && this.#alternatives.some((node) => Object.hasOwn(propertiesOf(node), part));
    const name = typeof part === "number" ? "an entry" : isKnown ? `the key ${part}` : "any other key";
    let place = this.#below.get(name);
    if (place === undefined) {
      place = this.#placeBelow(part);
      this.#below.set(name, place);
    }
    return place;
  }

  #placeBelow(part: string | number): SchemaPlace {
    return new SchemaPlace(() =>
      this.#alternatives.flatMap((node) => {
        if (typeof part === "number") return node["items"] === undefined ? [] : [node["items"]];
        const properties = propertiesOf(node);
        if (Object.hasOwn(properties, part)) return [properties[part]];
        return isBlock(node["additionalProperties"]) ? [node["additionalProperties"]] : [];
      }),
    );
  }

  get #alternatives(): readonly Node[] {
    this.#nodes ??= this.#find().flatMap(alternativesOf);
    return this.#nodes;
  }
}

function isShowing(value: unknown): value is Showing {
  return SHOWINGS.includes(value);
}

function propertiesOf(node: Node): Node {
  return isBlock(node["properties"]) ? node["properties"] : {};
}

function alternativesOf(node: unknown): readonly Node[] {
  if (!isBlock(node)) return [];
  return Array.isArray(node["anyOf"]) ? node["anyOf"].flatMap(alternativesOf) : [node];
}
