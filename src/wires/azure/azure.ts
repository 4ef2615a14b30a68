// Azure's wire: OpenAI's, with the key in a header of its own and the version of the API in the query. Its clients
// ask for OpenAI's paths, in a form of their own.

import { OPENAI } from "../openai/openai.ts";
import type { Wire } from "../wire.ts";
import { plainAzurePath } from "./client-paths.ts";
import { DEPLOYMENTS } from "./deployments.ts";

/** Endpoints of which the configuration says that they are Azure's. */
export const AZURE: Wire = {
  ...OPENAI,
  name: "azure",
  operations: [],
  pathForm: plainAzurePath,
  pushKey(headers, apiKey, spoken) {
    headers.push("api-key", apiKey);
    if (spoken === "anthropic") headers.push("x-api-key", apiKey);
  },
  betterList: DEPLOYMENTS,
  // Below `/v1` a dated one is refused; there is no other path.
  passesApiVersion: "undated",
};

/**
 * Endpoints that are only known by their host. Below `/openai/v1` a key may be a bearer token, and a bearer token need
 * not be a key: what `api_key` holds is sent as the one thing that can be both.
 */
export const AZURE_BY_HOST: Wire = { ...AZURE, pushKey: OPENAI.pushKey };
