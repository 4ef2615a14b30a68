// Reads off a running gateway what its start table says: endpoints, counts, oddities, and a model to try. Prints
// nothing.

import { chooseChatModel, isLoopback } from "../../catalogue/chat-probe.ts";
import type { EndpointStatus } from "../../catalogue/model-knowledge.ts";
import { type Message, message } from "../../language/messages.ts";
import { shellOf } from "../../language/shell.ts";
import type { Model, Target } from "../../routing/model.ts";
import type { RoutingTable } from "../../routing/table/table.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { EndpointRow, TableFacts } from "./start-block.ts";
import { tryCommand } from "./try-command.ts";

/** What the table is read from. */
export type FactSources = {
  readonly url: string;
  readonly statuses: readonly EndpointStatus[];
  readonly table: RoutingTable;
  readonly hasClientKeys: boolean;
  /** Where each endpoint was found, by its name, and what was found and is not used; undefined with a file. */
  readonly found: Found | undefined;
};

/** What detection adds to the table. */
export type Found = {
  readonly sources: ReadonlyMap<string, string>;
  readonly unused: readonly EndpointRow[];
};

const MOST_NOTES = 8;
/** After an answer of these a request would fail at once. */
const CANNOT_ANSWER: ReadonlySet<EndpointStatus["state"]> = new Set(["failed", "rejected_key", "disabled"]);

/** The facts of the start table. */
export function tableFacts(context: CommandContext, sources: FactSources): TableFacts {
  const { table, found } = sources;
  const models = table.publicModels();
  const usable = new Set(sources.statuses.filter(mayAnswer).map((status) => status.endpoint.name));
  const model = chooseModelToTry(models, usable);
  const key = sources.hasClientKeys ? context.text("start.keyPlaceholder") : undefined;
  return {
    rows: [
      ...sources.statuses.map((status) => rowOf(status, found?.sources.get(status.endpoint.name))),
      ...(found?.unused ?? []),
    ],
    isFound: found !== undefined,
    modelCount: models.length,
    sharedCount: models.filter(isShared).length,
    notes: shorten(table.notes.map((note) => note.message)),
    isAnyUsable: usable.size > 0,
    tryCommand:
      model === undefined
        ? undefined
        : tryCommand(
            { url: sources.url, model, clientKey: key, columns: context.terminal.errColumns() },
            shellOf(context.env),
          ),
  };
}

/** Whether a request to it could be answered, as far as its last answer tells. */
function mayAnswer({ endpoint, state }: EndpointStatus): boolean {
  return endpoint.weight > 0 && !CANNOT_ANSWER.has(state);
}

/**
 * The name that a person is asked to try: a model that chats, at an endpoint that may answer, on this machine where
 * there is one. Undefined where there is none: what fails at once is no advice.
 */
function chooseModelToTry(models: readonly Model[], usable: ReadonlySet<string>): string | undefined {
  const isUsable = ({ endpoint, weight, isUnlisted }: Target): boolean =>
    weight > 0 && !isUnlisted && usable.has(endpoint.name);
  const names = (isWanted: (target: Target) => boolean): readonly string[] =>
    models.filter((model) => model.targets.some(isWanted)).map((model) => model.name);
  const local = names((target) => isUsable(target) && isLoopback(target.endpoint));
  return chooseChatModel(local) ?? chooseChatModel(names(isUsable));
}

function isShared(model: Model): boolean {
  return new Set(model.targets.map((target) => target.endpoint.name)).size > 1;
}

function rowOf(status: EndpointStatus, source: string | undefined): EndpointRow {
  const { endpoint, modelCount, durationMs } = status;
  const row = { name: endpoint.name, weight: endpoint.weight, source };
  switch (status.state) {
    case "listed":
      return { ...row, mark: "ok", modelCount, durationMs, note: status.reason };
    case "static":
      return { ...row, mark: "ok", modelCount, durationMs: undefined, note: message("start.static") };
    case "saved":
      return { ...row, mark: "none", modelCount, durationMs: undefined, note: message("start.saved") };
    case "asking":
      return {
        ...row,
        mark: "none",
        modelCount: undefined,
        durationMs: undefined,
        note: message("start.waiting"),
      };
    case "disabled":
      return {
        ...row,
        mark: "none",
        modelCount: undefined,
        durationMs: undefined,
        note: message("start.disabled"),
      };
    case "no_list":
      return { ...row, mark: "warn", modelCount: undefined, durationMs, note: status.reason };
    case "failed":
    case "rejected_key": {
      const { reason = message("reason.no_answer") } = status;
      const detail = message("start.saved");
      const note = modelCount === 0 ? reason : message("reason.with", { reason, detail });
      return { ...row, mark: "bad", modelCount: modelCount === 0 ? undefined : modelCount, durationMs, note };
    }
  }
}

function shorten(notes: readonly Message[]): readonly Message[] {
  if (notes.length <= MOST_NOTES) return notes;
  return [...notes.slice(0, MOST_NOTES), message("note.more", { count: notes.length - MOST_NOTES })];
}
