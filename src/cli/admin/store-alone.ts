// The admin API on the store alone, for a command while no gateway runs.

import type { MeantBy } from "../control/control-client.ts";
import type { CommandContext } from "../terminal/command.ts";
import type { AdminAnswer, AdminAsk } from "./admin-answer.ts";

/** Opens the store of the data folder, asks, and closes it. Never rejects for what the API refuses. */
export async function askStore(
  context: CommandContext,
  options: MeantBy,
  ask: AdminAsk,
): Promise<Omit<AdminAnswer, "pid">> {
  void context;
  void options;
  void ask;
  return { status: 503, value: { error: { message: "not there yet", code: "store_unavailable" } } };
}
