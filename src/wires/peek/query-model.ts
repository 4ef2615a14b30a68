// `model` among the parameters of a query: read so that every reader of the same query sees the same name, or refused.

import { GatewayError } from "../../core/errors.ts";
import { ambiguousModel, checkModelName, invalidModel } from "../../core/model-name.ts";
import { nameKindOf } from "./model-key.ts";

/**
 * The model that a query names, its `?` included; undefined for none.
 * @throws GatewayError ambiguous_model, duplicate_model, invalid_model
 */
export function modelInQuery(query: string): string | undefined {
  if (query === "") return undefined;
  let found: string | undefined;
  // Old readers part a query at semicolons as well.
  for (const parameter of query.slice(1).split(/[&;]/)) {
    const equals = parameter.indexOf("=");
    const name = equals === -1 ? parameter : parameter.slice(0, equals);
    // Decoded once as forms are; a second time for readers that do so.
    if (!nameKindOf(decoded(name)).startsWith("model")) continue;
    if (name !== "model" || !isParameter(query, parameter))
      throw ambiguousModel('a name in the query is read as "model" by some');
    if (found !== undefined) throw new GatewayError("duplicate_model", { param: "model" });
    found = equals === -1 ? "" : parameter.slice(equals + 1);
  }
  return found === undefined ? undefined : decodedValue(found);
}

/**
 * The deployment that a query names, as older clients of Azure's name the model; undefined for none.
 * @throws GatewayError duplicate_model, invalid_model
 */
export function deploymentInQuery(query: string): string | undefined {
  if (!query.includes("deployment=")) return undefined;
  const [name, ...others] = new URLSearchParams(query).getAll("deployment");
  if (others.length > 0) throw new GatewayError("duplicate_model", { param: "deployment" });
  return name === undefined ? undefined : checkModelName(name);
}

/** Whether it is set off by `?` or `&` and not by a semicolon, which most take for a part of what is before it. */
function isParameter(query: string, parameter: string): boolean {
  return query
    .slice(1)
    .split("&")
    .some((one) => one === parameter);
}

function decodedValue(value: string): string {
  // A space to some, itself to others.
  if (value.includes("+")) throw ambiguousModel('write "+" in the query as %2B, and a space as %20');
  const name = decoded(value);
  if (name.includes("\ufffd")) throw invalidModel('"model" is not valid UTF-8.');
  return checkModelName(name);
}

/** As forms are decoded; what is no escape stays as it is (WHATWG URL, "application/x-www-form-urlencoded"). */
function decoded(text: string): string {
  if (!/[%+]/.test(text)) return text;
  return new URLSearchParams(`x=${text}`).get("x") ?? "";
}
