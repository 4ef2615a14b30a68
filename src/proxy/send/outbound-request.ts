// Builds the request to an endpoint: path, headers and the body with the endpoint's own name for the model in place
// of the client's. Every other byte of the body stays.

import { applyEdits, type Edit, NO_EDITS } from "../../bytes/edits.ts";
import { GatewayError } from "../../core/errors.ts";
import type { Target } from "../../routing/model.ts";
import type { OutboundRequest } from "../../upstream/client.ts";
import { passedQuery } from "../../wires/headers/passed-headers.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { modelRenameOfJson, modelRenamesOfForm } from "../../wires/peek/model-edits.ts";
import { hasDotSegment } from "../../wires/peek/path-model.ts";
import { isCounted } from "../../wires/usage/answer-usage.ts";
import type { Call } from "../exchange/call.ts";
import { modelInserts } from "../request/deployment.ts";
import { type Addressing, outboundHeaders } from "./outbound-headers.ts";
import { handshakeHeaders } from "./websocket-headers.ts";

/** `model` among the parameters of a query, which was read and has it once: what is before its value as the first group. */
const MODEL_PARAMETER = /([?&]model=)[^&]*/;
/** What older clients of Azure's have in its place. */
const DEPLOYMENT_PARAMETER = /([?&])deployment=[^&]*/;

/** True when the body must name the model in another way than it does. */
function isRenamed(call: Call, target: Target): boolean {
  if (!call.isNamed) return false;
  return call.modelName !== target.upstreamModel || call.isModelOfPath;
}

/**
 * `usage`: what makes the body ask for usage, where it is to.
 * @throws GatewayError bad_request for headers that cannot be sent on, invalid_model for a name that no path can hold
 */
export function outboundRequest(
  call: Call,
  { target, credential, spanId }: Addressing,
  usage?: Edit,
): OutboundRequest {
  const { request } = call;
  const renamed = isRenamed(call, target);
  const isLookedInto = renamed || call.isStream || call.wantsContent || call.keepsObject;
  const wantsIdentity = isLookedInto || isCounted(call.operation);
  const headers = outboundHeaders({
    request,
    endpoint: target.endpoint,
    credential,
    wantsIdentity,
    clientWire: call.clientWire,
    passedHeaders: call.world.access.passedHeaders,
    hops: call.services.loops.next(call.hops),
    trace: call.exchange.trace,
    spanId,
  });
  const isUpgrade = call.operation.upgrade !== undefined;
  return {
    method: request.method,
    path: pathAt(call, target, renamed),
    headers: isUpgrade ? [...headers, ...handshakeHeaders(request.headers)] : headers,
    body: renamed || usage !== undefined ? editedBody(call, renamed ? target : undefined, usage) : call.body,
  };
}

/** `target`: whose name for the model is put in; undefined: the body has it. */
function editedBody(
  call: Call,
  target: Target | undefined,
  usage: Edit | undefined,
): OutboundRequest["body"] {
  const { renamedBody, model } = call.operation;
  if (model === "resource")
    return target === undefined || renamedBody === undefined
      ? call.body
      : renamedBody(call.body, target.upstreamModel);
  const edits = target === undefined ? NO_EDITS : modelEdits(call, target.upstreamModel);
  if (usage === undefined) return applyEdits(call.body, edits);
  // What is put in first stands before all that is replaced; at one place the model comes first.
  const all = [...edits, usage].sort((one, two) => one.start - two.start);
  return applyEdits(call.body, all);
}

/** What makes the body name the model as the endpoint does. */
function modelEdits(call: Call, name: string): readonly Edit[] {
  const { modelSpan } = call;
  if (modelSpan === undefined) return call.isModelOfPath ? modelInserts(call.peek, name) : NO_EDITS;
  if (modelSpan.kind === "json") return [modelRenameOfJson(modelSpan.range, name)];
  return modelRenamesOfForm(modelSpan.peek, name);
}

function pathAt(call: Call, target: Target, renamed: boolean): string {
  const { endpoint } = target;
  const operation = call.operation;
  const query = passedQuery(queryOf(call.request.target), endpoint.passesApiVersion ?? false);
  if (operation.model === "path" || operation.model === "resource") {
    if (hasDotSegment(target.upstreamModel))
      throw new GatewayError("invalid_model", {
        message: `${endpoint.name}'s name for this model cannot be a part of a path.`,
      });
    if (operation.model === "resource")
      return endpoint.wire.methodPath(endpoint, operation, target.upstreamModel) + query;
    return `${endpoint.basePath}/models/${encodeURIComponent(target.upstreamModel)}${query}`;
  }
  const path = endpoint.wire.pathOf(endpoint, operation);
  return path + (renamed && query !== "" ? renamedQuery(query, target.upstreamModel) : query);
}

function renamedQuery(query: string, model: string): string {
  const value = encodeURIComponent(model);
  if (MODEL_PARAMETER.test(query))
    return query.replace(MODEL_PARAMETER, (_whole, name: string) => name + value);
  return query.replace(DEPLOYMENT_PARAMETER, (_whole, mark: string) => `${mark}model=${value}`);
}
