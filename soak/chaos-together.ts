// A phase of `npm run chaos`: two of three endpoints die within the same millisecond, twenty times, each time before a
// gateway that has learnt nothing yet. While the third one lives no request may be lost.

import { type Chaos, isGood, told } from "./chaos-run.ts";
import type { Outcome } from "./client.ts";

const RUNS = 20;
const SECONDS = 1.2;
const KILLED_AT_MS = 500;

/** Runs all twenty; which one of the three is left changes from run to run. */
export async function killTogether(chaos: Chaos): Promise<void> {
  const phase = `two of three killed in the same millisecond, ${RUNS} runs`;
  const taken: Outcome[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await chaos.withFreshGateway(async () => {
      const dying = chaos.endpoints.filter((_, index) => index !== run % chaos.endpoints.length);
      // Both break their connections before either is waited for.
      const kill = (): Promise<unknown> => Promise.all(dying.map((endpoint) => endpoint.kill()));
      taken.push(...(await chaos.load(SECONDS, [[KILLED_AT_MS, kill]])));
    });
  }
  const lost = taken.filter((one) => !isGood(one));
  chaos.note(phase, taken, lost.length);
  chaos.check(
    lost.length === 0,
    `${phase}: ${lost.length} requests lost while an endpoint was left;`,
    told(lost),
  );
}
