// What the gateway would do with a request, asked by the header of the dry run: the way to see health from outside.

import type { Answer, WireRequest } from "./wire.ts";
import { chat } from "./world.ts";

/** Who would be next, and why others would be left out. */
export type DryRun = {
  readonly next: string | null;
  /** By endpoint; null for one that would not be left out. */
  readonly skipped: Readonly<Record<string, string | null>>;
};

/** Asks for the plan of a model. */
export async function dryRun(
  world: { ask(request: WireRequest): Promise<Answer> },
  model = "m",
): Promise<DryRun> {
  const answer = await world.ask({ ...chat(model), headers: { "x-oai-gateway-dry-run": "true" } });
  const plan = answer.json();
  if (plan["object"] !== "oai_gateway.plan" || !Array.isArray(plan["candidates"]))
    throw new Error(answer.text);
  const skipped = Object.fromEntries(
    plan["candidates"].map(({ endpoint, skipped: why }: { endpoint: string; skipped: string | null }) => [
      endpoint,
      why,
    ]),
  );
  const { next } = plan;
  return { next: typeof next === "string" ? next : null, skipped };
}
