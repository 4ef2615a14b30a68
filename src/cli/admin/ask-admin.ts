// Asks the admin API for a command: that of the running gateway over its local socket, else one that stands on the store
// alone, opened for this command.

import { cleanText } from "../../core/clean-text.ts";
import { type Message, message, verbatim } from "../../language/messages.ts";
import { askRunning, type MeantBy } from "../control/control-client.ts";
import { type CommandContext, type Failure, refuse } from "../terminal/command.ts";
import type { AdminAnswer, AdminAsk } from "./admin-answer.ts";

/**
 * Asks. Undefined, with the reason printed, where a gateway has the store and cannot be asked: what is changed behind its
 * back it would not know of. Never rejects for what the API refuses.
 */
export async function askAdmin(
  context: CommandContext,
  options: MeantBy,
  ask: AdminAsk,
): Promise<AdminAnswer | undefined> {
  const language = context.isJson ? "en" : context.language;
  const question = { ask: "admin", language, ...ask } as const;
  const { answers, silent, otherConfigs } = await askRunning(context, options, question);
  for (const { pid, answer } of answers) {
    const told = readAnswer(answer);
    if (told !== undefined) return { ...told, pid };
  }
  const [pid] = [...silent, ...answers.map((one) => one.pid)];
  if (pid !== undefined) {
    refuse(context, { message: message("admin.silent", { pid }), next: message("next.help") });
    return undefined;
  }
  const [other] = otherConfigs;
  if (other !== undefined) {
    const config = other === null ? message("reset.noFile") : cleanText(other);
    refuse(context, {
      message: message("admin.otherConfig", { config }),
      fix: message("admin.fixOtherConfig"),
    });
    return undefined;
  }
  const { askStore } = await import("./store-alone.ts");
  const answer = await askStore(context, options, ask);
  if ("failure" in answer) {
    refuse(context, answer.failure);
    return undefined;
  }
  return { ...answer, pid: undefined };
}

/** Asks a gateway that runs, and nobody in its place; undefined while none answers. Prints nothing. */
export async function askGateway(
  context: CommandContext,
  options: MeantBy,
  ask: AdminAsk,
): Promise<AdminAnswer | undefined> {
  const { answers } = await askRunning(context, options, { ask: "admin", ...ask });
  for (const { pid, answer } of answers) {
    const told = readAnswer(answer);
    if (told !== undefined) return { ...told, pid };
  }
  return undefined;
}

function readAnswer(answer: unknown): Omit<AdminAnswer, "pid"> | undefined {
  if (typeof answer !== "object" || answer === null || !("status" in answer)) return undefined;
  const { status, value }: { status: unknown; value?: unknown } = answer;
  return typeof status === "number" ? { status, value } : undefined;
}

/** What a command says, in the reader's language, where the API refuses by one of these codes. */
export type KnownRefusals = { readonly [code in "admin_not_found" | "admin_conflict"]?: Failure };

/** The value of an answer; undefined, with the refusal printed, where it is an error. */
export function acceptedValue<T>(
  context: CommandContext,
  answer: AdminAnswer | undefined,
  known: KnownRefusals = {},
): T | undefined {
  if (answer === undefined) return undefined;
  const { status, value } = answer;
  // The same program made it, by the schemas of the API.
  if (status < 400) return value as T;
  const { words, code } = errorOf(value);
  const said = code === "admin_not_found" || code === "admin_conflict" ? known[code] : undefined;
  refuse(context, said ?? { message: message("admin.refused", { words, code }), next: message("next.help") });
  return undefined;
}

function errorOf(value: unknown): { readonly words: Message; readonly code: string } {
  const { error }: { error?: unknown } = typeof value === "object" && value !== null ? value : {};
  if (typeof error !== "object" || error === null)
    return { words: message("admin.noReason"), code: "internal" };
  const { message: said, code }: { message?: unknown; code?: unknown } = error;
  return { words: verbatim(String(said)), code: String(code) };
}
