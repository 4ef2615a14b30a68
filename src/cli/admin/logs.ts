// `logs`: the last requests, from the log of requests; with `--follow` those that come, until it is stopped.

import { setTimeout } from "node:timers/promises";
import { cleanText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";
import { acceptedValue, askAdmin } from "./ask-admin.ts";

/** Options of `logs`. */
export type LogsOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly lines: string;
  readonly follow?: boolean;
  readonly key?: string;
  readonly model?: string;
  readonly endpoint?: string;
  readonly failed?: boolean;
};

type Logged = {
  readonly id: string;
  readonly at: string;
  readonly key: string | null;
  readonly model: string | null;
  readonly endpoint: string | null;
  readonly operation: string | null;
  readonly status: number;
  readonly error: string | null;
  readonly duration_ms: number;
  readonly first_byte_ms: number | null;
  readonly usage: { readonly input?: number; readonly output?: number } | null;
  readonly cost: string | null;
};

type RequestsShown = { readonly data: readonly Logged[]; readonly next: string | null };

/** How often new ones are asked for. */
const FOLLOW_MS = 1_000;
const MAX_LINES = 500;

/** Exit code 1 where the store cannot be read. */
export async function runLogs(
  context: CommandContext,
  options: LogsOptions,
  action: string | undefined,
): Promise<ExitCode> {
  const lines = Number(options.lines);
  if (!/^\d{1,3}$/.test(options.lines) || lines < 1 || lines > MAX_LINES) {
    const wanted = message("want.lines", { max: MAX_LINES });
    const found = { option: "--lines", value: options.lines, wanted };
    refuse(context, {
      message: message("fail.option", found),
      next: message("next.helpOf", { name: "logs" }),
    });
    return 2;
  }
  const first = await ask(context, options, { limit: String(lines) });
  if (first === undefined) return 1;
  const isFollowing = options.follow === true || action === "tail";
  if (context.isJson && !isFollowing) {
    printJson(context, first);
    return 0;
  }
  print(context, first.data.toReversed());
  if (!isFollowing) return 0;
  return await follow(context, options, first);
}

/** Ends with the process, or when the store cannot be read any more. */
async function follow(
  context: CommandContext,
  options: LogsOptions,
  first: RequestsShown,
): Promise<ExitCode> {
  let seen = new Set(first.data.map(({ id }) => id));
  let from = first.data[0]?.at;
  for (;;) {
    await setTimeout(FOLLOW_MS);
    const page = await ask(context, options, {
      limit: String(MAX_LINES),
      ...(from === undefined ? {} : { from }),
    });
    if (page === undefined) return 1;
    const news = page.data.filter(({ id }) => !seen.has(id)).toReversed();
    if (news.length === 0) continue;
    print(context, news);
    seen = new Set(page.data.map(({ id }) => id));
    from = page.data.at(-1)?.at ?? from;
  }
}

async function ask(
  context: CommandContext,
  options: LogsOptions,
  paging: Readonly<Record<string, string>>,
): Promise<RequestsShown | undefined> {
  const query = new URLSearchParams(paging);
  if (options.key !== undefined) query.set("key", options.key);
  if (options.model !== undefined) query.set("model", options.model);
  if (options.endpoint !== undefined) query.set("endpoint", options.endpoint);
  if (options.failed === true) query.set("min_status", "400");
  const answer = await askAdmin(context, options, { method: "GET", target: `/requests?${query}` });
  return acceptedValue<RequestsShown>(context, answer);
}

function print(context: CommandContext, entries: readonly Logged[]): void {
  const { terminal, text } = context;
  if (context.isJson) {
    for (const entry of entries) terminal.out(JSON.stringify(entry));
    return;
  }
  if (entries.length === 0) {
    terminal.out(text("logs.none"));
    return;
  }
  const rows = entries.map((entry) => [
    entry.at.slice(0, 19).replace("T", " "),
    String(entry.status),
    cleanText(entry.model ?? entry.operation ?? "-"),
    cleanText(entry.endpoint ?? "-"),
    cleanText(entry.key ?? "-"),
    entry.usage === null ? "-" : `${entry.usage.input ?? 0}+${entry.usage.output ?? 0}`,
    entry.cost ?? (entry.usage === null ? "-" : "?"),
    `${entry.duration_ms} ms`,
    entry.error ?? "",
  ]);
  terminal.out(
    layOutTable(rows, { indent: "", gap: 2, right: [6, 7], width: terminal.outColumns() }).join("\n"),
  );
}
