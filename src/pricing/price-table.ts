// A table of prices as text: a line for each model, found by its name and read when it is asked for. Thousands of models
// would take megabytes as objects; as text they are let go soon after they were asked for.

import { priceOfRow } from "./litellm-row.ts";
import type { Price } from "./price.ts";

/** What a table says of itself. */
export type TableHead = {
  /** The day of the prices, YYYY-MM-DD. */
  readonly date: string;
  /** Where they come from, in words. */
  readonly source: string;
  /** Whose API is at which host: names and ends of names, to the providers of the table. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** Those who make models: asked by a model's bare name, in this order. */
  readonly makers: readonly string[];
};

/** A day at the end of a model's name. */
const DAY = /[-@](?:\d{4}-\d{2}-\d{2}|\d{8})(?=$|:)/;
/** Azure and Bedrock put more around it. */
const LONGEST_NAME = 200;

/** One table. */
export class PriceTable {
  readonly head: TableHead;
  readonly #text: () => string;

  /** `text`: the lines, each `"provider/model":{…}` with or without a comma behind it, sorted or not. */
  constructor(head: TableHead, text: () => string) {
    this.head = head;
    this.#text = text;
  }

  /** The same table with another head. */
  under(head: TableHead): PriceTable {
    return new PriceTable(head, this.#text);
  }

  /**
   * The price of a model at a host; undefined where the table has none. At a host that it does not know the model's name
   * alone decides, as its maker has it.
   */
  find(host: string, model: string): Price | undefined {
    if (model.length > LONGEST_NAME) return undefined;
    const text = this.#text();
    const providers = this.#providersAt(host) ?? this.head.makers;
    const name = model.toLowerCase();
    for (const candidate of new Set([name, name.replace(DAY, "")])) {
      const prices = pricesOf(text, candidate, providers);
      for (const provider of providers) {
        const price = prices.get(provider);
        if (price !== undefined) return price;
      }
    }
    return undefined;
  }

  #providersAt(host: string): readonly string[] | undefined {
    const { hosts } = this.head;
    for (let rest = host; rest !== ""; ) {
      const found = Object.hasOwn(hosts, rest) ? hosts[rest] : undefined;
      if (found !== undefined) return found;
      const dot = rest.indexOf(".");
      rest = dot === -1 ? "" : rest.slice(dot + 1);
    }
    return undefined;
  }
}

/** The prices of a model at these providers, found in one pass: the text is long, and some request waits for it. */
function pricesOf(text: string, model: string, providers: readonly string[]): ReadonlyMap<string, Price> {
  const found = new Map<string, Price>();
  const mark = `/${JSON.stringify(model).slice(1)}:`;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
    // Each row is a line: its key is the provider, a slash and the model.
    const start = text.lastIndexOf("\n", at) + 1;
    const provider = providers.find((one) => text.slice(start, at) === `"${one}`);
    if (provider === undefined || found.has(provider)) continue;
    const price = priceIn(text, at + mark.length);
    if (price !== undefined) found.set(provider, price);
  }
  return found;
}

/** The price of the row that begins there, behind its key. */
function priceIn(text: string, from: number): Price | undefined {
  const end = text.indexOf("\n", from);
  const line = text.slice(from, end === -1 ? undefined : end).replace(/,\s*$/, "");
  try {
    return priceOfRow(JSON.parse(line) as Readonly<Record<string, unknown>>);
  } catch {
    // A line that was cut or written by hand is none.
    return undefined;
  }
}
