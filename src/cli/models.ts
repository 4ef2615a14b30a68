// `models`: asks the endpoints and lists the public names, who serves each and with what share. Called by
// `program.ts`.

import { cleanText } from "../core/clean-text.ts";
import { planOf } from "../proxy/route-plan.ts";
import type { Model } from "../routing/model.ts";
import { type CommandContext, type ExitCode, printJson } from "./command.ts";
import { type AskingOptions, askConfigured } from "./configured.ts";
import { layOutTable } from "./text-table.ts";

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
  }
  return failed.length > 0 ? 3 : 0;
}

function describe(model: Model): unknown {
  const { origin, candidates } = planOf(model);
  const served_by = candidates.map(({ endpoint, model: name, weight, share_percent }) => ({
    endpoint,
    model: name,
    weight,
    share_percent,
  }));
  return { name: model.name, origin, is_listed: model.isPublic && model.targets.length > 0, served_by };
}

function printModels(context: CommandContext, models: readonly Model[]): void {
  const { terminal, text } = context;
  if (models.length === 0) {
    terminal.out(text("models.none"));
    return;
  }
  const rows = models.map((model) => [cleanText(model.name), servedBy(context, model), noteOf(model)]);
  terminal.out(layOutTable(rows, { indent: "" }).join("\n"));
}

function servedBy(context: CommandContext, model: Model): string {
  const { candidates } = planOf(model);
  if (candidates.length === 0) return context.terminal.symbols.bad;
  const isRenamed = (name: string) => name !== model.name;
  return candidates
    .map(({ endpoint, model: name, share_percent }) => {
      const target = isRenamed(name) ? `${endpoint}/${name}` : endpoint;
      return `${cleanText(target)} ${share_percent} %`;
    })
    .join(", ");
}

function noteOf(model: Model): string {
  if (model.targets.length === 0) return "override without a usable target";
  if (model.origin === "override") return "override";
  return model.isPublic ? "" : "not listed (hide_merged)";
}
