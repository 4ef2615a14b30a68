// Explains why the gateway's own port could not be had, and what to do about it.

import { cleanText } from "../../core/clean-text.ts";
import { errorCode } from "../../core/error-code.ts";
import { findPortOwner, type PortOwner } from "../shared/port-owner.ts";
import type { ListenFlags } from "../shared/variables.ts";
import type { CommandContext, Failure } from "../terminal/command.ts";

/** The address that was wanted, and the command that wanted it. */
export type WantedAddress = {
  readonly host: string;
  readonly port: number;
  /** As typed, for the suggestion: `oai-gateway` or `oai-gateway demo`. */
  readonly command: string;
  /** What of it is said by variables, which the fix then names. */
  readonly listen: ListenFlags;
};

/** The failure to print; undefined when the error is none of listening. */
export async function explainListenFailure(
  context: CommandContext,
  wanted: WantedAddress,
  error: unknown,
): Promise<Failure | undefined> {
  const { text } = context;
  const { host, port } = wanted;
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return explainTaken(context, wanted, await findPortOwner(reachable(host), port));
    case "EACCES":
      return { message: text("fail.portForbidden", { port }), fix: fixPort(context, wanted, 8080) };
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return {
        message: text("fail.address", { host: cleanText(host) }),
        fix: text(wanted.listen.isHostOfVariable ? "variable.address" : "fix.address"),
      };
    case undefined:
      return undefined;
    default:
      return {
        message: text("fail.listen", { host: cleanText(host), port, code: codeOf(error) ?? "" }),
        next: text("next.listen"),
      };
  }
}

function explainTaken(context: CommandContext, wanted: WantedAddress, owner: PortOwner): Failure {
  const { text } = context;
  const { port, host } = wanted;
  const message = text("fail.portTaken", { port, host: cleanText(host), owner: ownerText(context, owner) });
  const fix = fixPort(context, wanted, port + 1);
  const isEndpoint = owner.kind === "llama" || (owner.kind === "http" && owner.hasModels);
  if (!isEndpoint) return { message, fix };
  const name = owner.kind === "llama" ? "llama" : "local";
  const snippet = ["endpoints:", `  - name: ${name}`, `    base_url: http://127.0.0.1:${port}/v1`];
  return { message, fix, more: ["", text("fix.addEndpoint"), ...snippet.map((line) => `  ${line}`)] };
}

function ownerText(context: CommandContext, owner: PortOwner): string {
  if (owner.kind === "http") return context.text("owner.http", { name: cleanText(owner.name) });
  // It was taken a moment ago, so that "nobody" is somebody who has just left.
  return context.text(owner.kind === "nobody" ? "owner.unknown" : `owner.${owner.kind}`);
}

function fixPort(context: CommandContext, wanted: WantedAddress, port: number): string {
  const free = port > 65_535 ? 8080 : port;
  if (wanted.listen.isPortOfVariable) return context.text("variable.taken", { port: free });
  return context.text("fix.port", { command: wanted.command, port: free });
}

/** Where a server that listens on every address can be asked. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  return host === "::" ? "::1" : host;
}

/** A system error's code; undefined for every other error. */
function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "syscall" in error ? errorCode(error) : undefined;
}
