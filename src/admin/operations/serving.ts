// What the running gateway is doing: its state, its endpoints, its models and how a request would be routed; and the end
// of rests.

import { message } from "../../language/messages.ts";
import type { EndpointSnapshot } from "../../snapshot.ts";
import { notThere } from "../operation/admin-error.ts";
import { healthOf } from "../operation/endpoint-health.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import type { AdminParts } from "../operation/parts.ts";
import {
  endpointShape,
  gatewayShape,
  modelShape,
  planShape,
  restShape,
  storeShape,
} from "../operation/serving-shapes.ts";
import type { ServingView } from "../operation/serving-view.ts";
import { flag, listOf, name, object, orNull, text, whole } from "../operation/shapes.ts";

const NO_STORE = { kind: "off", health: "ok", queued: 0, lost: 0, bytes: 0 } as const;

const getStatus = operation({
  id: "getStatus",
  tag: "gateway",
  method: "GET",
  path: "/status",
  summary: "The gateway in a few figures.",
  answer: object(
    {
      version: orNull(text("Of the program.")),
      is_running: flag("Whether a gateway answers, and not a command on its own."),
      store: storeShape,
      gateway: orNull(gatewayShape),
    },
    "The state.",
  ),
  run: ({ parts }) => ({ value: statusOf(parts) }),
});

const listEndpoints = operation({
  id: "listEndpoints",
  tag: "gateway",
  method: "GET",
  path: "/endpoints",
  summary: "The endpoints with their health.",
  answer: object({ data: listOf(endpointShape, "The endpoints.").max(200_000) }, "The endpoints."),
  run: ({ parts }) => ({
    value: { data: servingOf(parts).snapshot({ models: "none" }).endpoints.map(endpointOf) },
  }),
});

const resetEndpoint = operation({
  id: "resetEndpoint",
  tag: "gateway",
  method: "POST",
  path: "/endpoints/{name}/reset",
  summary: "Ends the rests and ejections of an endpoint.",
  query: object({ model: name("Only those of this model.").optional() }, "What is meant."),
  answer: object({ cleared: listOf(restShape, "What rested.").max(200_000) }, "What was ended."),
  run: async ({ parts, params, query, note }) => {
    const serving = servingOf(parts);
    const endpoint = params["name"] ?? "";
    if (!serving.config().plan.endpoints.some((one) => one.name === endpoint))
      throw notThere(message("refused.noEndpoint", { name: endpoint }));
    const cleared = serving.reset({ endpoint, model: query.model });
    await note({ action: "endpoint.reset", subject: endpoint, detail: { model: query.model } });
    return { value: { cleared } };
  },
});

const emptyCache = operation({
  id: "emptyCache",
  tag: "gateway",
  method: "DELETE",
  path: "/cache",
  summary: "Forgets the answers that were kept for later requests.",
  answer: object({ entries: whole("Answers."), bytes: whole("Bytes of memory.") }, "What was forgotten."),
  run: async ({ parts, note }) => {
    const serving = servingOf(parts);
    const { entries, bytes } = serving.snapshot({ models: "none" }).cache;
    await serving.emptyCache();
    await note({ action: "cache.empty", subject: "", detail: { entries, bytes } });
    return { value: { entries, bytes } };
  },
});

const listServedModels = operation({
  id: "listServedModels",
  tag: "gateway",
  method: "GET",
  path: "/models",
  summary: "The public names, with who serves each.",
  answer: object({ data: listOf(modelShape, "The models.").max(200_000) }, "The models."),
  run: ({ parts }) => ({ value: { data: servingOf(parts).snapshot({ models: "all" }).models } }),
});

const explainRoute = operation({
  id: "explainRoute",
  tag: "gateway",
  method: "GET",
  path: "/route",
  summary: "What would happen to a request for this name now; nothing is sent and nothing changes.",
  query: object({ model: name("The name.") }, "What is asked."),
  answer: object({ plan: planShape }, "The plan."),
  run: ({ parts, query }) => {
    const serving = servingOf(parts);
    const plan = serving.plan(query.model);
    if (plan !== undefined) return { value: { plan } };
    const [guess] = serving.table().nearest(query.model, 1);
    throw notThere(
      guess === undefined ? message("refused.noModel") : message("refused.noModelNear", { name: guess }),
    );
  },
});

/** The operations. */
export const SERVING_OPERATIONS: readonly AdminOperation[] = [
  getStatus,
  listEndpoints,
  resetEndpoint,
  emptyCache,
  listServedModels,
  explainRoute,
];

export function statusOf({ serving, store, version }: AdminParts) {
  return {
    version: version ?? null,
    is_running: serving !== undefined,
    store: store?.state() ?? NO_STORE,
    gateway: serving === undefined ? null : gatewayOf(serving),
  };
}

function gatewayOf(serving: ServingView) {
  // Alerts have an operation of their own.
  const { models: _none, alerts: _alerts, endpoints, ...gateway } = serving.snapshot({ models: "none" });
  return { ...gateway, endpoints: endpoints.map(endpointOf) };
}

function endpointOf(endpoint: EndpointSnapshot) {
  return { ...endpoint, ...healthOf(endpoint) };
}

/** @throws GatewayError admin_not_found */
export function servingOf({ serving }: AdminParts): ServingView {
  if (serving === undefined) throw notThere(message("refused.noGateway"));
  return serving;
}
