// `route MODEL`: a dry run. Says who could serve the model, who would be next, why others are skipped and what rests:
// as the running gateway has it, else from the lists of models alone.

import { cleanText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import { planOf, type RoutePlan } from "../../proxy/own/route-plan.ts";
import { askRunning } from "../control/control-client.ts";
import { restLine } from "../control/rest-lines.ts";
import { type AskingOptions, askConfigured } from "../shared/configured.ts";
import {
  type CommandContext,
  type ExitCode,
  printFailure,
  printJson,
  printNote,
  refuse,
} from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** Options of `route`. */
export type RouteOptions = AskingOptions & { readonly dataDir?: string };

/** What a running gateway of this configuration says of a name. */
type Live =
  | { readonly kind: "plan"; readonly pid: number; readonly plan: RoutePlan }
  | { readonly kind: "unknown"; readonly nearest: string | undefined };

/** The plan of the running gateway, which knows what rests; undefined when none answers. */
async function askLive(
  context: CommandContext,
  options: RouteOptions,
  model: string,
): Promise<Live | undefined> {
  const { answers } = await askRunning(context, options, { ask: "plan", model });
  const lives = answers.flatMap(({ pid, answer }) => liveOf(pid, answer));
  return lives.find(({ kind }) => kind === "plan") ?? lives[0];
}

/** Of an answer that comes from `control-server.ts` of the same user; none of another version counts. */
function liveOf(pid: number, answer: unknown): Live[] {
  if (typeof answer !== "object" || answer === null) return [];
  // It is what `Gateway.plan` gives.
  if ("candidates" in answer) return [{ kind: "plan", pid, plan: answer as RoutePlan }];
  if (!("kind" in answer) || answer.kind !== "unknown_model") return [];
  const near = "nearest" in answer && Array.isArray(answer.nearest) ? answer.nearest : [];
  return [{ kind: "unknown", nearest: near.find((one) => typeof one === "string") }];
}

/** Prints the plan for one public name: the running gateway's, or one as with every endpoint in health. */
export async function runRoute(
  context: CommandContext,
  options: RouteOptions,
  name: string,
): Promise<ExitCode> {
  const live = await askLive(context, options, name);
  if (live?.kind === "unknown") return refuseUnknown(context, name, live.nearest);
  if (live !== undefined) {
    if (context.isJson) printJson(context, { ...live.plan, live: true });
    else {
      printPlan(context, live.plan, name);
      printNote(context, context.text("route.live", { pid: live.pid }));
    }
    return live.plan.next === null ? 1 : 0;
  }
  const asked = await askConfigured(context, options);
  if (asked === undefined) return 1;
  const model = asked.table.resolve(name);
  if (model === undefined) return refuseUnknown(context, name, asked.table.nearest(name, 1)[0]);
  const plan = planOf(model);
  if (context.isJson) printJson(context, { ...plan, live: false });
  else {
    printPlan(context, plan, name);
    printNote(context, context.text("route.notLive"));
  }
  if (plan.next !== null) return asked.failed.length > 0 ? 3 : 0;
  const note = asked.table.notes.find((one) => one.kind === "no_usable_target" && one.model === model.name);
  const refused = note?.message ?? message("route.unknown", { model: name });
  printFailure(context, { message: refused, next: message("next.doctor") });
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

function refuseUnknown(context: CommandContext, name: string, guess: string | undefined): ExitCode {
  const hint = guess === undefined ? {} : { fix: message("fix.didYouMean", { name: cleanText(guess) }) };
  refuse(context, {
    message: message("route.unknown", { model: name }),
    ...hint,
    next: message("next.models"),
  });
  return 1;
}
