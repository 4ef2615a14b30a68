// Who says what an exchange costs, in the order of their authority: the configuration, the endpoint itself, a table that was
// imported, the table that comes with the program; else nobody, which is never 0.

import type { Clock } from "../core/clock.ts";
import { matchesGlob } from "../core/glob.ts";
import type { Cost, TokenUsage } from "../core/usage.ts";
import { costOf } from "./cost.ts";
import { type ConfiguredPrice, type ModelPrice, type Price, WHOLE_FACTOR } from "./price.ts";
import { type LooksFor, openPriceTables, type PriceTables } from "./price-tables.ts";

/** More models than a gateway has; clients may make names up where an endpoint takes any. */
const MAX_KNOWN = 2_000;
/** Nobody knows: never 0. */
export const UNPRICED: Cost = { nanoDollars: null, source: "unpriced", date: undefined };

/** Whose price is asked for. */
export type PricedTarget = {
  readonly endpoint: {
    readonly origin: string;
    readonly price?: ConfiguredPrice | undefined;
    readonly prices?: readonly ModelPrice[];
  };
  readonly upstreamModel: string;
};

/** A price and who says so. */
export type FoundPrice = {
  readonly price: Price;
  readonly factor: number;
  readonly source: "config" | "imported" | "table";
  readonly date: string | undefined;
};

/** What was used, at a price that was found; undefined: nobody has said one. */
export function costAt(found: FoundPrice | undefined, usage: TokenUsage): Cost {
  const { reportedNanoDollars } = usage;
  if (found?.source !== "config" && reportedNanoDollars !== undefined)
    return { nanoDollars: reportedNanoDollars, source: "endpoint", date: undefined };
  const nanoDollars = found === undefined ? undefined : costOf(usage, found.price, found.factor);
  if (found === undefined || nanoDollars === undefined) return UNPRICED;
  return { nanoDollars, source: found.source, date: found.date };
}

/** Prices by the tables of the program, and by what was imported into the data folder; undefined: nothing was. */
export function openPriceBook(
  dataDir: string | undefined,
  clock: Pick<Clock, "nowMs">,
  looks: LooksFor = "by_itself",
): PriceBook {
  return new PriceBook(openPriceTables(dataDir, looks), () => clock.nowMs());
}

/** Prices change: a table that is older is warned of. */
export const MAX_AGE_DAYS = 60;
const DAY_MS = 86_400_000;

/** Whole days since a day (YYYY-MM-DD). */
export function ageDays(date: string, wallMs: number): number {
  return Math.max(0, Math.floor((wallMs - Date.parse(date)) / DAY_MS));
}

/** Tokens of input to one of output, in most chats. */
const INPUT_SHARE = 3;

/** Three tokens in and one out; where there are no tokens, one of whatever is paid. */
function rankAt({ price, factor }: FoundPrice): number {
  const { input, output, ...others } = price.rates;
  const tokens = INPUT_SHARE * (input ?? 0) + (output ?? 0);
  const isTokens = input !== undefined || output !== undefined;
  return factor * (isTokens ? tokens : Math.max(0, ...Object.values(others)));
}

/** Prices of all targets. */
export class PriceBook {
  readonly tables: PriceTables;
  readonly #nowMs: () => number;
  /** By origin and model: a text made of both would be one more for each request. */
  readonly #known = new Map<string, Map<string, FoundPrice | null>>();
  #count = 0;
  #version = 0;
  readonly #unpriced = new Set<string>();
  #isAgeTold = false;

  constructor(tables: PriceTables, nowMs: () => number) {
    this.tables = tables;
    this.#nowMs = nowMs;
  }

  /** The price of a target; `modelPrice`: of the model that was asked for, in the configuration. Undefined: unknown. */
  find(target: PricedTarget, modelPrice?: ConfiguredPrice): FoundPrice | undefined {
    return this.#find(target, configuredFor(target, modelPrice), target.upstreamModel);
  }

