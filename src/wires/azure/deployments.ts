// Which deployments an Azure resource has: these are what may be asked, while its list of models has all that could be
// deployed. The path is an old one that newer versions of the API have no word for; where it is gone, the list of models
// has to do.

import { parseInSlices } from "../lists/parse-in-slices.ts";
import type { BetterList } from "../wire.ts";

/** The version that programs have used for it since; later ones do not have the path. */
const QUERY = "?api-version=2023-03-15-preview";
/** A token of Entra, which is no key. */
const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/;

/** The list. */
export const DEPLOYMENTS: BetterList = {
  path({ rootPath }) {
    return rootPath.endsWith("/openai") ? `${rootPath}/deployments${QUERY}` : undefined;
  },
  pushKey(headers, apiKey) {
    // Paths of this age take no key as a bearer token.
    if (TOKEN.test(apiKey)) headers.push("authorization", `Bearer ${apiKey}`);
    else headers.push("api-key", apiKey);
  },
  async read(body) {
    const read = await parseInSlices(body);
    if (read.kind !== "ok" || read.entries.some(({ object }) => object !== "deployment")) return undefined;
    const entries = read.entries.filter(({ status }) => status === undefined || status === "succeeded");
    return { ...read, entries, nextAfter: undefined };
  },
};
