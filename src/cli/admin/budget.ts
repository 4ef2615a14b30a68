// `budget`: what is left of the budgets of keys, of tags, and of all.

import { cleanText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";
import { acceptedValue, askAdmin } from "./ask-admin.ts";

/** Options of `budget`. */
export type BudgetOptions = { readonly config?: string; readonly dataDir?: string };

type BudgetLine = {
  readonly kind: "key" | "tag" | "all";
  readonly name: string | null;
  readonly per: "day" | "week" | "month" | "total";
  readonly until: string | null;
  readonly usd: string;
  readonly spent_usd: string;
  readonly reserved_usd: string;
  readonly unpriced: number;
  readonly is_spent: boolean;
};

/** Exit code 1 where no gateway runs. */
export async function runBudget(context: CommandContext, options: BudgetOptions): Promise<ExitCode> {
  const { terminal, text } = context;
  const answer = await askAdmin(context, options, { method: "GET", target: "/budgets" });
  const found = acceptedValue<{ readonly data: readonly BudgetLine[] }>(context, answer, {
    admin_not_found: { message: message("budget.noGateway"), next: message("next.serve") },
  });
  if (found === undefined) return 1;
  if (context.isJson) printJson(context, found.data);
  else if (found.data.length === 0) terminal.out(terminal.wrapOut(text("budget.none"), 0));
  else {
    const header = (["of", "per", "amount", "spent", "left", "until"] as const).map((key) =>
      text(`budget.${key}`),
    );
    const rows = found.data.map((budget) => [
      budget.kind === "all" ? text("budget.all") : cleanText(budget.name ?? "-"),
      text(`keys.per.${budget.per}`),
      budget.usd,
      budget.unpriced > 0 ? `≥ ${budget.spent_usd}` : budget.spent_usd,
      shareLeft(budget),
      budget.until?.slice(0, 16).replace("T", " ") ?? "-",
    ]);
    const table = layOutTable(rows, { header, right: [2, 3, 4], indent: "", width: terminal.outColumns() });
    terminal.out(table.join("\n"));
  }
  return 0;
}

function shareLeft({ usd, spent_usd: spent }: BudgetLine): string {
  const left = 1 - Number(spent) / Number(usd);
  return `${Math.floor(Math.max(0, left) * 100)} %`;
}
