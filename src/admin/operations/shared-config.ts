// The configuration in force, and the endpoints and aliases of it that lie in the store. What the file sets is shown with
// its place, and is changed there.

import { maskKey } from "../../core/mask.ts";
import { type Message, message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import { STORE_SOURCE } from "../../overlay/lay-over.ts";
import type { Overlay, OverlayItem } from "../../overlay/overlay.ts";
import { type OverlayKind, withKeptSecrets, withoutSecrets } from "../../overlay/overlay-entry.ts";
import { OverlayRefusal } from "../../overlay/overlay-refusal.ts";
import { COMMAND_LINE } from "../login/actor.ts";
import { codedProblem, InvalidAsk, notMade, problemsOf } from "../operation/admin-error.ts";
import { type AdminOperation, type Ask, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import {
  anything,
  checked,
  choice,
  flag,
  listOf,
  mapOf,
  name,
  object,
  orNull,
  said,
  text,
  whole,
  wholeInQuery,
} from "../operation/shapes.ts";

const item = object(
  {
    kind: choice(["endpoint", "alias"], "What it is."),
    name: text("Its name."),
    source: text("`store`, or the place in the file, such as `config.yaml:14`."),
    version: orNull(whole("Counts the changes of an entry of the store; null for what the file sets.")),
    is_in_force: flag(
      "False for an entry of the store that does not fit, or whose name the file has as well.",
    ),
    problem: orNull(said("What keeps it out of force.")),
    value: anything(
      "An entry of the store as the file would have it, secrets masked; of the file an endpoint's `base_url`, an alias's targets.",
    ),
  },
  "An endpoint or an alias.",
).meta({ id: "ConfigItem" });

const versionQuery = object(
  {
    version: wholeInQuery(
      "Only while this is its version (0: only where there is none); else 409.",
    ).optional(),
  },
  "A guard against undoing another's change.",
);

const items = object({ data: listOf(item, "The entries.").max(200_000) }, "The entries.");

const getConfig = operation({
  id: "getConfig",
  tag: "configuration",
  method: "GET",
  path: "/config",
  summary: "Every endpoint and alias with where it comes from.",
  query: object(
    {
      secrets: choice(["masked", "plain"], "`plain` is for commands of this machine's user only.").optional(),
    },
    "How it is shown.",
  ),
  answer: items,
  run: async ({ parts, query, actor }) => {
    const isPlain = query.secrets === "plain";
    if (isPlain && actor !== COMMAND_LINE)
      throw new SaidRefusal("admin_not_allowed", message("refused.exportOnly"));
    return { value: { data: await itemsOf(parts, isPlain) } };
  },
});

const listAliases = operation({
  id: "listAliases",
  tag: "configuration",
  method: "GET",
  path: "/aliases",
  summary: "The aliases of the file and of the store.",
  answer: items,
  run: async ({ parts }) => ({
    value: { data: (await itemsOf(parts, false)).filter(({ kind }) => kind === "alias") },
  }),
});

const putEndpoint = operation({
  id: "putEndpoint",
  tag: "configuration",
  method: "PUT",
  path: "/endpoints/{name}",
  summary: "Adds an endpoint, or puts it in place of that of the store; in force at once.",
  query: versionQuery,
  body: mapOf(anything("A value."), "The keys of an entry of `endpoints`; `name` may be left out."),
  answer: item,
  run: async (ask) => {
    const { body, params } = ask;
    const called = params["name"] ?? "";
    if (body["name"] !== undefined && body["name"] !== called)
      throw new InvalidAsk([{ at: "body.name", message: message("ask.otherName") }]);
    return { value: await put(ask, "endpoint", { ...body, name: called }) };
  },
});

const putAlias = operation({
  id: "putAlias",
  tag: "configuration",
  method: "PUT",
  path: "/aliases/{name}",
  summary: "Adds an alias, or puts it in place of that of the store; in force at once.",
  query: versionQuery,
  body: object(
    {
      targets: listOf(
        anything("`endpoint/model`, or an object with `target` and `weight`."),
        "As a name of `routing.model_overrides` has them.",
      ),
    },
    "The alias.",
  ),
  answer: item,
  run: async (ask) => ({ value: await put(ask, "alias", ask.body.targets) }),
});

const deleteEndpoint = operation({
  id: "deleteEndpoint",
  tag: "configuration",
  method: "DELETE",
  path: "/endpoints/{name}",
  summary: "Takes an endpoint of the store away; requests under way end as they would have.",
  query: versionQuery,
  run: (ask) => remove(ask, "endpoint"),
});

const deleteAlias = operation({
  id: "deleteAlias",
  tag: "configuration",
  method: "DELETE",
  path: "/aliases/{name}",
  summary: "Takes an alias of the store away.",
  query: versionQuery,
  run: (ask) => remove(ask, "alias"),
});

/** The operations. */
export const SHARED_CONFIG_OPERATIONS: readonly AdminOperation[] = [
  getConfig,
  putEndpoint,
  deleteEndpoint,
  listAliases,
  putAlias,
  deleteAlias,
];

const checkedName = name("The name.");

type ItemKind = Exclude<OverlayKind, "switch">;

type ChangeAsk = Pick<
  Ask<Record<string, string>, { readonly version?: number | undefined }, unknown>,
  "parts" | "params" | "query" | "note"
>;

async function put({ parts, params, query, note }: ChangeAsk, kind: ItemKind, value: unknown) {
  const called = params["name"] ?? "";
  const { problems = [] } = checked(checkedName, called);
  if (problems.length > 0) throw new InvalidAsk(problems.map((problem) => ({ ...problem, at: "name" })));
  const whole = kind === "endpoint" ? await withSecrets(parts, called, value) : value;
  const made = await kept(() => overlayOf(parts).put(kind, called, whole, query.version));
  const shown = shownItem(made, kind, false);
  await note({ action: `${kind}.put`, subject: called, detail: withoutSecrets(value, () => "…") });
  return shown;
}

/**
 * The settings of an endpoint with the secrets that their masks stand for: whoever changes something else sends back what
 * was shown.
 * @throws InvalidAsk
 */
export async function withSecrets(parts: AdminParts, called: string, value: unknown): Promise<unknown> {
  const stored = await kept(() => overlayOf(parts).list());
  const known = stored.find(({ entry }) => entry.kind === "endpoint" && entry.name === called)?.entry.value;
  const { value: whole, unclear } = withKeptSecrets(value, known, maskKey);
  if (unclear.length === 0) return whole;
  throw new InvalidAsk(
    unclear.map((mask) => ({
      at: "body",
      message: message("ask.unclearMask", { mask: mask.slice(0, 80) }),
    })),
  );
}

async function remove({ parts, params, query, note }: ChangeAsk, kind: ItemKind) {
  const called = params["name"] ?? "";
  await kept(() => overlayOf(parts).remove(kind, called, query.version));
  await note({ action: `${kind}.delete`, subject: called });
  return { value: undefined };
}

/** What the file or a detection gave, then what the store has. */
async function itemsOf({ config, overlay }: AdminParts, isPlain: boolean) {
  const { endpoints, overrides } = config.plan;
  const stored = overlay === undefined ? [] : await kept(() => overlay.list());
  const ofFile = { version: null, is_in_force: true, problem: null };
  return [
    ...endpoints
      .filter(({ definedAt }) => definedAt !== STORE_SOURCE)
      .map(({ name: called, definedAt: source, baseUrl }) => ({
        kind: "endpoint" as const,
        name: called,
        source,
        ...ofFile,
        value: { base_url: baseUrl },
      })),
    ...overrides
      .filter(({ definedAt }) => definedAt !== STORE_SOURCE)
      .map(({ name: called, definedAt: source, targets }) => ({
        kind: "alias" as const,
        name: called,
        source,
        ...ofFile,
        value: targets.map((target) =>
          target.kind === "every" ? "*" : `${target.endpointName}/${target.model}`,
        ),
      })),
    ...stored.flatMap((one) => {
      const { kind } = one.entry;
      return kind === "switch" ? [] : [shownItem(one, kind, isPlain)];
    }),
  ];
}

function shownItem({ entry, left }: OverlayItem, kind: "endpoint" | "alias", isPlain: boolean) {
  const { name: called, version, value } = entry;
  return {
    kind,
    name: called,
    source: STORE_SOURCE,
    version,
    is_in_force: left === undefined,
    problem: left === undefined ? null : problemOf(left),
    value: isPlain ? value : withoutSecrets(value, maskKey),
  };
}

function problemOf({ place, problems }: NonNullable<OverlayItem["left"]>): Message {
  if (place !== undefined) return message("admin.setByFile", { place });
  return problems
    .map(codedProblem)
    .reduce((all, one) => message("problem.both", { first: all, second: one }));
}

/** @throws GatewayError store_unavailable */
export function overlayOf({ overlay }: AdminParts): Overlay {
  if (overlay === undefined) throw new SaidRefusal("store_unavailable", message("refused.storeOffConfig"));
  return overlay;
}

/** @throws GatewayError for what the overlay refuses */
export async function kept<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof OverlayRefusal)) throw error;
    throw notMade(
      error,
      problemsOf(error).map((words) => ({ at: "body", message: words })),
    );
  }
}
