// Builds the request to an endpoint: path, headers and the body with the endpoint's own name for the model in place
// of the client's. Every other byte of the body stays.

import { applyEdits, type Edit, NO_EDITS } from "../../bytes/edits.ts";
import { GatewayError } from "../../core/errors.ts";
import type { Credential, Target } from "../../routing/model.ts";
import type { OutboundRequest } from "../../upstream/client.ts";
import { passedQuery } from "../../wires/headers/passed-headers.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { modelRenameOfJson, modelRenamesOfForm } from "../../wires/peek/model-edits.ts";
import { hasDotSegment } from "../../wires/peek/path-model.ts";
import type { Call } from "../exchange/call.ts";
import { modelInserts } from "../request/deployment.ts";
import { outboundHeaders } from "./outbound-headers.ts";

/** `model` among the parameters of a query, which was read and has it once: its name as the first group. */
const MODEL_PARAMETER = /([?&]model=)[^&]*/;

/** True when the body must name the model in another way than it does. */
function isRenamed(exchange: Call, target: Target): boolean {
  if (!exchange.isNamed) return false;
  return exchange.modelName !== target.upstreamModel || exchange.isModelOfPath;
}

/** @throws GatewayError bad_request for headers that cannot be sent on, invalid_model for a name that no path can hold */
export function outboundRequest(exchange: Call, target: Target, credential: Credential): OutboundRequest {
  const { request } = exchange;
  const renamed = isRenamed(exchange, target);
  const wantsIdentity = renamed || exchange.isStream || exchange.wantsContent;
  return {
    method: request.method,
    path: pathAt(exchange, target, renamed),
    headers: outboundHeaders({
      request,
      endpoint: target.endpoint,
      credential,
      wantsIdentity,
      clientWire: exchange.clientWire,
      passedHeaders: exchange.world.access.passedHeaders,
      hops: exchange.services.loops.next(exchange.hops),
    }),
    body: renamed ? editedBody(exchange, target) : exchange.body,
  };
}

function editedBody(call: Call, target: Target): OutboundRequest["body"] {
  return applyEdits(call.body, modelEdits(call, target.upstreamModel));
}

/** What makes the body name the model as the endpoint does. */
function modelEdits(call: Call, name: string): readonly Edit[] {
  const { modelSpan } = call;
  if (modelSpan === undefined) return call.isModelOfPath ? modelInserts(call.peek, name) : NO_EDITS;
  if (modelSpan.kind === "json") return [modelRenameOfJson(modelSpan.range, name)];
  return modelRenamesOfForm(modelSpan.peek, name);
}

function pathAt(exchange: Call, target: Target, renamed: boolean): string {
  const { endpoint } = target;
  const operation = exchange.operation;
  const query = passedQuery(queryOf(exchange.request.target), endpoint.passesApiVersion === true);
  if (operation.model === "path") {
    if (hasDotSegment(target.upstreamModel))
      throw new GatewayError("invalid_model", {
        message: `${endpoint.name}'s name for this model cannot be a part of a path.`,
      });
    return `${endpoint.basePath}/models/${encodeURIComponent(target.upstreamModel)}${query}`;
  }
  const path = endpoint.wire.pathOf(endpoint, operation);
  return path + (renamed && query !== "" ? renamedQuery(query, target.upstreamModel) : query);
}

function renamedQuery(query: string, model: string): string {
  return query.replace(MODEL_PARAMETER, (_whole, name: string) => name + encodeURIComponent(model));
}
