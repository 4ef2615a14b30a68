// `route MODEL`: a dry run. Says who could serve the model, who would be next, and why others are skipped; sends
// nothing but the question for the lists of models. Called by `program.ts`.

import { cleanText } from "../core/clean-text.ts";
import { nearest } from "../core/nearest.ts";
import { planOf, type RoutePlan } from "../proxy/route-plan.ts";
import type { RoutingTable } from "../routing/table.ts";
import { type CommandContext, type ExitCode, printFailure, printJson } from "./command.ts";
import { type AskingOptions, askConfigured } from "./configured.ts";
import { layOutTable } from "./text-table.ts";

/** Prints the plan for one public name. */
export async function runRoute(
  context: CommandContext,
  options: AskingOptions,
  name: string,
): Promise<ExitCode> {
  const asked = await askConfigured(context, options);
  if (asked === undefined) return 1;
  const model = asked.table.resolve(name);
  if (model === undefined) return refuseUnknown(context, asked.table, name);
  const plan = planOf(model);
  if (options.json === true) printJson(context, plan);
  else printPlan(context, plan);
  if (plan.next !== null) return asked.failed.length > 0 ? 3 : 0;
  const note = asked.table.notes.find((one) => one.kind === "no_usable_target" && one.model === model.name);
  const message = cleanText(note?.message ?? context.text("route.unknown", { model: name }));
  printFailure(context, { message, next: context.text("next.doctor") });
  return 1;
}

function printPlan(context: CommandContext, plan: RoutePlan): void {
  const { terminal, text } = context;
  const how = plan.strategy === "weighted" ? plan.origin : `${plan.origin}, ${plan.strategy}`;
  const isTiered = plan.candidates.some(({ priority }) => priority !== plan.candidates[0]?.priority);
  const rows = plan.candidates.map((candidate) => [
    `${candidate.is_next ? terminal.symbols.arrow : " "} ${cleanText(candidate.endpoint)}`,
    cleanText(candidate.model),
    text("start.weight", { weight: candidate.weight }),
    `${candidate.share_percent} %`,
    ...(isTiered ? [text("route.priority", { priority: candidate.priority })] : []),
    candidate.is_next ? text("route.next") : (candidate.skipped ?? ""),
  ]);
  const title = `${cleanText(plan.model)} (${how})`;
  const lines = [title, ...layOutTable(rows, { right: [3] })];
  const fallbacks = plan.fallbacks.map(({ model, on }) => `${cleanText(model)} (${on.join(", ")})`);
  if (fallbacks.length > 0) lines.push(`    ${text("route.fallbacks", { models: fallbacks.join("; ") })}`);
  terminal.out(lines.join("\n"));
}

function refuseUnknown(context: CommandContext, table: RoutingTable, name: string): ExitCode {
  const { text } = context;
  const [guess] = nearest(name, table.models.keys());
  const hint = guess === undefined ? {} : { fix: text("fix.didYouMean", { name: cleanText(guess) }) };
  printFailure(context, {
    message: text("route.unknown", { model: cleanText(name) }),
    ...hint,
    next: text("next.models"),
  });
  return 1;
}
