// `reset [ENDPOINT] [--model M]`: ends rests and ejections of the running gateway, which is told over its local socket
// by the same user of the machine.

import { listOfWords } from "../../config/yaml/draft.ts";
import { cleanText } from "../../core/clean-text.ts";
import { nearest } from "../../core/nearest.ts";
import { message } from "../../language/messages.ts";
import type { Rest } from "../../proxy/own/rests.ts";
import { type Asked, askRunning } from "../control/control-client.ts";
import { restLine } from "../control/rest-lines.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";

/** Options of `reset`. */
export type ResetOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly model?: string;
};

type Cleared = { readonly pid: number; readonly cleared: readonly Rest[] };

/** Exit code 1 when no gateway runs, or none knows the endpoint. */
export async function runReset(
  context: CommandContext,
  options: ResetOptions,
  endpoint: string | undefined,
): Promise<ExitCode> {
  const { terminal, text } = context;
  const { model } = options;
  const asked = await askRunning(context, options, { ask: "reset", endpoint, model });
  const gateways = asked.answers.flatMap(({ pid, answer }) => clearedOf(pid, answer));
  if (gateways.length === 0) return refuseReset(context, asked, endpoint);
  if (context.isJson) {
    printJson(context, { gateways });
    return 0;
  }
  for (const { pid, cleared } of gateways) {
    const count = cleared.length;
    const key = count === 0 ? "reset.nothing" : count === 1 ? "reset.one" : "reset.many";
    terminal.out(terminal.wrapOut(`${terminal.symbols.ok} ${text(key, { count, pid })}`, 2));
    for (const rest of cleared) terminal.out(terminal.wrapOut(`  ${restLine(context, rest)}`, 4));
  }
  return 0;
}

function clearedOf(pid: number, answer: unknown): Cleared[] {
  if (typeof answer !== "object" || answer === null || !("cleared" in answer)) return [];
  // It comes from `control-server.ts` of the same user, which sends what `Gateway.reset` gives.
  return Array.isArray(answer.cleared) ? [{ pid, cleared: answer.cleared as readonly Rest[] }] : [];
}

function refuseReset(context: CommandContext, asked: Asked, endpoint: string | undefined): ExitCode {
  const [first] = asked.answers;
  const answer = first?.answer;
  if (typeof answer === "object" && answer !== null && "known" in answer && Array.isArray(answer.known)) {
    const name = endpoint ?? "";
    const known = answer.known.filter((one) => typeof one === "string");
    const [guess] = nearest(name, known);
    const refused = message("reset.unknownEndpoint", { endpoint: name, known: listOfWords(known) });
    const hint = guess === undefined ? {} : { fix: message("fix.didYouMean", { name: cleanText(guess) }) };
    refuse(context, { message: refused, ...hint, next: message("next.helpOf", { name: "reset" }) });
    return 1;
  }
  const config = asked.configFile ?? message("reset.noFile");
  const others = asked.otherConfigs.map((other) =>
    other === null ? message("reset.noFile") : cleanText(other),
  );
  const more = others.length === 0 ? {} : { fix: message("fix.resetOther", { others: listOfWords(others) }) };
  refuse(context, {
    message: message("reset.noGateway", { config }),
    ...more,
    next: message("next.serve"),
  });
  return 1;
}
