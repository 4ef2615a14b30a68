// What the operations on the configuration file do: the file for people, what a text would change, and its history.

import { setImmediate } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { selectEntries } from "../../catalogue/select.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import type { Diagnostic } from "../../config/report/diagnostics.ts";
import { message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import { Rotations } from "../../routing/balancer.ts";
import type { EndpointModels } from "../../routing/model.ts";
import { RoutingTable } from "../../routing/table/table.ts";
import type { Store } from "../../store/store.ts";
import type { ChangeItem } from "../../supervise/change-item.ts";
import { changeWords } from "../../supervise/change-words.ts";
import {
  type ConfigEditor,
  ConfigEditRefused,
  type EditedFile,
  MOST_CHARS,
  versionOf,
} from "../../supervise/config-editor.ts";
import { configChanges } from "../../supervise/plan-change.ts";
import { codedProblem, InvalidAsk, notThere } from "../operation/admin-error.ts";
import type { AdminParts } from "../operation/parts.ts";
import { servingOf } from "./serving.ts";

const HISTORY = "config_history";
/** Texts of the file that are kept. */
const MAX_HISTORY = 20;
/** Things that a change is told by, and names in each. */
const MAX_CHANGES = 100;
const MAX_CHANGED_NAMES = 20;

/** @throws GatewayError admin_not_found */
export function editorOf({ editor }: AdminParts): ConfigEditor {
  if (editor === undefined) throw notThere(message("refused.noEditor"));
  return editor;
}

/** Does something with the editor. @throws GatewayError for what it refuses */
export async function edited<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConfigEditRefused)) throw error;
    const { code, said: words, problems, unclear } = error;
    if (code === "no_file") throw notThere(words);
    if (code === "too_long")
      throw new InvalidAsk([
        { at: "body.text", message: message("admin.textTooLong", { most: MOST_CHARS / 1_024 }) },
      ]);
    if (code === "unclear")
      throw new InvalidAsk(
        unclear.map(({ line, reason }) => ({
          at: `body.text:${line}`,
          message: message(reason === "unknown" ? "admin.markUnknown" : "admin.markUnquoted"),
        })),
      );
    if (code === "broken")
      throw new InvalidAsk(
        problems
          .filter(({ severity }) => severity === "error")
          .slice(0, 50)
          .map((one) => ({ at: `body.text:${one.line}`, message: codedProblem(one) })),
      );
    throw new SaidRefusal("admin_conflict", words);
  }
}

/** The file as people see it. */
export async function fileFor(parts: AdminParts) {
  const editor = editorOf(parts);
  const file = await edited(() => editor.read());
  const { problems, config } = await editor.triedFile(file);
  const { path, shown, text, version, isInForce, isWritable } = file;
  return {
    ...{ path, shown, version },
    text: await editor.masked(text),
    is_writable: isWritable,
    is_in_force: isInForce && config !== undefined,
    problems: problems.map(toldProblem),
    sources: config === undefined ? [] : await editor.sources(file),
  };
}

/** A problem; its words are said in the reader's language when the answer is written. */
export function toldProblem({ code, severity, line, col, length, message: words, fix }: Diagnostic) {
  return { code, severity, line, column: col, length, message: words, fix: fix ?? null };
}

/** What would be different with another configuration. */
export async function changeTo(parts: AdminParts, after: GatewayConfig) {
  const serving = servingOf(parts);
  const before = serving.config();
  const changes = configChanges(before, after);
  // Requests go on between the parts of the work.
  await setImmediate();
  const endpoints = await differenceOf(before.plan.endpoints, after.plan.endpoints);
  await setImmediate();
  return {
    summary: changeWords(changes),
    changes: told(changes),
    endpoints,
    aliases: await differenceOf(before.plan.overrides, after.plan.overrides),
    models: namesThatChange(parts, after),
  };
}

/** The first of what changed, each with the first of its names: people read no more, and `count` tells how many there are. */
function told(changes: readonly ChangeItem[]): readonly ChangeItem[] {
  return changes.slice(0, MAX_CHANGES).map((one) => ({
    ...one,
    ...(one.names === undefined ? {} : { names: one.names.slice(0, MAX_CHANGED_NAMES) }),
  }));
}

/** Public names that would appear and vanish, by what the endpoints list now. */
export function namesThatChange(parts: AdminParts, after: GatewayConfig) {
  const serving = servingOf(parts);
  const before = new Set(
    serving
      .table()
      .publicModels()
      .map(({ name }) => name),
  );
  const now = new Set(
    tableOf(parts, after)
      .publicModels()
      .map(({ name }) => name),
  );
  return {
    appear: [...now].filter((name) => !before.has(name)).toSorted(),
    vanish: [...before].filter((name) => !now.has(name)).toSorted(),
  };
}

