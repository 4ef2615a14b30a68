// What may stand in a `model` field. Not a look-up: whether anybody serves the model is `routing/table/table.ts`.

import { isUtf8 } from "node:buffer";
import { GatewayError } from "./errors.ts";

/** Longest model name in UTF-16 units; keeps logs, headers and metric labels small. */
export const MAX_MODEL_CHARS = 512;

// C0, DEL and C1: such a name would break log lines and header values.
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * The name itself, once it is known to be harmless. A lone surrogate is refused: it has no UTF-8 form, so two
 * readers could take it for two names.
 * @throws GatewayError invalid_model
 */
export function checkModelName(name: string): string {
  if (name.length === 0) throw invalidModel('"model" is empty.');
  if (name.length > MAX_MODEL_CHARS)
    throw invalidModel(`"model" is longer than ${MAX_MODEL_CHARS} characters.`);
  if (CONTROL.test(name)) throw invalidModel('"model" holds control characters.');
  if (!name.isWellFormed()) throw invalidModel('"model" holds half of a surrogate pair.');
  return name;
}

/**
 * The text of a name given as bytes.
 * @throws GatewayError invalid_model when it is no UTF-8 or far too long
 */
export function decodeModelBytes(bytes: Buffer): string {
  // Three bytes are the most that one UTF-16 unit takes; the bound keeps a huge value from being decoded.
  if (bytes.length > MAX_MODEL_CHARS * 3)
    throw invalidModel(`"model" is longer than ${MAX_MODEL_CHARS} characters.`);
  if (!isUtf8(bytes)) throw invalidModel('"model" is not valid UTF-8.');
  return bytes.toString("utf8");
}

/** The error for a `model` that cannot be used; `message` says why without showing it. */
export function invalidModel(message: string): GatewayError {
  return new GatewayError("invalid_model", { message, param: "model" });
}

/** The error for a request in which gateway and endpoint might read different models; `what` says where. */
export function ambiguousModel(what: string): GatewayError {
  const message = `Gateway and endpoint might read different models: ${what}. Send "model" once, spelt so.`;
  return new GatewayError("ambiguous_model", { message, param: "model" });
}
