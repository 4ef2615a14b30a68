// `prices`: what each model costs, who says so and of which day it is; and `prices import FILE`. What the past costs is
// another command's.

import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { dataFolder } from "../../config/file/data-folder.ts";
import { cleanText } from "../../core/clean-text.ts";
import { systemClock } from "../../core/clock.ts";
import { errorCode } from "../../core/error-code.ts";
import { message } from "../../language/messages.ts";
import { UNIT_RATES } from "../../pricing/price.ts";
import {
  ageDays,
  type FoundPrice,
  MAX_AGE_DAYS,
  openPriceBook,
  type PriceBook,
} from "../../pricing/price-book.ts";
import type { TableHead } from "../../pricing/price-table.ts";
import { importPrices } from "../../pricing/price-tables.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import { type AskingOptions, askConfigured } from "../shared/configured.ts";
import { unwritableFolder } from "../shared/folder-problem.ts";
import { type CommandContext, type ExitCode, printJson, printNote, refuse } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** Options of `prices`. */
export type PricesOptions = AskingOptions & { readonly dataDir?: string } & {
  readonly [of in "from" | "to" | "model" | "dryRun"]?: string | boolean;
};

/** One target's price, as it is shown. */
type PricedRow = {
  readonly model: string;
  readonly endpoint: string;
  readonly upstream_model: string;
  /** Dollars for a million tokens; null where nobody knows, or there is none. */
  readonly input: number | null;
  readonly cached: number | null;
  readonly output: number | null;
  /** Dollars for one, by what is paid. */
  readonly other: Readonly<Record<string, number>>;
  readonly source: FoundPrice["source"] | "unpriced";
  readonly date: string | null;
};

/** Prints prices, or imports a table; exit code 1 where that is none, 3 where an endpoint did not answer. */
export async function runPrices(
  context: CommandContext,
  options: PricesOptions,
  word?: string,
  file?: string,
): Promise<ExitCode> {
  const dataDir = dataFolder({ flag: options.dataDir, env: context.env });
  const { from, to, model, dryRun } = options;
  if ([from, to, model, dryRun].some((given) => given !== undefined)) {
    refuse(context, {
      message: message("prices.onlyRecalculate"),
      next: message("next.helpOf", { name: "prices" }),
    });
    return 2;
  }
  if (word === "import" && file !== undefined) return importFile(context, dataDir, file);
  if (word !== undefined) {
    refuse(context, { message: message("prices.usage", { word }), fix: message("prices.fixUsage") });
    return 2;
  }
  const asked = await askConfigured(context, options);
  if (asked === undefined) return 1;
  const book = openPriceBook(dataDir, systemClock);
  book.tables.version(systemClock.nowMs());
  const rows = rowsOf(asked.table, book);
  const nowMs = systemClock.wallMs();
  if (context.isJson) {
    const tables = {
      table: describe(book.tables.snapshot?.head, nowMs),
      imported: describe(book.tables.imported?.head, nowMs),
    };
    printJson(context, { currency: "USD", tables, models: rows });
  } else print(context, book, rows, nowMs);
  return asked.failed.length > 0 ? 3 : 0;
}

async function importFile(context: CommandContext, dataDir: string, file: string): Promise<ExitCode> {
  const fix = message("prices.fixFile");
  const shown = cleanText(file);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(resolve(context.cwd, file), "utf8"));
  } catch (error) {
    const reason = errorCode(error);
    const words =
      reason === undefined
        ? message("prices.badFile", { file: shown })
        : message("prices.noFile", { file: shown, reason });
    refuse(context, { message: words, fix });
    return 1;
  }
  try {
    const head = { date: dayOf(systemClock.wallMs()), source: basename(file) };
    const imported = importPrices(dataDir, value, head);
    if (imported === undefined) {
      refuse(context, { message: message("prices.badFile", { file: shown }), fix });
      return 1;
    }
    if (context.isJson) printJson(context, { ok: true, ...imported, ...head });
    else context.terminal.out(context.text("prices.importedNow", { file: shown, ...imported }));
    return 0;
  } catch (error) {
    const reason = errorCode(error) ?? "unknown";
    const words = message("prices.unwritten", { folder: dataDir, reason });
    const known = await unwritableFolder(dataDir);
    refuse(context, known ?? { message: words, fix: message("prices.fixFolder") });
    return 1;
  }
}

