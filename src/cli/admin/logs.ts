// `logs`: the last requests, from the log of requests; with `--follow` those that come, until it is stopped.

import { setTimeout } from "node:timers/promises";
import { cleanText, visibleText } from "../../core/clean-text.ts";
import { message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";
import type { AdminAnswer, AdminAsk } from "./admin-answer.ts";
import { acceptedValue, askAdmin, askGateway } from "./ask-admin.ts";

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
/** Of what was missed while nobody answered. */
const MAX_PAGES = 20;

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
  const answer = await askAdmin(context, options, asked(options, { limit: String(lines) }));
  const first = acceptedValue<RequestsShown>(context, answer);
  if (answer === undefined || first === undefined) return 1;
  const isFollowing = options.follow === true || action === "tail";
  if (context.isJson && !isFollowing) {
    printJson(context, first);
    return 0;
  }
  print(context, first.data.toReversed());
  if (!isFollowing) return 0;
  return await follow(context, options, { first, isGateway: answer.pid !== undefined });
}

/** Who was asked first, and what was said. */
type Begun = { readonly first: RequestsShown; readonly isGateway: boolean };

/**
 * Ends by a signal, or when nobody reads any more. A gateway that is gone for a while is waited for: its store must not be
 * opened by another process just as it starts again.
 */
async function follow(
  context: CommandContext,
  options: LogsOptions,
  { first, isGateway }: Begun,
): Promise<ExitCode> {
  const end = new AbortController();
  const stop = (): void => end.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  process.stdout.once("error", stop);
  let seen = new Set(first.data.map(({ id }) => id));
  let from = first.data[0]?.at;
  let asksGateway = isGateway;
  while (await waited(end.signal)) {
    const ask = (paging: Paging) => {
      const question = asked(options, { ...paging, ...(from === undefined ? {} : { from }) });
      return asksGateway ? askGateway(context, options, question) : askAdmin(context, options, question);
    };
    const found = await pages(ask);
    if (found === undefined && !asksGateway) return 1;
    if (found === undefined) continue;
    asksGateway ||= found.isGateway;
    const news = found.data.filter(({ id }) => !seen.has(id)).toReversed();
    if (news.length === 0) continue;
    print(context, news);
    const kept = found.data.slice(0, MAX_LINES);
    seen = new Set(found.data.map(({ id }) => id));
    from = kept.at(-1)?.at ?? from;
  }
  process.off("SIGINT", stop).off("SIGTERM", stop);
  return 0;
}

/** False once the end is asked for. */
async function waited(signal: AbortSignal): Promise<boolean> {
  try {
    await setTimeout(FOLLOW_MS, undefined, { signal });
  } catch {
    // It was asked to end.
  }
  return !signal.aborted;
}

type Paging = Readonly<Record<string, string>>;

/** All that has come, the newest first; undefined where nobody answers now. */
async function pages(
  ask: (paging: Paging) => Promise<AdminAnswer | undefined>,
): Promise<{ readonly data: readonly Logged[]; readonly isGateway: boolean } | undefined> {
  const data: Logged[] = [];
  let cursor: string | null = null;
  let isGateway = false;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const paging: Paging = cursor === null ? {} : { cursor };
    const answer = await ask({ limit: String(MAX_LINES), ...paging });
    if (answer === undefined || answer.status >= 400) return undefined;
    // The same program made it, by the schemas of the API.
    const page = answer.value as RequestsShown;
    data.push(...page.data);
    isGateway = answer.pid !== undefined;
    cursor = page.next;
    if (cursor === null) break;
  }
  return { data, isGateway };
}

/** The question for these options. */
function asked(options: LogsOptions, paging: Paging): AdminAsk {
  const query = new URLSearchParams(paging);
  if (options.key !== undefined) query.set("key", options.key);
  if (options.model !== undefined) query.set("model", options.model);
  if (options.endpoint !== undefined) query.set("endpoint", options.endpoint);
  if (options.failed === true) query.set("min_status", "400");
  return { method: "GET", target: `/requests?${query}` };
}

function print(context: CommandContext, entries: readonly Logged[]): void {
  const { terminal, text } = context;
  if (context.isJson) {
    for (const entry of entries) terminal.out(visibleText(JSON.stringify(entry)));
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
