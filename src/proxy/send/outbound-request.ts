// Builds the request to an endpoint: path, headers and the body with the endpoint's own name for the model in
// place of the client's. Every other byte of the body stays.

import { GatewayError } from "../../core/errors.ts";
import type { Credential, Target } from "../../routing/model.ts";
import type { OutboundRequest } from "../../upstream/client.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { spliceModel } from "../../wires/peek/json-scan.ts";
import { spliceMultipartModel } from "../../wires/peek/multipart-scan.ts";
import { hasDotSegment } from "../../wires/peek/path-model.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { withModel } from "../request/deployment.ts";
import { outboundHeaders } from "./outbound-headers.ts";
import { passedQuery } from "./passed-headers.ts";
import { handshakeHeaders } from "./websocket-headers.ts";

/** `model` among the parameters of a query, which was read and has it once: its name as the first group. */
const MODEL_PARAMETER = /([?&]model=)[^&]*/;

/** True when the body must name the model in another way than it does. */
function isRenamed(exchange: Exchange, target: Target): boolean {
  if (exchange.modelName === undefined) return false;
  return exchange.modelName !== target.upstreamModel || exchange.isModelOfPath;
}

/** @throws GatewayError bad_request for headers that cannot be sent on, invalid_model for a name that no path can hold */
export function outboundRequest(exchange: Exchange, target: Target, credential: Credential): OutboundRequest {
  const { request } = exchange;
  const renamed = isRenamed(exchange, target);
  const isAnthropicWire = exchange.operation?.name.startsWith("messages") === true;
  const wantsIdentity = renamed || exchange.isStream || exchange.wantsContent;
  const headers = outboundHeaders({
    request,
    endpoint: target.endpoint,
    credential,
    wantsIdentity,
    isAnthropicWire,
    passedHeaders: exchange.world.access.passedHeaders,
    hops: exchange.services.loops.next(exchange.hops),
  });
  const isUpgrade = exchange.operation?.upgrade !== undefined;
  return {
    method: request.method,
    path: pathAt(exchange, target, renamed),
    headers: isUpgrade ? [...headers, ...handshakeHeaders(request.headers)] : headers,
    body: renamed ? renamedBody(exchange, target) : exchange.body,
  };
}

function renamedBody(exchange: Exchange, target: Target): OutboundRequest["body"] {
  const { body, modelSpan } = exchange;
  if (body === undefined) return body;
  if (modelSpan === undefined)
    return exchange.isModelOfPath ? withModel(exchange, target.upstreamModel) : body;
  if (modelSpan.kind === "json") return spliceModel(body, modelSpan.range, target.upstreamModel);
  return spliceMultipartModel(body, modelSpan.peek, target.upstreamModel);
}

function pathAt(exchange: Exchange, target: Target, renamed: boolean): string {
  const { endpoint } = target;
  const operation = exchange.operation;
  const query = passedQuery(queryOf(exchange.request.target), endpoint.passesApiVersion === true);
  if (operation === undefined) return endpoint.basePath;
  if (operation.model === "path") {
    if (hasDotSegment(target.upstreamModel))
      throw new GatewayError("invalid_model", {
        message: `${endpoint.name}'s name for this model cannot be a part of a path.`,
      });
    return `${endpoint.basePath}/models/${encodeURIComponent(target.upstreamModel)}${query}`;
  }
  const base = operation.upstream === "root" ? endpoint.rootPath : endpoint.basePath;
  return (
    base + operation.path + (renamed && query !== "" ? renamedQuery(query, target.upstreamModel) : query)
  );
}

function renamedQuery(query: string, model: string): string {
  return query.replace(MODEL_PARAMETER, (_whole, name: string) => name + encodeURIComponent(model));
}
