// `keys`: client keys are made, listed, rotated, disabled and deleted, in the gateway that runs or in the store.

import { cleanText } from "../../core/clean-text.ts";
import { type Message, message } from "../../language/messages.ts";
import { type CommandContext, type ExitCode, printJson, refuse } from "../terminal/command.ts";
import { layOutTable } from "../terminal/text-table.ts";
import type { AdminAsk } from "./admin-answer.ts";
import { acceptedValue, askAdmin, type KnownRefusals } from "./ask-admin.ts";
import { timeProblem } from "./written-time.ts";

type KeyAction = "list" | "create" | "show" | "update" | "disable" | "enable" | "rotate" | "delete";

/** Options of `keys`. */
export type KeysOptions = {
  readonly config?: string;
  readonly dataDir?: string;
  readonly name?: string;
  readonly owner?: string;
  readonly tags?: string;
  readonly models?: string;
  readonly endpoints?: string;
  readonly addresses?: string;
  readonly rpm?: string;
  readonly tpm?: string;
  readonly parallel?: string;
  readonly budget?: string;
  readonly per?: string;
  readonly timeZone?: string;
  readonly expires?: string;
  readonly grace?: string;
  readonly logBodies?: boolean;
};

type Key = {
  readonly id: string;
  readonly name: string;
  readonly prefix: string | null;
  readonly source: "config" | "store";
  readonly owner: string | null;
  readonly models: readonly string[] | null;
  readonly expires_at: string | null;
  readonly is_disabled: boolean;
  readonly limits: {
    readonly requests?: Readonly<Record<string, number>>;
    readonly tokens?: Readonly<Record<string, number>>;
    readonly parallel?: number;
  } | null;
  readonly budget: { readonly usd: string; readonly per: string } | null;
  /** Only of one that was just made. */
  readonly key?: string;
};

/** Exit code 1 where it is refused, 2 where the line is wrong. */
export async function runKeys(
  context: CommandContext,
  options: KeysOptions,
  action: KeyAction | undefined,
  key: string | undefined,
): Promise<ExitCode> {
  const made = askOf(options, action ?? "list", key ?? options.name);
  if ("wrong" in made) {
    refuse(context, { message: made.wrong, next: message("next.helpOf", { name: "keys" }) });
    return 2;
  }
  const answer = await askAdmin(context, options, made.ask);
  if ((action ?? "list") === "list") return listed(context, acceptedValue(context, answer));
  // Nothing comes back of a key that is gone.
  const whole = answer && { ...answer, value: answer.value ?? null };
  const value = acceptedValue<Key | null>(context, whole, refusalsFor(action, key ?? options.name ?? ""));
  if (value === undefined) return 1;
  if (context.isJson) printJson(context, value ?? { deleted: key ?? options.name });
  else if (value === null) context.terminal.out(context.text("keys.deleted", { name: cleanText(key ?? "") }));
  else printOne(context, value);
  return 0;
}

/** A key that is not there, or a name that is taken. */
function refusalsFor(action: KeyAction | undefined, name: string): KnownRefusals {
  const next = message("next.keysList");
  const missing = { message: message("keys.notThere", { name: cleanText(name) }), next };
  const taken = { message: message("keys.taken", { name: cleanText(name) }), next };
  return action === "create" ? { admin_conflict: taken } : { admin_not_found: missing };
}

type Made = { readonly ask: AdminAsk } | { readonly wrong: Message };

function askOf(options: KeysOptions, action: KeyAction, key: string | undefined): Made {
  if (action === "list") return { ask: { method: "GET", target: "/keys" } };
  if (key === undefined)
    return { wrong: message(action === "create" ? "keys.nameMissing" : "keys.keyMissing", { action }) };
  const target = `/keys/${encodeURIComponent(key)}`;
  switch (action) {
    case "create":
      return createAsk(options, key);
    case "show":
      return { ask: { method: "GET", target } };
    case "update": {
      const made = rulesOf(options);
      if ("wrong" in made) return made;
      const body = {
        ...made.rules,
        ...(options.name === undefined || options.name === key ? {} : { name: options.name }),
      };
      if (Object.keys(body).length === 0) return { wrong: message("keys.nothingToUpdate") };
      return { ask: { method: "PATCH", target, body } };
    }
    case "disable":
    case "enable":
      return { ask: { method: "PATCH", target, body: { is_disabled: action === "disable" } } };
    case "rotate":
      return rotateAsk(options, target);
    default:
      return { ask: { method: "DELETE", target } };
  }
}

function createAsk(options: KeysOptions, name: string): Made {
  const made = rulesOf(options);
  if ("wrong" in made) return made;
  return { ask: { method: "POST", target: "/keys", body: { name, ...made.rules } } };
}

