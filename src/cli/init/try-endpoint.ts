// Tries an endpoint that is about to be written into a file: its models, with its key, are asked for once.

import { compileEndpoint, configFromEndpoints } from "../../config/compile.ts";
import { type Message, message, verbatim } from "../../language/messages.ts";
import { askEndpoints } from "../shared/ask-endpoints.ts";
import type { NewEndpoint } from "./config-text.ts";

/** How it went. */
export type EndpointTrial =
  | { readonly isGood: true; readonly models: number; readonly durationMs: number }
  | { readonly isGood: false; readonly reason: Message };

const TRY_MS = 10_000;

/** Asks for its models, which is free everywhere. Never rejects. */
export async function tryEndpoint(
  { name, baseUrl }: NewEndpoint,
  key: string | undefined,
): Promise<EndpointTrial> {
  try {
    const written = { name, base_url: baseUrl, ...(key === undefined ? {} : { api_key: key }) };
    const config = configFromEndpoints([compileEndpoint(written, "init")]);
    const [status] = (await askEndpoints(config, TRY_MS)).statuses;
    if (status === undefined || status.state === "failed" || status.state === "rejected_key")
      return { isGood: false, reason: status?.reason ?? message("reason.no_answer") };
    return { isGood: true, models: status.modelCount, durationMs: status.durationMs ?? 0 };
  } catch (error) {
    return { isGood: false, reason: verbatim(error instanceof Error ? error.message : String(error)) };
  }
}
