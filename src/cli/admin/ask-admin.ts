// Asks the admin API for a command: that of the running gateway over its local socket, else one that stands on the store
// alone, opened for this command.

import { message } from "../../language/messages.ts";
import { askRunning, type MeantBy } from "../control/control-client.ts";
import { type CommandContext, refuse } from "../terminal/command.ts";
import type { AdminAnswer, AdminAsk } from "./admin-answer.ts";

/** Asks. Never rejects for what the API refuses. */
export async function askAdmin(
  context: CommandContext,
  options: MeantBy,
  ask: AdminAsk,
): Promise<AdminAnswer> {
  const { answers } = await askRunning(context, options, { ask: "admin", ...ask });
  for (const { pid, answer } of answers) {
    const told = readAnswer(answer);
    if (told !== undefined) return { ...told, pid };
  }
  const { askStore } = await import("./store-alone.ts");
  return { ...(await askStore(context, options, ask)), pid: undefined };
}

function readAnswer(answer: unknown): Omit<AdminAnswer, "pid"> | undefined {
  if (typeof answer !== "object" || answer === null || !("status" in answer)) return undefined;
  const { status, value }: { status: unknown; value?: unknown } = answer;
  return typeof status === "number" ? { status, value } : undefined;
}

/** The value of an answer; undefined, with the refusal printed, where it is an error. */
export function acceptedValue<T>(context: CommandContext, { status, value }: AdminAnswer): T | undefined {
  // The same program made it, by the schemas of the API.
  if (status < 400) return value as T;
  refuse(context, { message: message("verbatim", { text: errorText(value) }), next: message("next.help") });
  return undefined;
}

function errorText(value: unknown): string {
  const { error }: { error?: unknown } = typeof value === "object" && value !== null ? value : {};
  if (typeof error !== "object" || error === null) return "the gateway gave no answer";
  const { message: said, code }: { message?: unknown; code?: unknown } = error;
  return `${String(said)} (${String(code)})`;
}