/** What the options say of a key. */
function rulesOf(options: KeysOptions): { readonly rules: object } | { readonly wrong: Message } {
  const rpm = countOf("--rpm", options.rpm);
  const tpm = countOf("--tpm", options.tpm);
  const parallel = countOf("--parallel", options.parallel);
  const usd = amountOf(options.budget);
  for (const one of [rpm, tpm, parallel, usd]) if (typeof one === "object") return one;
  const wrong = timeProblem("--expires", options.expires);
  if (wrong !== undefined) return { wrong };
  if (usd === undefined && options.per !== undefined) return { wrong: message("keys.perAlone") };
  const limits = {
    ...(rpm === undefined ? {} : { requests: { minute: rpm } }),
    ...(tpm === undefined ? {} : { tokens: { minute: tpm } }),
    ...(parallel === undefined ? {} : { parallel }),
  };
  const budget =
    usd === undefined
      ? undefined
      : { usd, per: options.per ?? "month", time_zone: options.timeZone ?? ownZone() };
  const rules = {
    ...(options.owner === undefined ? {} : { owner: options.owner }),
    ...listOfWordsIn("tags", options.tags),
    ...listOfWordsIn("models", options.models),
    ...listOfWordsIn("endpoints", options.endpoints),
    ...listOfWordsIn("addresses", options.addresses),
    ...(options.expires === undefined ? {} : { expires_at: options.expires }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    ...(budget === undefined ? {} : { budget }),
    ...(options.logBodies === undefined ? {} : { log_bodies: options.logBodies }),
  };
  return { rules };
}

/** Budgets begin anew at the midnight of whoever sets them. */
function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

const HOUR_S = 3_600;

/** `--grace 24h`, `7d`, `30m` or seconds. */
function rotateAsk({ grace }: KeysOptions, target: string): Made {
  if (grace === undefined) return { ask: { method: "POST", target: `${target}/rotate`, body: {} } };
  const [, count, unit = "s"] = /^(\d{1,6})([smhd])?$/.exec(grace) ?? [];
  if (count === undefined)
    return {
      wrong: message("fail.option", { option: "--grace", value: grace, wanted: message("want.grace") }),
    };
  const seconds = { s: 1, m: 60, h: HOUR_S, d: 24 * HOUR_S }[unit] ?? 1;
  return {
    ask: { method: "POST", target: `${target}/rotate`, body: { grace_seconds: Number(count) * seconds } },
  };
}

function listOfWordsIn(name: string, written: string | undefined): Record<string, string[]> {
  if (written === undefined) return {};
  const words = written
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return { [name]: words };
}

function countOf(
  option: string,
  written: string | undefined,
): number | undefined | { readonly wrong: Message } {
  if (written === undefined) return undefined;
  if (/^\d{1,12}$/.test(written) && Number(written) > 0) return Number(written);
  return { wrong: message("fail.option", { option, value: written, wanted: message("want.count") }) };
}

function amountOf(written: string | undefined): number | undefined | { readonly wrong: Message } {
  if (written === undefined) return undefined;
  if (/^\d{1,7}(?:\.\d{1,9})?$/.test(written) && Number(written) > 0) return Number(written);
  return {
    wrong: message("fail.option", { option: "--budget", value: written, wanted: message("want.dollars") }),
  };
}

function listed(context: CommandContext, found: { readonly data: readonly Key[] } | undefined): ExitCode {
  if (found === undefined) return 1;
  const { terminal, text } = context;
  if (context.isJson) printJson(context, found.data);
  else if (found.data.length === 0) terminal.out(terminal.wrapOut(text("keys.none"), 0));
  else {
    const header = [
      text("keys.name"),
      text("keys.prefix"),
      text("keys.state"),
      text("keys.may"),
      text("keys.budget"),
    ];
    const rows = found.data.map((key) => [
      cleanText(key.name),
      key.prefix ?? "-",
      stateOf(context, key),
      mayOf(key),
      key.budget === null ? "-" : `${key.budget.usd} USD / ${text(`keys.per.${perOf(key.budget.per)}`)}`,
    ]);
    terminal.out(layOutTable(rows, { header, indent: "", width: terminal.outColumns() }).join("\n"));
  }
  return 0;
}

const PERIODS = ["day", "week", "month", "total"] as const;

function perOf(per: string): (typeof PERIODS)[number] {
  return PERIODS.find((one) => one === per) ?? "total";
}

function stateOf(
  { text }: CommandContext,
  { is_disabled: isDisabled, expires_at: expires, source }: Key,
): string {
  if (isDisabled) return text("keys.disabled");
  if (expires !== null) return text("keys.until", { until: expires.slice(0, 10) });
  return text(source === "config" ? "keys.inFile" : "keys.good");
}

function mayOf({ models, limits }: Key): string {
  const parts = [models === null ? "*" : models.map(cleanText).join(", ")];
  const { requests, tokens, parallel } = limits ?? {};
  for (const [window, count] of Object.entries(requests ?? {})) parts.push(`${count} req/${window}`);
  for (const [window, count] of Object.entries(tokens ?? {})) parts.push(`${count} tok/${window}`);
  if (parallel !== undefined) parts.push(`${parallel} ∥`);
  return parts.join("; ");
}

function printOne(context: CommandContext, key: Key): void {
  const { terminal, text } = context;
  const { symbols, paint } = terminal;
  if (key.key === undefined) {
    terminal.out(`${symbols.ok} ${cleanText(key.name)}: ${stateOf(context, key)} (${key.id})`);
    return;
  }
  terminal.out(`${symbols.ok} ${cleanText(key.name)}: ${paint.bold(key.key)}`);
  terminal.out(terminal.wrapOut(`  ${text("keys.once")}`, 2));
}
