// Azure's paths name the model themselves, as a deployment; the body may name it too, and need not. The path counts,
// and what is sent on names the endpoint's model in the body, so that gateway and endpoint read the same.

import { GatewayError } from "../../core/errors.ts";
import type { OutboundRequest } from "../../upstream/client.ts";
import { insertModel, insertMultipartModel } from "../../wires/peek/insert-model.ts";
import type { Call } from "../exchange/call.ts";
import type { Peek } from "../exchange/peek.ts";

/**
 * Takes the path's word for the model once the body is read, and gives it back. `name` is the deployment.
 * @throws GatewayError duplicate_model where the query names another one
 */
export function takeDeployment(peek: Peek, name: string): string {
  if (peek.queryModel !== undefined && peek.queryModel !== name) {
    const message = "The path and the query name different models.";
    throw new GatewayError("duplicate_model", { message, param: "model" });
  }
  // Where the query names it no word of it is needed in the body.
  peek.isModelOfPath =
    peek.queryModel === undefined && (peek.modelSpan === undefined || peek.modelName !== name);
  peek.modelName = name;
  return name;
}

/** The body, in pieces, with a `model` put in front of its fields; for one that was found to have none. */
export function withModel({ peek }: Call, model: string): OutboundRequest["body"] {
  const { body, contentType, modelGap } = peek;
  if (modelGap === undefined) return body;
  if (modelGap.kind === "json") return insertModel(body, modelGap.isEmpty, model);
  return insertMultipartModel({ body, contentType, partsStart: modelGap.partsStart }, model);
}
