// Azure's paths name the model themselves, as a deployment; the body may name it too, and need not. The path counts,
// and what is sent on names the endpoint's model in the body, so that gateway and endpoint read the same.

import { type Edit, NO_EDITS } from "../../bytes/edits.ts";
import { GatewayError } from "../../core/errors.ts";
import { modelInsertOfForm, modelInsertOfJson } from "../../wires/peek/model-edits.ts";
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

/** The edit that puts a `model` in front of a body's fields; for one that was found to have none. */
export function modelInserts({ body, contentType, modelGap }: Peek, model: string): readonly Edit[] {
  if (modelGap === undefined) return NO_EDITS;
  if (modelGap.kind === "json") return [modelInsertOfJson(body, modelGap.isEmpty, model)];
  return [modelInsertOfForm({ contentType, partsStart: modelGap.partsStart }, model)];
}
