// `prices recalculate`: what past requests cost by the prices of today, a part at a time.

import { cleanText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, printNote, refuse } from "../terminal/command.ts";
import { acceptedValue, askAdmin } from "./ask-admin.ts";
import { spanProblem } from "./written-time.ts";

/** Options of `prices recalculate`. */
export type RecalculateOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly from?: string;
  readonly to?: string;
  readonly model?: string;
  readonly dryRun?: boolean;
};

type UnpricedLine = { readonly endpoint: string; readonly model: string; readonly requests: number };

/** What the admin API says of one part. */
type RecalculatedPart = {
  readonly from: string;
  readonly to: string;
  readonly dry_run: boolean;
  readonly rows: number;
  readonly changed: number;
  readonly kept: number;
  readonly cost_before: string;
  readonly cost_after: string;
  readonly unpriced: readonly UnpricedLine[];
  readonly next: number | null;
};

/** Exit code 1 where the store cannot be read or written, 2 where the line is wrong. */
export async function runRecalculate(
  context: CommandContext,
  options: RecalculateOptions,
  surplus?: string,
): Promise<ExitCode> {
  const wrong =
    surplus === undefined ? spanProblem(options) : message("prices.usage", { word: cleanText(surplus) });
  if (wrong !== undefined) {
    refuse(context, { message: wrong, next: message("next.helpOf", { name: "prices" }) });
    return 2;
  }
  let whole: RecalculatedPart | undefined;
  do {
    const { from, to = whole?.to, model, dryRun } = options;
    const body = { from, to, model, dry_run: dryRun, after: whole?.next ?? undefined };
    const answer = await askAdmin(context, options, { method: "POST", target: "/prices/recalculate", body });
    const part = acceptedValue<RecalculatedPart>(context, answer);
    if (part === undefined) {
      if (whole !== undefined) printNote(context, context.text("recalculate.part", { rows: whole.rows }));
      return 1;
    }
    whole = joined(whole, part);
  } while (whole.next !== null);
  if (context.isJson) {
    const { next: _none, ...told } = whole;
    printJson(context, { ...told, currency: "USD" });
  } else print(context, whole);
  return 0;
}

function joined(whole: RecalculatedPart | undefined, part: RecalculatedPart): RecalculatedPart {
  if (whole === undefined) return part;
  const unpriced = new Map(whole.unpriced.map((line) => [`${line.endpoint}/${line.model}`, line]));
  for (const line of part.unpriced) {
    const key = `${line.endpoint}/${line.model}`;
    const requests = (unpriced.get(key)?.requests ?? 0) + line.requests;
    unpriced.set(key, { ...line, requests });
  }
  return {
    ...part,
    rows: whole.rows + part.rows,
    changed: whole.changed + part.changed,
    kept: whole.kept + part.kept,
    cost_before: sumOf(whole.cost_before, part.cost_before),
    cost_after: sumOf(whole.cost_after, part.cost_after),
    unpriced: [...unpriced.values()],
  };
}

const DECIMALS = 9;

/** Exactly: dollars have nine decimals at most here. */
function sumOf(a: string, b: string): string {
  const sum = nanosOf(a) + nanosOf(b);
  const digits = String(sum).padStart(DECIMALS + 1, "0");
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  return `${digits.slice(0, -DECIMALS)}${fraction === "" ? "" : `.${fraction}`}`;
}

function nanosOf(written: string): bigint {
  const [whole = "0", fraction = ""] = written.split(".");
  return BigInt(`${whole}${fraction.padEnd(DECIMALS, "0")}`);
}

function print(context: CommandContext, whole: RecalculatedPart): void {
  const { terminal, text } = context;
  const { rows, changed, kept, cost_before: before, cost_after: after, unpriced, dry_run: isDry } = whole;
  terminal.out(
    terminal.wrapOut(text(isDry ? "recalculate.would" : "recalculate.done", { rows, changed }), 0),
  );
  terminal.out(text("recalculate.cost", { before, after }));
  if (kept > 0) printNote(context, text("recalculate.kept", { count: kept }));
  if (unpriced.length > 0) {
    const models = unpriced.map(({ endpoint, model, requests }) => `${endpoint}/${model} (${requests})`);
    printNote(context, text("recalculate.unpriced", { models: cleanText(models.join(", ")) }));
  }
  if (!isDry && changed > 0) printNote(context, text("recalculate.budgets"));
}