function rowsOf(table: RoutingTable, book: PriceBook): readonly PricedRow[] {
  return table.publicModels().flatMap(({ name, targets, settings }) =>
    targets.map((target) => {
      const found = book.find(target, settings.price);
      const { input, output, cached, ...others } = found?.price.rates ?? {};
      const dollars = (rate: number | undefined): number | null =>
        rate === undefined || found === undefined ? null : ((rate / NANO) * found.factor) / WHOLE;
      return {
        model: name,
        endpoint: target.endpoint.name,
        upstream_model: target.upstreamModel,
        input: dollars(input),
        cached: dollars(cached),
        output: dollars(output),
        other: unitsOf(others, dollars),
        source: found?.source ?? ("unpriced" as const),
        date: found?.date ?? null,
      };
    }),
  );
}

const NANO = 1_000_000_000;
const WHOLE = 10_000;
const MILLION = 1_000_000;
/** Those of the rates that are for one and not for a million tokens. */
const UNITS: ReadonlySet<string> = new Set(UNIT_RATES);

function unitsOf(
  rates: Readonly<Record<string, number | undefined>>,
  dollars: (rate: number | undefined) => number | null,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(rates).flatMap(([name, rate]) => {
      const amount = UNITS.has(name) ? dollars(rate) : null;
      return amount === null || amount === 0 ? [] : [[name, amount / MILLION]];
    }),
  );
}

function describe(head: TableHead | undefined, nowMs: number): unknown {
  if (head === undefined) return null;
  const { source, date } = head;
  return { source, date, age_days: ageDays(date, nowMs) };
}

function print(context: CommandContext, book: PriceBook, rows: readonly PricedRow[], nowMs: number): void {
  const { terminal, text } = context;
  const header = ["model", "endpoint", "input", "cached", "output", "other", "source"] as const;
  const cells = rows.map((row) => [
    cleanText(row.model),
    cleanText(row.upstream_model === row.model ? row.endpoint : `${row.endpoint}/${row.upstream_model}`),
    amount(row.input),
    amount(row.cached),
    amount(row.output),
    Object.entries(row.other)
      .map(([unit, dollars]) => `${unit} ${dollars}`)
      .join(", "),
    sourceOf(context, row),
  ]);
  const titles = header.map((name) => text(`prices.${name}`));
  const options = { header: titles, right: [2, 3, 4], indent: "", width: terminal.outColumns(), blank: "-" };
  if (cells.length === 0) terminal.out(text("models.none"));
  else terminal.out(layOutTable(cells, options).join("\n"));
  printNote(context, text("prices.unit"));
  const { snapshot, imported } = book.tables;
  if (imported !== undefined) printNote(context, text("prices.importedAge", ageOf(imported.head, nowMs)));
  if (snapshot === undefined) printNote(context, text("prices.noTable"));
  else printNote(context, text("prices.tableAge", ageOf(snapshot.head, nowMs)));
  if (snapshot !== undefined && ageDays(snapshot.head.date, nowMs) > MAX_AGE_DAYS)
    printNote(context, text("prices.old", { days: MAX_AGE_DAYS }));
  const missing = rows.filter(({ source }) => source === "unpriced");
  const names = [...new Set(missing.map(({ endpoint, upstream_model }) => `${endpoint}/${upstream_model}`))];
  if (names.length > 0) printNote(context, text("prices.missing", { models: cleanText(names.join(", ")) }));
}

function amount(dollars: number | null): string {
  return dollars === null ? "-" : String(Number(dollars.toPrecision(6)));
}

function sourceOf({ text }: CommandContext, { source, date }: PricedRow): string {
  return text(`prices.${source}`, { date: date ?? "" });
}

function ageOf({ source, date }: TableHead, nowMs: number): { source: string; date: string; days: number } {
  return { source, date, days: ageDays(date, nowMs) };
}

function dayOf(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10);
}
