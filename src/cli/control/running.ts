// What the running gateways of this user say of themselves: their snapshots, asked for over their sockets.

import type { Snapshot } from "../../snapshot.ts";
import type { CommandContext } from "../terminal/command.ts";
import { askRunning, type MeantBy } from "./control-client.ts";

/** One running gateway. */
export type RunningGateway = { readonly pid: number; readonly snapshot: Snapshot };

/** Asks every running gateway of the configuration that is meant; none of another version answers. Never rejects. */
export async function askSnapshots(
  context: CommandContext,
  options: MeantBy,
  models: "all" | "none",
): Promise<readonly RunningGateway[]> {
  const { answers } = await askRunning(context, options, { ask: "snapshot", models });
  return answers.flatMap(({ pid, answer }) => {
    const isOne = typeof answer === "object" && answer !== null && "snapshot" in answer;
    // It comes from `control-server.ts` of the same user, which sends what `Gateway.snapshot` gives.
    return isOne ? [{ pid, snapshot: answer.snapshot as Snapshot }] : [];
  });
}
