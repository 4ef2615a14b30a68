// The variables of the environment that stand for flags: read where the flag was not given, so that a flag wins over its
// variable and the variable over the file.

import { resolve } from "node:path";
import { CONFIG_VARIABLE, isFile, namedByVariable } from "../../config/file/locate.ts";
import { editDistance } from "../../core/nearest.ts";
import { LOG_LEVELS } from "../../core/summary.ts";
import { bareHost, isHostName } from "../../http/hosts.ts";
import { type Message, message } from "../../language/messages.ts";
import type { CommandContext, Failure } from "../terminal/command.ts";
import { type Flag, readPort } from "../terminal/flags.ts";

/** Where the gateway listens and what it logs, as flags and variables say it; undefined where neither does. */
export type ListenFlags = {
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly logLevel: LevelName | undefined;
  /** Whether the host is that of OAI_GATEWAY_HOST, which a hint then names. */
  readonly isHostOfVariable: boolean;
  readonly isPortOfVariable: boolean;
};

type LevelName = (typeof LOG_LEVELS)[number];

/** The flags as commander hands them over. */
export type GivenFlags = {
  readonly host?: string;
  readonly port?: string;
  readonly logLevel?: LevelName;
};

/** Reads `--host`, `--port` and `--log-level`, else OAI_GATEWAY_HOST, OAI_GATEWAY_PORT and OAI_GATEWAY_LOG_LEVEL. */
export function readListenFlags(context: CommandContext, given: GivenFlags): Flag<ListenFlags> {
  const port = given.port === undefined ? portVariable(context) : readPort(given.port);
  if (port.kind === "wrong") return port;
  const host = given.host === undefined ? hostVariable(context) : ok(given.host);
  if (host.kind === "wrong") return host;
  const logLevel = given.logLevel === undefined ? levelVariable(context) : ok(given.logLevel);
  if (logLevel.kind === "wrong") return logLevel;
  return ok({
    host: host.value,
    port: port.value,
    logLevel: logLevel.value,
    isHostOfVariable: given.host === undefined && host.value !== undefined,
    isPortOfVariable: given.port === undefined && port.value !== undefined,
  });
}

/**
 * Why a variable that stands for a flag cannot be used; undefined where all can, or flags stand in their place. Warns of
 * names that are nearly right.
 */
export function refuseVariables(
  context: CommandContext,
  given: GivenFlags & { readonly config?: string },
): Failure | undefined {
  warnOfMisspelt(context);
  const listen = readListenFlags(context, given);
  return (
    refuseConfigVariable(context, given.config) ?? (listen.kind === "wrong" ? listen.failure : undefined)
  );
}

const OWN_PREFIX = "OAI_GATEWAY_";
/** The variables of this program, behind the prefix. */
const OWN_NAMES = ["CONFIG", "DATA_DIR", "DEBUG", "HOST", "LOG_LEVEL", "PORT"];

/** Warns of variables that are nearly one of this program's, and so do nothing. */
function warnOfMisspelt({ env, text, terminal }: CommandContext): void {
  for (const name of Object.keys(env)) {
    if (!/^OAI_GATEWAY_\w{1,20}$/.test(name)) continue;
    const near = ownNameNear(name.slice(OWN_PREFIX.length));
    if (near === undefined) continue;
    const words = text("variable.misspelt", { name, near: OWN_PREFIX + near });
    terminal.err(`${terminal.symbols.warn} ${words}`);
  }
}

/** A slip or two away: other names may be the user's own, or those by which Kubernetes links a service. */
function ownNameNear(name: string): string | undefined {
  if (OWN_NAMES.includes(name)) return undefined;
  return OWN_NAMES.find((own) => {
    const most = own.length < 6 ? 1 : 2;
    return editDistance(name, own, most) <= most;
  });
}

function refuseConfigVariable({ env, cwd }: CommandContext, flag: string | undefined): Failure | undefined {
  const named = flag === undefined ? namedByVariable(env) : undefined;
  if (named === undefined || isFile(resolve(cwd, named))) return undefined;
  const values = { name: CONFIG_VARIABLE, wanted: message("variable.config"), value: named };
  return { message: message("variable.wrong", values), fix: message("variable.configFix") };
}

function portVariable(context: CommandContext): Flag<number | undefined> {
  const name = "OAI_GATEWAY_PORT";
  const value = filled(context, name);
  if (value === undefined) return ok(undefined);
  // Kubernetes sets it in every pod beside a service that is called `oai-gateway`: no word of whoever runs this.
  if (/^(?:tcp|udp|sctp):\/\//.test(value)) return ok(undefined);
  if (/^\d{1,5}$/.test(value) && Number(value) <= 65_535) return ok(Number(value));
  return wrong({ name, value, wanted: message("want.port"), example: "8080" });
}

function hostVariable(context: CommandContext): Flag<string | undefined> {
  const name = "OAI_GATEWAY_HOST";
  const value = filled(context, name);
  if (value === undefined) return ok(undefined);
  if (isHostName(value)) return ok(bareHost(value));
  return wrong({ name, value, wanted: message("variable.host"), example: "127.0.0.1" });
}

function levelVariable(context: CommandContext): Flag<LevelName | undefined> {
  const name = "OAI_GATEWAY_LOG_LEVEL";
  const value = filled(context, name);
  if (value === undefined) return ok(undefined);
  const level = LOG_LEVELS.find((one) => one === value.toLowerCase());
  if (level !== undefined) return ok(level);
  const wanted = message("variable.level", { values: LOG_LEVELS.join(", ") });
  return wrong({ name, value, wanted, example: "info" });
}

/** Spaces around it come from files of variables; empty is the same as unset, as `${VAR:-}` of a compose file leaves it. */
function filled({ env }: CommandContext, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === "" ? undefined : value;
}

type WrongVariable = {
  readonly name: string;
  readonly value: string;
  readonly wanted: Message;
  readonly example: string;
};

function wrong({ name, value, wanted, example }: WrongVariable): Flag<never> {
  return {
    kind: "wrong",
    failure: {
      message: message("variable.wrong", { name, wanted, value }),
      fix: message("variable.fix", { name, example }),
    },
  };
}

function ok<T>(value: T): Flag<T> {
  return { kind: "ok", value };
}
