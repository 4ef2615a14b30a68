// `admin`: the one-time link that sets the password of the admin API; `--reset` forgets the password.

import { message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { acceptedValue, askAdmin } from "./ask-admin.ts";

/** Options of `admin`. */
export type LinkOptions = { readonly config?: string; readonly dataDir?: string; readonly reset?: boolean };

type Setup = { readonly is_set_up: boolean; readonly url: string | null };

/** Exit code 1 where no gateway runs: a link is good in the one that made it. */
export async function runAdminLink(context: CommandContext, options: LinkOptions): Promise<ExitCode> {
  const { terminal, text } = context;
  const method = options.reset === true ? "DELETE" : "GET";
  const answer = await askAdmin(context, options, { method, target: "/setup" });
  if (answer === undefined) return 1;
  if (answer.pid === undefined) {
    refuse(context, { message: message("admin.noGateway"), next: message("next.serve") });
    return 1;
  }
  const setup = acceptedValue<Setup>(context, answer);
  if (setup === undefined) return 1;
  if (context.isJson) printJson(context, setup);
  else if (setup.url === null) terminal.out(terminal.wrapOut(text("admin.isSetUp"), 0));
  else terminal.out(`${text("admin.link")}\n  ${setup.url}`);
  return 0;
}
