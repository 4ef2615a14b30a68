// What a person does to an endpoint: tests it, drains it, turns it off and on, looks what models it has; and what there is
// to choose from for a new one.

import { message } from "../../language/messages.ts";
import { switchState } from "../../overlay/overlay-entry.ts";
import { LOCAL_SERVERS, PROVIDERS } from "../../wires/registry/providers.ts";
import { notThere } from "../operation/admin-error.ts";
import { type AdminOperation, type Ask, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import {
  amount,
  anything,
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
import { endpointOf, fetched, tested } from "./endpoint-trial.ts";
import { kept, overlayOf, withSecrets } from "./shared-config.ts";

const problem = orNull(
  object(
    {
      code: text("A stable code."),
      message: said("What went wrong."),
      fix: orNull(said("How to mend it.")),
    },
    "What went wrong; null where nothing did.",
  ),
);

const testEndpoint = operation({
  id: "testEndpoint",
  tag: "endpoints",
  method: "POST",
  path: "/endpoints/{name}/test",
  summary:
    "Asks an endpoint for one token, as the gateway itself and not for a client. It may cost that token.",
  query: object(
    { model: name("As the endpoint calls it; one that is likely to chat where it is left out.").optional() },
    "What is asked for.",
  ),
  answer: object(
    {
      endpoint: text("Its name."),
      model: orNull(text("What was asked for; null where nothing could be.")),
      is_ok: flag("Whether it answered as it should."),
      status: orNull(whole("Of its answer; null where none came.")),
      first_byte_ms: orNull(amount("Until the first byte of its answer.")),
      duration_ms: amount("All of it."),
      error: problem,
    },
    "How it went.",
  ).meta({ id: "EndpointTest" }),
  run: async ({ parts, params, query }) => ({
    value: await tested(parts, params["name"] ?? "", query.model),
  }),
});

const switchQuery = object(
  {
    version: wholeInQuery(
      "Only while this is the version of its switch (0: it was never moved); else 409.",
    ).optional(),
  },
  "A guard against undoing another's change.",
);

const switched = object(
  {
    name: text("Of the endpoint."),
    state: choice(["enabled", "draining", "disabled"], "How it is now."),
    version: whole("Of its switch; 0 where the configuration alone counts."),
  },
  "The endpoint's switch, which the store keeps.",
).meta({ id: "EndpointSwitch" });

function switchTo(verb: "drain" | "enable" | "disable", summary: string): AdminOperation {
  return operation({
    id: `${verb}Endpoint`,
    tag: "endpoints",
    method: "POST",
    path: `/endpoints/{name}/${verb}`,
    summary,
    query: switchQuery,
    answer: switched,
    run: (ask) => moved(ask, verb),
  });
}

const listSwitches = operation({
  id: "listSwitches",
  tag: "endpoints",
  method: "GET",
  path: "/switches",
  summary: "Endpoints that were drained or turned off here, and not by the file.",
  answer: object({ data: listOf(switched, "The switches.") }, "The switches."),
  run: async ({ parts }) => ({ value: { data: await switchesOf(parts) } }),
});

const foundModels = object(
  {
    is_ok: flag("Whether it told its models."),
    duration_ms: amount("How long it took."),
    error: problem,
    data: listOf(
      object(
        {
          id: text("As the endpoint calls it."),
          state: choice(
            ["known", "new", "gone", "left_out"],
            "`gone`: known, and not in its list any more; `left_out`: the configuration does not take it.",
          ),
        },
        "A model.",
      ),
      "Its models.",
    ).max(100_000),
  },
  "Its list, fetched now, beside what is known.",
).meta({ id: "FetchedModels" });

const fetchModels = operation({
  id: "fetchModels",
  tag: "endpoints",
  method: "GET",
  path: "/endpoints/{name}/models",
  summary: "Asks an endpoint for its models now.",
  answer: foundModels,
  run: async ({ parts, params }) => {
    const endpoint = endpointOf(parts, params["name"] ?? "");
    return { value: await fetched(parts, endpoint) };
  },
});

const tryEndpoint = operation({
  id: "tryEndpoint",
  tag: "endpoints",
  method: "POST",
  path: "/endpoints/{name}/models",
  summary: "The same with other settings, before they are kept: checked, asked, and forgotten.",
  body: mapOf(anything("A value."), "The keys of an entry of `endpoints`, as for PUT."),
  answer: foundModels,
  run: async ({ parts, params, body, note }) => {
    const called = params["name"] ?? "";
    const value = await withSecrets(parts, called, { ...body, name: called });
    const config = await kept(() => overlayOf(parts).preview("endpoint", called, value));
    const endpoint = config.plan.endpoints.find((one) => one.name === called);
    if (endpoint === undefined) throw notThere(message("refused.noEndpoint", { name: called }));
    // A key that is kept goes to whatever address is sent along: that has to be found afterwards.
    await note({ action: "endpoint.try", subject: called, detail: { base_url: endpoint.baseUrl } });
    return { value: await fetched(parts, endpoint) };
  },
});

const listProviders = operation({
  id: "listProviders",
  tag: "endpoints",
  method: "GET",
  path: "/providers",
  summary: "Known providers and local servers, for the form of a new endpoint.",
  answer: object(
    {
      data: listOf(
        object(
          {
            name: text("For the endpoint's name."),
            title: text("For people."),
            kind: choice(["provider", "local"], "Where it is."),
            base_url: text("Its usual address."),
            key_variable: orNull(text("The variable that usually has its key.")),
          },
          "One.",
        ),
        "All of them.",
      ),
    },
    "The providers.",
  ),
  run: () => ({ value: { data: PRESET_ROWS } }),
});

/** The operations. */
export const ENDPOINT_OPERATIONS: readonly AdminOperation[] = [
  testEndpoint,
  switchTo("drain", "Sends an endpoint no new requests; those under way end. Its models stay listed."),
  switchTo("enable", "Sends it requests again."),
  switchTo(
    "disable",
    "Turns an endpoint off: it serves nothing and is asked for nothing; requests under way end.",
  ),
  listSwitches,
  fetchModels,
  tryEndpoint,
  listProviders,
];

const PRESET_ROWS = [
  ...PROVIDERS.map((one) => ({
    name: one.name,
    title: one.title,
    kind: "provider" as const,
    base_url: one.baseUrl,
    key_variable: one.keyVariable,
  })),
  ...LOCAL_SERVERS.map(({ name: called, title, port, basePath }) => ({
    name: called,
    title,
    kind: "local" as const,
    base_url: `http://127.0.0.1:${port}${basePath}`,
    key_variable: null,
  })),
];

/** @throws GatewayError */
async function switchesOf(parts: AdminParts) {
  const entries = await kept(() => overlayOf(parts).list());
  return entries.flatMap(({ entry, left }) => {
    const state = entry.kind === "switch" && left === undefined ? switchState(entry.value) : undefined;
    return state === undefined ? [] : [{ name: entry.name, state, version: entry.version }];
  });
}

type SwitchAsk = Pick<
  Ask<Record<string, string>, { readonly version?: number | undefined }, unknown>,
  "parts" | "params" | "query" | "note"
>;

/** @throws GatewayError */
async function moved({ parts, params, query, note }: SwitchAsk, verb: "drain" | "enable" | "disable") {
  const { name: called } = endpointOf(parts, params["name"] ?? "");
  const overlay = overlayOf(parts);
  if (verb !== "enable") {
    const state = verb === "drain" ? "draining" : "disabled";
    const { entry } = await kept(() => overlay.put("switch", called, state, query.version));
    await note({ action: `endpoint.${verb}`, subject: called });
    return { value: { name: called, state, version: entry.version } as const };
  }
  const known = (await kept(() => overlay.list())).some(
    ({ entry }) => entry.kind === "switch" && entry.name === called,
  );
  // One that nobody has turned off here is on, unless the file says otherwise, which the overlay tells.
  if (known || !endpointOf(parts, called).enabled) {
    await kept(() => overlay.remove("switch", called, query.version));
    await note({ action: "endpoint.enable", subject: called });
  }
  return { value: { name: called, state: "enabled", version: 0 } as const };
}