/** The names of a configuration that is not in force, by what the endpoints list now. */
export function tableOf(parts: AdminParts, config: GatewayConfig): RoutingTable {
  const known = new Map(
    servingOf(parts)
      .catalogue.lists()
      .map((list) => [list.endpointName, list]),
  );
  const lists = config.plan.endpoints.flatMap(({ name: endpointName, models }): EndpointModels[] => {
    if (models.kind === "static")
      return [{ endpointName, source: "static", entries: selectEntries(models, []) }];
    const list = known.get(endpointName);
    return list === undefined ? [] : [{ ...list, entries: selectEntries(models, list.entries) }];
  });
  return new RoutingTable(config.plan, lists, new Rotations());
}

/** Compared in one turn of the event loop. */
const SLICE_ENTRIES = 100;

type NamedEntry = { readonly name: string };

async function differenceOf(before: readonly NamedEntry[], after: readonly NamedEntry[]) {
  const old = new Map(before.map((one) => [one.name, one]));
  const now = new Map(after.map((one) => [one.name, one]));
  const changed: string[] = [];
  for (const [index, one] of after.entries()) {
    if (index % SLICE_ENTRIES === SLICE_ENTRIES - 1) await setImmediate();
    if (old.has(one.name) && !isSame(old.get(one.name), one)) changed.push(one.name);
  }
  return {
    added: [...now.keys()].filter((name) => !old.has(name)),
    removed: [...old.keys()].filter((name) => !now.has(name)),
    changed,
  };
}

/** Where an entry stands says nothing of it. */
function isSame(before: NamedEntry | undefined, after: NamedEntry): boolean {
  return isDeepStrictEqual({ ...before, definedAt: "" }, { ...after, definedAt: "" });
}

/** A text of the file, as it is kept. */
export type KeptText = {
  readonly id: string;
  readonly at: string;
  readonly actor: string;
  readonly summary: string;
  /** The same as data; texts that were kept by an older version have none. */
  readonly changes?: readonly ChangeItem[];
  readonly text: string;
};

/** The newest first. @throws StoreFailure */
export async function historyOf({ store }: AdminParts): Promise<readonly KeptText[]> {
  const records = (await store?.records(HISTORY)) ?? [];
  return records
    .map(({ id, text }): KeptText => ({ ...JSON.parse(text), id }))
    .toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** @throws GatewayError admin_not_found */
export async function keptText(parts: AdminParts, id: string): Promise<KeptText> {
  const found = (await historyOf(parts)).find((one) => one.id === id);
  if (found === undefined) throw notThere(message("refused.noText"));
  return found;
}

/** A text of the history for people. */
export async function toldText(parts: AdminParts, kept: KeptText) {
  const { id, at, actor, summary, changes = [], text } = kept;
  const { version } = await edited(() => editorOf(parts).read());
  const lines = text.split("\n").length;
  return { id, at, actor, summary, changes, lines, is_current: versionOf(text) === version };
}

/** Writes a text, puts it in force, and keeps it and the one before in the history. */
export async function applied(parts: AdminParts, actor: string, wanted: { text: string; version: string }) {
  const editor = editorOf(parts);
  const { config } = await edited(() => editor.tried(wanted.text));
  const change = config === undefined ? undefined : await changeTo(parts, config);
  const keepFirst = (file: EditedFile): Promise<void> => keepAsFound(parts, file);
  const before = await edited(() => editor.apply(wanted.text, wanted.version, keepFirst));
  const { summary = "", changes = [] } = change ?? {};
  await keepTexts(parts, before, { actor, summary, changes, text: wanted.text });
  const file = await fileFor(parts);
  const nothing = { added: [], removed: [], changed: [] };
  return {
    file,
    change: change ?? {
      summary: "",
      changes: [],
      endpoints: nothing,
      aliases: nothing,
      models: { appear: [], vanish: [] },
    },
  };
}

/** Keeps the text of the file, unless it is kept already or nothing is kept at all. @throws StoreFailure */
async function keepAsFound(parts: AdminParts, { text }: EditedFile): Promise<void> {
  const { store, clock } = parts;
  if (store === undefined || store.state().kind === "off") return;
  if ((await historyOf(parts)).some((known) => known.text === text)) return;
  await keep(store, clock.wallMs() - 1, { actor: "file", summary: "", text });
}

/** The file is written by now: a store that fails costs the history alone. */
async function keepTexts(
  parts: AdminParts,
  before: EditedFile,
  now: Omit<KeptText, "id" | "at">,
): Promise<void> {
  const { store, clock, log } = parts;
  if (store === undefined || store.state().kind === "off") return;
  try {
    await keepAsFound(parts, before);
    await keep(store, clock.wallMs(), now);
    for (const { id } of (await historyOf(parts)).slice(MAX_HISTORY)) await store.remove(HISTORY, id);
  } catch (error) {
    log.error(
      "config_store_unavailable",
      "The history of the configuration could not be written.",
      {},
      error,
    );
  }
}

async function keep(store: Store, wallMs: number, kept: Omit<KeptText, "id" | "at">): Promise<void> {
  const id = String(Math.trunc(wallMs)).padStart(15, "0");
  await store.put({
    kind: HISTORY,
    id,
    text: JSON.stringify({ at: new Date(wallMs).toISOString(), ...kept }),
  });
}
