// Explains why the gateway's own port could not be had, and what to do about it.

import { errorCode } from "../../core/error-code.ts";
import { type Message, message, verbatim } from "../../language/messages.ts";
import { findPortOwner, type PortOwner } from "../shared/port-owner.ts";
import type { ListenFlags } from "../shared/variables.ts";
import type { Failure } from "../terminal/command.ts";

/** The address that was wanted, and the command that wanted it. */
export type WantedAddress = {
  readonly host: string;
  readonly port: number;
  /** As typed, for the suggestion: `oai-gateway` or `oai-gateway demo`. */
  readonly command: string;
  /** What of it is said by variables, which the fix then names. */
  readonly listen: ListenFlags;
};

/** Far enough from a port to lie in no range that it is in, as Windows reserves them. */
const RANGE_PORTS = 1_000;

/** The failure to print; undefined when the error is none of listening. */
export async function explainListenFailure(
  wanted: WantedAddress,
  error: unknown,
  platform: NodeJS.Platform = process.platform,
): Promise<Failure | undefined> {
  const { host, port } = wanted;
  switch (codeOf(error)) {
    case "EADDRINUSE":
      return explainTaken(wanted, await findPortOwner(reachable(host), port));
    case "EACCES":
      // There no port needs rights, but whole ranges are kept for virtual machines, 8080 among them at times.
      return platform === "win32"
        ? { message: message("fail.portReserved", { port }), fix: fixPort(wanted, port + RANGE_PORTS) }
        : { message: message("fail.portForbidden", { port }), fix: fixPort(wanted, 8080) };
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "EINVAL":
      return {
        message: message("fail.address", { host: host }),
        fix: message(wanted.listen.isHostOfVariable ? "variable.address" : "fix.address"),
      };
    case undefined:
      return undefined;
    default:
      return {
        message: message("fail.listen", { host: host, port, code: codeOf(error) ?? "" }),
        next: message("next.listen"),
      };
  }
}

function explainTaken(wanted: WantedAddress, owner: PortOwner): Failure {
  const { port, host } = wanted;
  const taken = message("fail.portTaken", { port, host: host, owner: ownerText(owner) });
  const fix = fixPort(wanted, port + 1);
  const isEndpoint = owner.kind === "llama" || (owner.kind === "http" && owner.hasModels);
  if (!isEndpoint) return { message: taken, fix };
  const name = owner.kind === "llama" ? "llama" : "local";
  const snippet = ["endpoints:", `  - name: ${name}`, `    base_url: http://127.0.0.1:${port}/v1`];
  const more = [verbatim(""), message("fix.addEndpoint"), ...snippet.map((line) => verbatim(`  ${line}`))];
  return { message: taken, fix, more };
}

function ownerText(owner: PortOwner): Message {
  if (owner.kind === "http") return message("owner.http", { name: owner.name });
  // It was taken a moment ago, so that "nobody" is somebody who has just left.
  return message(owner.kind === "nobody" ? "owner.unknown" : `owner.${owner.kind}`);
}

function fixPort(wanted: WantedAddress, port: number): Message {
  const free = port > 65_535 ? 8080 : port;
  if (wanted.listen.isPortOfVariable) return message("variable.taken", { port: free });
  return message("fix.port", { command: wanted.command, port: free });
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
