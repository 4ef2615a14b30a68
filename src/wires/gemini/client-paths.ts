// Paths as Gemini's clients write them: below a version of their own, a model's name with a method behind it. Clients that
// are pointed at `/v1` put their version behind that, and those of Google's clouds write where the model is.

import type { PlainPath } from "../paths/path-forms.ts";
import { METHODS } from "./operations.ts";

const VERSIONED = /^(?:\/gemini\/(v1)|(?:\/gemini|\/v1)?\/(v1(?:beta|alpha)\d*)|\/v1)(?:\/(.*))?$/;
/** What stands before a model in the clouds' paths. */
const PLACE = /^(?:projects\/[^/]+\/locations\/[^/]+\/)?(?:publishers\/[^/]+\/)?(?=models\/)/;
const METHOD = /^(models|tunedModels)\/(.+?)(?::|%3[aA])([A-Za-z]+)$/;

/** All below its prefix and its versions, but for chats in OpenAI's words. */
export const OWN_GEMINI_PATHS =
  /^\/+(?:gemini(?:\/|$)|(?:(?:upload|download|v1)\/+)?v1(?:beta|alpha)\d*(?:\/+(?!\/|openai\/)|$))/;

/** The plain form of such a path, without doubled slashes; undefined for any other. */
export function plainGeminiPath(path: string): PlainPath | undefined {
  const found = VERSIONED.exec(path);
  if (found === null) return undefined;
  const [, prefixed, version = prefixed, sent = ""] = found;
  const rest = sent.replace(PLACE, "");
  const named = METHOD.exec(rest);
  const operation = named === null ? undefined : METHODS.get(named[3] ?? "");
  if (named !== null && operation !== undefined) {
    const [, kind = "", model = ""] = named;
    const deployment = kind === "models" ? model : `${kind}/${model}`;
    return { path: operation.path, deployment, wire: "gemini" };
  }
  // The first version is one of OpenAI's, too.
  if (version === undefined) return undefined;
  // Where Google has chats in OpenAI's words.
  if (rest.startsWith("openai/"))
    return { path: `/v1/${rest.slice("openai/".length)}`, deployment: undefined };
  return {
    path: rest === "models" || rest.startsWith("models/") ? `/v1/${rest}` : path,
    deployment: undefined,
    wire: "gemini",
  };
}
