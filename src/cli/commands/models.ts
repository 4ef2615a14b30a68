// `models`: lists the public names, who serves each and with what share: as the running gateway has it, else by asking the
// endpoints.

import { cleanText } from "../../core/clean-text.ts";
import type { RoutingNote } from "../../routing/table/table-compiler.ts";
import { type ModelSnapshot, modelsInHealth } from "../../snapshot.ts";
import { askSnapshots } from "../control/running.ts";
import {
  type AskingOptions,
  askConfigured,
  type Unanswered,
  warnOfUnanswered,
} from "../shared/configured.ts";
import { type CommandContext, type ExitCode, printJson, printNote } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** Options of `models`. */
export type ModelsOptions = AskingOptions & { readonly dataDir?: string };

type Listed = {
  readonly models: readonly ModelSnapshot[];
  readonly notes: readonly RoutingNote[];
  readonly failed: readonly Unanswered[];
  /** Undefined where no gateway of this configuration runs. */
  readonly pid: number | undefined;
};

/** Prints the models; exit code 3 when an endpoint did not answer. */
export async function runModels(context: CommandContext, options: ModelsOptions): Promise<ExitCode> {
  const listed = (await listRunning(context, options)) ?? (await listAsked(context, options));
  if (listed === undefined) return 1;
  const { models, notes, failed, pid } = listed;
  if (context.isJson) {
    printJson(context, { models: models.map(describe), failed, notes, live: pid !== undefined });
  } else {
    printModels(context, models);
    printClashes(context, notes);
    if (pid !== undefined) printNote(context, context.text("route.live", { pid }));
  }
  return failed.length > 0 ? 3 : 0;
}

async function listRunning(context: CommandContext, options: ModelsOptions): Promise<Listed | undefined> {
  const [running] = await askSnapshots(context, options, "all");
  if (running === undefined) return undefined;
  const { models, notes, endpoints } = running.snapshot;
  const failed = warnOfUnanswered(
    context,
    endpoints.map(({ name, list }) => ({ endpoint: name, state: list.state, reason: list.reason })),
  );
  return { models, notes, failed, pid: running.pid };
}

async function listAsked(context: CommandContext, options: ModelsOptions): Promise<Listed | undefined> {
  const asked = await askConfigured(context, options);
  if (asked === undefined) return undefined;
  const { table, failed } = asked;
  return { models: modelsInHealth(table), notes: table.notes, failed, pid: undefined };
}

function describe({ plan, isListed }: ModelSnapshot): unknown {
  const { origin, strategy, fallbacks, candidates } = plan;
  const served_by = candidates.map(({ endpoint, model: name, weight, priority, share_percent }) => ({
    endpoint,
    model: name,
    weight,
    priority,
    share_percent,
  }));
  return { name: plan.model, origin, is_listed: isListed, strategy, served_by, fallbacks };
}

function printModels(context: CommandContext, models: readonly ModelSnapshot[]): void {
  const { terminal, text } = context;
  if (models.length === 0) {
    terminal.out(text("models.none"));
    return;
  }
  const rows = models.map((model) => [
    cleanText(model.plan.model),
    servedBy(context, model),
    notesOn(context, model).join(", "),
  ]);
  terminal.out(layOutTable(rows, { indent: "", width: terminal.outColumns() }).join("\n"));
}

/** What a name means where two things are called so. */
function printClashes({ terminal, text }: CommandContext, notes: readonly RoutingNote[]): void {
  for (const { kind, message } of notes) {
    if (kind === "name_clash")
      terminal.out(terminal.wrapOut(`${terminal.symbols.warn} ${cleanText(text(message))}`, 2));
  }
}

function servedBy(context: CommandContext, { plan, isTiered }: ModelSnapshot): string {
  const { candidates } = plan;
  if (candidates.length === 0) return context.terminal.symbols.bad;
  const isRenamed = (name: string) => name !== plan.model;
  return candidates
    .map(({ endpoint, model: name, priority, share_percent }) => {
      const target = cleanText(isRenamed(name) ? `${endpoint}/${name}` : endpoint);
      // Shares are those of the first tier; what stands behind it has none while that can serve.
      const isLater = isTiered && share_percent === 0;
      return isLater
        ? `${target} ${context.text("route.priority", { priority })}`
        : `${target} ${share_percent} %`;
    })
    .join(", ");
}

function notesOn({ text }: CommandContext, { plan, isPublic }: ModelSnapshot): string[] {
  if (plan.candidates.length === 0) return [text("models.unusable")];
  const notes: string[] = [];
  if (plan.origin === "override") notes.push(text("origin.override"));
  else if (!isPublic) notes.push(text("models.hidden"));
  if (plan.strategy !== "weighted") notes.push(plan.strategy);
  const names = plan.fallbacks.map((step) => cleanText(step.model)).join("; ");
  if (names !== "") notes.push(text("route.fallbacks", { models: names }));
  return notes;
}
