// `route MODEL`: a dry run. Says who could serve the model, who would be next, why others are skipped and what rests:
// as the running gateway has it, else from the lists of models alone.

import { cleanText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import { planOf, type RoutePlan } from "../../proxy/own/route-plan.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import { askRunning } from "../control/control-client.ts";
import { restLine } from "../control/rest-lines.ts";
import { type AskingOptions, askConfigured } from "../shared/configured.ts";
import {
  type CommandContext,
  type ExitCode,
  printFailure,
  printJson,
  printNote,
} from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** Options of `route`. */
export type RouteOptions = AskingOptions & { readonly dataDir?: string };

type Live = { readonly pid: number; readonly plan: RoutePlan };

/** The plan of the running gateway of this configuration, which knows what rests; undefined when there is none. */
async function askLive(
  context: CommandContext,
  options: RouteOptions,
  model: string,
): Promise<{ readonly isRunning: boolean; readonly live: Live | undefined }> {
  const { answers } = await askRunning(context, options, { ask: "plan", model });
  for (const { pid, answer } of answers) {
    const isPlan = typeof answer === "object" && answer !== null && "candidates" in answer;
    // It comes from `control-server.ts` of the same user, which sends what `Gateway.plan` gives.
    if (isPlan) return { isRunning: true, live: { pid, plan: answer as RoutePlan } };
  }
  return { isRunning: answers.length > 0, live: undefined };
}

/** Prints the plan for one public name: the running gateway's, or one as with every endpoint in health. */
export async function runRoute(
  context: CommandContext,
  options: RouteOptions,
  name: string,
): Promise<ExitCode> {
  const { isRunning, live } = await askLive(context, options, name);
  if (live !== undefined) {
    if (options.json === true) printJson(context, { ...live.plan, live: true });
    else {
      printPlan(context, live.plan, name);
      printNote(context, context.text("route.live", { pid: live.pid }));
    }
    return live.plan.next === null ? 1 : 0;
  }
  const asked = await askConfigured(context, options);
  if (asked === undefined) return 1;
  const model = asked.table.resolve(name);
  if (model === undefined) return refuseUnknown(context, asked.table, name);
  const plan = planOf(model);
  if (options.json === true) printJson(context, { ...plan, live: false });
  else {
    printPlan(context, plan, name);
    if (!isRunning) printNote(context, context.text("route.notLive"));
  }
  if (plan.next !== null) return asked.failed.length > 0 ? 3 : 0;
  const note = asked.table.notes.find((one) => one.kind === "no_usable_target" && one.model === model.name);
  const refused = cleanText(context.text(note?.message ?? message("route.unknown", { model: name })));
  printFailure(context, { message: refused, next: context.text("next.doctor") });
  return 1;
}

function printPlan(context: CommandContext, plan: RoutePlan, asked: string): void {
  const { terminal, text } = context;
  const origin = text(`origin.${plan.origin}`);
  const how =
    plan.strategy === "weighted"
      ? message(`origin.${plan.origin}`)
      : message("origin.with", { origin, strategy: plan.strategy });
  const isTiered = plan.candidates.some(({ priority }) => priority !== plan.candidates[0]?.priority);
  const rows = plan.candidates.map((candidate) => [
    `${candidate.is_next ? terminal.symbols.arrow : " "} ${cleanText(candidate.endpoint)}`,
    cleanText(candidate.model),
    text("start.weight", { weight: candidate.weight }),
    `${candidate.share_percent} %`,
    ...(isTiered ? [text("route.priority", { priority: candidate.priority })] : []),
    candidate.is_next ? text("route.next") : candidate.skipped === null ? "" : text(candidate.skipped),
  ]);
  // Where nobody lists the name as it was given, another spelling was found.
  const found = plan.model === asked ? "" : `${cleanText(asked)} ${terminal.symbols.arrow} `;
  const title = `${found}${text("reason.with", { reason: cleanText(plan.model), detail: how })}`;
  const lines = [
    terminal.wrapOut(title, 2),
    ...layOutTable(rows, { right: [3], width: terminal.outColumns() }),
  ];
  const fallbacks = plan.fallbacks.map(({ model, on }) => `${cleanText(model)} (${on.join(", ")})`);
  const rests = plan.candidates.flatMap((candidate) => candidate.rests);
  for (const rest of rests) lines.push(terminal.wrapOut(`    ${restLine(context, rest)}`, 6));
  if (fallbacks.length > 0)
    lines.push(terminal.wrapOut(`    ${text("route.fallbacks", { models: fallbacks.join("; ") })}`, 6));
  terminal.out(lines.join("\n"));
}

function refuseUnknown(context: CommandContext, table: RoutingTable, name: string): ExitCode {
  const { text } = context;
  const [guess] = table.nearest(name, 1);
  const hint = guess === undefined ? {} : { fix: text("fix.didYouMean", { name: cleanText(guess) }) };
  printFailure(context, {
    message: text("route.unknown", { model: cleanText(name) }),
    ...hint,
    next: text("next.models"),
  });
  return 1;
}
