// What the past costs by the prices of today: rows of the ledger priced anew, a slice at a time.

import type { Cost } from "../../core/usage.ts";
import { costAt, openPriceBook, type PriceBook } from "../../pricing/price-book.ts";
import type { Endpoint, RoutingPlan } from "../../routing/model.ts";
import { settingsOf } from "../../routing/table/model-settings.ts";
import type { LedgerQuestion, LedgerRow, Repricing } from "../../store/store.ts";
import { dollars } from "../operation/dollars.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import { flag, listOf, moment, name, object, orNull, text, timestamp, whole } from "../operation/shapes.ts";
import { storeOf } from "../operation/store-of.ts";

/** Rows of one transaction, and of one turn of the event loop: some milliseconds. */
const SLICE = 500;
/** Rows of one request: some seconds. */
const MOST = 20_000;
/** Models that are named, of those that have no price. */
const MAX_NAMED = 1_000;

const recalculate = operation({
  id: "recalculatePrices",
  tag: "usage",
  method: "POST",
  path: "/prices/recalculate",
  summary:
    "Prices past requests anew, and changes the sums by the difference; budgets stay as they were counted.",
  body: object(
    {
      from: moment("Only requests from here on; a day in UTC or a date with time and zone.").optional(),
      to: moment("Only requests until before here; now where it is left out.").optional(),
      model: name("Only this model, by its public name.").optional(),
      dry_run: flag("Only say what would be changed.").optional(),
      after: whole("The `next` of the answer before: goes on there.").optional(),
    },
    "Which of them.",
  ),
  answer: object(
    {
      from: timestamp("From here on."),
      to: timestamp("Until before here."),
      dry_run: flag("Whether nothing was changed."),
      rows: whole("Requests that were looked at: those that have used something."),
      changed: whole("Of these: with another cost, source or day of the price."),
      kept: whole("Of these: left as they are, since nobody knows their price any more, or their endpoint."),
      cost_before: text("What those that were priced cost before, in US dollars."),
      cost_after: text("What those that are priced cost now."),
      unpriced: listOf(
        object(
          {
            endpoint: text("Who answered."),
            model: text("As the endpoint calls it."),
            requests: whole("How many."),
          },
          "A model at an endpoint.",
        ),
        "What still has no price.",
      ),
      next: orNull(whole("Where the next request goes on; null: this was all.")),
    },
    "What was done.",
  ),
  run: async ({ parts, body, note }) => {
    const { from: fromMs = 0, to: toMs = parts.clock.wallMs(), model, after = 0 } = body;
    const isDry = body.dry_run === true;
    const run = new Recalculation(parts, isDry);
    const next = await run.go({ fromMs, toMs, model, afterId: after, limit: SLICE });
    const { changed, kept, rows, before, after: now, unpriced } = run;
    const times = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    const costs = { cost_before: dollars(before) ?? "0", cost_after: dollars(now) ?? "0" };
    if (changed > 0 && !isDry)
      await note({
        action: "prices.recalculate",
        subject: model ?? "",
        detail: { ...times, rows, changed, ...costs },
      });
    return {
      value: {
        ...times,
        dry_run: isDry,
        rows,
        changed,
        kept,
        ...costs,
        unpriced: [...unpriced.values()],
        next,
      },
    };
  },
});

/** The operations. */
export const PRICE_OPERATIONS: readonly AdminOperation[] = [recalculate];

type UnpricedModel = { readonly endpoint: string; readonly model: string; requests: number };

/** One request's part of it. */
class Recalculation {
  rows = 0;
  changed = 0;
  kept = 0;
  before = 0;
  after = 0;
  readonly unpriced = new Map<string, UnpricedModel>();
  readonly #parts: AdminParts;
  readonly #isDry: boolean;
  readonly #book: PriceBook;
  readonly #plan: RoutingPlan;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(parts: AdminParts, isDry: boolean) {
    this.#parts = parts;
    this.#isDry = isDry;
    // What was imported a moment ago counts, whether or not the gateway has seen it yet.
    this.#book = openPriceBook(parts.dataDir, parts.clock);
    this.#plan = parts.config.plan;
    this.#endpoints = new Map(this.#plan.endpoints.map((endpoint) => [endpoint.name, endpoint]));
  }

  /** Gives back where the next one goes on; null at the end. @throws StoreFailure */
  async go(question: LedgerQuestion): Promise<number | null> {
    const store = storeOf(this.#parts);
    for (let afterId = question.afterId; ; ) {
      const found = await store.ledger({ ...question, afterId });
      const changes = found.flatMap((row) => this.#price(row) ?? []);
      if (this.#isDry) this.changed += changes.length;
      else if (changes.length > 0) this.changed += await store.reprice(changes);
      const last = found.at(-1);
      if (last === undefined || found.length < question.limit) return null;
      afterId = last.id;
      if (this.rows >= MOST) return afterId;
    }
  }

  /** What of it is otherwise; undefined where nothing is. */
  #price(row: LedgerRow): Repricing | undefined {
    this.rows += 1;
    const cost = this.#costOf(row) ?? row.cost;
    this.before += row.cost.nanoDollars ?? 0;
    this.after += cost.nanoDollars ?? 0;
    if (cost.source === "unpriced") this.#noteUnpriced(row);
    const { nanoDollars, source, date } = row.cost;
    if (cost.nanoDollars === nanoDollars && cost.source === source && cost.date === date) return undefined;
    return { id: row.id, requestId: row.requestId, timeMs: row.timeMs, cost };
  }

  /** Undefined where it stays as it is: a cost that is known is never made unknown. */
  #costOf({ model, endpoint: endpointName, upstreamModel, usage, cost }: LedgerRow): Cost | undefined {
    if (cost.source === "none") return undefined;
    const endpoint = this.#endpoints.get(endpointName);
    const price = settingsOf(this.#plan, model).price;
    const found = endpoint === undefined ? undefined : this.#book.find({ endpoint, upstreamModel }, price);
    const now = endpoint === undefined ? undefined : costAt(found, usage);
    if (now !== undefined && now.source !== "unpriced") return now;
    if (cost.source !== "unpriced") this.kept += 1;
    return undefined;
  }

  #noteUnpriced({ endpoint, upstreamModel: model }: LedgerRow): void {
    const key = `${endpoint}/${model}`;
    const known = this.unpriced.get(key);
    if (known !== undefined) known.requests += 1;
    else if (this.unpriced.size < MAX_NAMED) this.unpriced.set(key, { endpoint, model, requests: 1 });
  }
}
