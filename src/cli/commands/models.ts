// `models`: asks the endpoints and lists the public names, who serves each and with what share. Called by
// `program.ts`.

import { cleanText } from "../../core/clean-text.ts";
import { planOf } from "../../proxy/own/route-plan.ts";
import type { Model } from "../../routing/model.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import { type AskingOptions, askConfigured } from "../shared/configured.ts";
import { type CommandContext, type ExitCode, printJson } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";

/** Prints the models; exit code 3 when an endpoint did not answer. */
export async function runModels(context: CommandContext, options: AskingOptions): Promise<ExitCode> {
  const asked = await askConfigured(context, options);
  if (asked === undefined) return 1;
  const { table, failed } = asked;
  const models = [...table.models.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  if (options.json === true) {
    printJson(context, { models: models.map(describe), failed, notes: table.notes });
  } else {
    printModels(context, models);
    printClashes(context, table);
  }
  return failed.length > 0 ? 3 : 0;
}

function describe(model: Model): unknown {
  const { origin, strategy, fallbacks, candidates } = planOf(model);
  const served_by = candidates.map(({ endpoint, model: name, weight, priority, share_percent }) => ({
    endpoint,
    model: name,
    weight,
    priority,
    share_percent,
  }));
  const is_listed = model.isPublic && model.targets.length > 0;
  return { name: model.name, origin, is_listed, strategy, served_by, fallbacks };
}

function printModels(context: CommandContext, models: readonly Model[]): void {
  const { terminal, text } = context;
  if (models.length === 0) {
    terminal.out(text("models.none"));
    return;
  }
  const rows = models.map((model) => [
    cleanText(model.name),
    servedBy(context, model),
    notesOn(context, model).join(", "),
  ]);
  terminal.out(layOutTable(rows, { indent: "" }).join("\n"));
}

/** What a name means where two things are called so. */
function printClashes({ terminal }: CommandContext, table: RoutingTable): void {
  for (const { kind, message } of table.notes) {
    if (kind === "name_clash") terminal.out(`${terminal.symbols.warn} ${cleanText(message)}`);
  }
}

function servedBy(context: CommandContext, model: Model): string {
  const { candidates } = planOf(model);
  if (candidates.length === 0) return context.terminal.symbols.bad;
  const isRenamed = (name: string) => name !== model.name;
  return candidates
    .map(({ endpoint, model: name, priority, share_percent }) => {
      const target = cleanText(isRenamed(name) ? `${endpoint}/${name}` : endpoint);
      // Shares are those of the first tier; what stands behind it has none while that can serve.
      const isLater = model.isTiered && share_percent === 0;
      return isLater
        ? `${target} ${context.text("route.priority", { priority })}`
        : `${target} ${share_percent} %`;
    })
    .join(", ");
}

function notesOn({ text }: CommandContext, model: Model): string[] {
  if (model.targets.length === 0) return ["override without a usable target"];
  const notes: string[] = [];
  if (model.origin === "override") notes.push("override");
  else if (!model.isPublic) notes.push("not listed (hide_merged)");
  const { settings, fallbacks } = model;
  if (settings.strategy !== "weighted") notes.push(settings.strategy);
  const names = fallbacks.map((step) => cleanText(step.model)).join("; ");
  if (names !== "") notes.push(text("route.fallbacks", { models: names }));
  return notes;
}
