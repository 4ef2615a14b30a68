// One question to one endpoint, for the probes that find out whether an ejected endpoint is back.

import type { Catalogue } from "./catalogue.ts";

/** Asks one endpoint for its models; undefined when it is never asked (a static list, disabled). */
export async function askOne(catalogue: Catalogue, name: string): Promise<boolean | undefined> {
  await catalogue.askAgain(name);
  const state = catalogue.status().find((status) => status.endpoint.name === name)?.state;
  if (state === "listed") return true;
  return state === "failed" ? false : undefined;
}
