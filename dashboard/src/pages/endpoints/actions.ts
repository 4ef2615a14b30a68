// What can be done to an endpoint.

import { call, type OperationId } from "../../api/client.ts";
import { toast } from "../../parts/toast.tsx";
import type { EndpointRow } from "./endpoint-data.ts";

/** Drains an endpoint, turns it off or on. Says what went wrong, and gives back whether nothing did. */
export function moveSwitch(
  id: OperationId & ("drainEndpoint" | "enableEndpoint" | "disableEndpoint"),
  { now, switchVersion }: EndpointRow,
): Promise<boolean> {
  return attempt(() => call(id, { params: { name: now.name }, query: { version: switchVersion } }));
}

/** Does something; a failure is said in a toast. Gives back whether it was done. */
export async function attempt(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    toast(error instanceof Error ? error.message : String(error));
    return false;
  }
}
