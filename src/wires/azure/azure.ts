// Azure's wire: OpenAI's, with the key in a header of its own and the version of the API in the query. Its clients are
// OpenAI's too; what they put before a path is forgiven for everybody (`paths/path-forms.ts`).

import { OPENAI } from "../openai/openai.ts";
import type { Wire } from "../wire.ts";

/** Endpoints of which the configuration says that they are Azure's. */
export const AZURE: Wire = {
  ...OPENAI,
  name: "azure",
  operations: [],
  pushKey(headers, apiKey, spoken) {
    headers.push("api-key", apiKey);
    if (spoken === "anthropic") headers.push("x-api-key", apiKey);
  },
  passesApiVersion: true,
};

/**
 * Endpoints that are only known by their host. Below `/openai/v1` a key may be a bearer token, and a bearer token need
 * not be a key: what `api_key` holds is sent as the one thing that can be both.
 */
export const AZURE_BY_HOST: Wire = { ...AZURE, pushKey: OPENAI.pushKey };
