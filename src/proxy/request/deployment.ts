// Azure's paths name the model themselves, as a deployment; the body may name it too, and need not. The path counts,
// and what is sent on names the endpoint's model in the body, so that gateway and endpoint read the same.

import { type Edit, NO_EDITS } from "../../bytes/edits.ts";
import { GatewayError } from "../../core/errors.ts";
import { queryOf } from "../../wires/paths/router.ts";
import { modelInsertOfForm, modelInsertOfJson } from "../../wires/peek/model-edits.ts";
import { modelInQuery } from "../../wires/peek/query-model.ts";
import type { Exchange } from "../exchange/exchange.ts";

/**
 * Takes the path's word for the model once the body is read. `name` is the deployment.
 * @throws GatewayError duplicate_model where the query names another one
 */
export function takeDeployment(exchange: Exchange, name: string): void {
  const inQuery = modelInQuery(queryOf(exchange.request.target));
  if (inQuery !== undefined && inQuery !== name) {
    const message = "The path and the query name different models.";
    throw new GatewayError("duplicate_model", { message, param: "model" });
  }
  // Where the query names it no word of it is needed in the body.
  exchange.isModelOfPath =
    inQuery === undefined && (exchange.modelSpan === undefined || exchange.modelName !== name);
  exchange.modelName = name;
}

/** The edit that puts a `model` in front of a body's fields; for one that was found to have none. */
export function modelInserts(exchange: Exchange, model: string): readonly Edit[] {
  const { body, modelGap } = exchange;
  if (body === undefined || modelGap === undefined) return NO_EDITS;
  if (modelGap.kind === "json") return [modelInsertOfJson(body, modelGap.isEmpty, model)];
  const contentType = exchange.request.header("content-type") ?? "";
  return [modelInsertOfForm({ contentType, partsStart: modelGap.partsStart }, model)];
}
