// Paths that name the model themselves. Of a deployment (Azure's) the body may name it too, and need not; what is sent on
// names the endpoint's model in the body, so that gateway and endpoint read the same. Of a method of a model (Gemini's) the
// path is all that counts, there as here.

import { type Edit, NO_EDITS } from "../../bytes/edits.ts";
import { GatewayError } from "../../core/errors.ts";
import type { Operation } from "../../wires/paths/operation.ts";
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

/**
 * Takes the path's word for the model of which it asks for a method, and for whether a stream is wanted: what the body may
 * say of either is nothing to servers of that API.
 * @throws GatewayError missing_model, duplicate_model where the query names another one
 */
export function takeResource(peek: Peek, { streams }: Operation, name: string | undefined): string {
  if (name === undefined) throw new GatewayError("missing_model", { param: "model" });
  takeDeployment(peek, name);
  peek.isModelOfPath = false;
  peek.modelSpan = undefined;
  peek.modelGap = undefined;
  peek.isStream = streams === "always";
  return name;
}

/** The edit that puts a `model` in front of a body's fields; for one that was found to have none. */
export function modelInserts({ body, contentType, modelGap }: Peek, model: string): readonly Edit[] {
  if (modelGap === undefined) return NO_EDITS;
  if (modelGap.kind === "json") return [modelInsertOfJson(body, modelGap.isEmpty, model)];
  return [modelInsertOfForm({ contentType, partsStart: modelGap.partsStart }, model)];
}