  /**
   * The same without reading a table, which takes milliseconds: undefined too where this price has not been asked for yet.
   */
  findKnown(target: PricedTarget, modelPrice?: ConfiguredPrice): FoundPrice | undefined {
    const configured = configuredFor(target, modelPrice);
    if (configured?.price === undefined && !this.#isKnown(target)) return undefined;
    return this.#find(target, configured, target.upstreamModel);
  }

  /** The same for the model that an answer names, where the target's own name says nothing: a deployment, an alias. */
  findAnswered(
    target: PricedTarget,
    modelPrice: ConfiguredPrice | undefined,
    answered: string,
  ): FoundPrice | undefined {
    return this.#find(target, configuredFor(target, modelPrice), answered);
  }

  /** The targets, by key, whose answers used something that nobody has priced. */
  get unpriced(): readonly string[] {
    return [...this.#unpriced];
  }

  /** An answer of this target has used something that has no price; true the first time. */
  noteUnpriced(key: string): boolean {
    if (this.#unpriced.has(key) || this.#unpriced.size >= MAX_KNOWN) return false;
    this.#unpriced.add(key);
    return true;
  }

  /** How many days old the table of the program is, the first time that it is asked for and too old; else undefined. */
  oldAge(wallMs: number): number | undefined {
    if (this.#isAgeTold) return undefined;
    this.#isAgeTold = true;
    const { snapshot } = this.tables;
    const days = snapshot === undefined ? 0 : ageDays(snapshot.head.date, wallMs);
    return days > MAX_AGE_DAYS ? days : undefined;
  }

  /** What it costs, for comparison with other targets of the same model; Infinity where nobody knows. */
  rankOf(target: PricedTarget, modelPrice?: ConfiguredPrice): number {
    const found = this.find(target, modelPrice);
    return found === undefined ? Number.POSITIVE_INFINITY : rankAt(found);
  }

  #find(
    target: PricedTarget,
    configured: ConfiguredPrice | undefined,
    model: string,
  ): FoundPrice | undefined {
    if (configured?.price !== undefined) {
      const { price, factor } = configured;
      return { price, factor, source: "config", date: undefined };
    }
    const listed = this.#inTables(target.endpoint.origin, model);
    if (listed === undefined || configured === undefined) return listed;
    return { ...listed, factor: configured.factor, source: "config" };
  }

  #isKnown({ endpoint, upstreamModel }: PricedTarget): boolean {
    return this.#known.get(endpoint.origin)?.has(upstreamModel) === true;
  }

  #inTables(origin: string, model: string): FoundPrice | undefined {
    const version = this.tables.version(this.#nowMs());
    if (version !== this.#version || this.#count > MAX_KNOWN) {
      this.#version = version;
      this.#count = 0;
      this.#known.clear();
    }
    let models = this.#known.get(origin);
    const known = models?.get(model);
    if (known !== undefined) return known ?? undefined;
    const listed = this.#lookUp(hostOf(origin), model);
    if (models === undefined) {
      models = new Map();
      this.#known.set(origin, models);
    }
    models.set(model, listed ?? null);
    this.#count += 1;
    return listed;
  }

  #lookUp(host: string, model: string): FoundPrice | undefined {
    const { imported, snapshot } = this.tables;
    const own = imported?.find(host, model);
    if (imported !== undefined && own !== undefined)
      return { price: own, factor: WHOLE_FACTOR, source: "imported", date: imported.head.date };
    const price = snapshot?.find(host, model);
    if (snapshot === undefined || price === undefined) return undefined;
    return { price, factor: WHOLE_FACTOR, source: "table", date: snapshot.head.date };
  }
}

/** The narrowest one: of the model at this endpoint, of the model anywhere, of the endpoint. */
function configuredFor(
  { endpoint, upstreamModel }: PricedTarget,
  modelPrice: ConfiguredPrice | undefined,
): ConfiguredPrice | undefined {
  const { prices, price } = endpoint;
  return prices?.find(({ pattern }) => matchesGlob(pattern, upstreamModel))?.price ?? modelPrice ?? price;
}

function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).hostname.toLowerCase() : "";
}
