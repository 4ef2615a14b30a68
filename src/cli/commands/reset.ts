// `reset [ENDPOINT] [--model M]`: ends rests and ejections of the running gateway, which is told over its local socket
// by the same user of the machine.

import { cleanText } from "../../core/clean-text.ts";
import { nearest } from "../../core/nearest.ts";
import type { Rest } from "../../proxy/own/rests.ts";
import { type Asked, askRunning } from "../control/control-client.ts";
import { restLine } from "../control/rest-lines.ts";
import { type CommandContext, type ExitCode, printFailure, printJson } from "../terminal/command.ts";

/** Options of `reset`. */
export type ResetOptions = {
  readonly config?: string;
  readonly json?: boolean;
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
  if (gateways.length === 0) return refuse(context, asked, endpoint);
  if (options.json === true) {
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

function refuse(context: CommandContext, asked: Asked, endpoint: string | undefined): ExitCode {
  const { text } = context;
  const [first] = asked.answers;
  const answer = first?.answer;
  if (typeof answer === "object" && answer !== null && "known" in answer && Array.isArray(answer.known)) {
    const name = endpoint ?? "";
    const known = answer.known.filter((one) => typeof one === "string");
    const [guess] = nearest(name, known);
    const message = text("reset.unknownEndpoint", {
      endpoint: cleanText(name),
      known: known.join(text("demo.between")),
    });
    const hint = guess === undefined ? {} : { fix: text("fix.didYouMean", { name: cleanText(guess) }) };
    printFailure(context, { message, ...hint, next: text("next.helpOf", { name: "reset" }) });
    return 1;
  }
  const config = asked.configFile ?? text("reset.noFile");
  const others = asked.otherConfigs
    .map((other) => cleanText(other ?? text("reset.noFile")))
    .join(text("demo.between"));
  const more = others === "" ? {} : { fix: text("fix.resetOther", { others }) };
  printFailure(context, {
    message: text("reset.noGateway", { config: cleanText(config) }),
    ...more,
    next: text("next.serve"),
  });
  return 1;
}
