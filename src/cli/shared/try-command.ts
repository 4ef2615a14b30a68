// The request that the start block shows, in the words of the shell that it is pasted into.

import { textWidth } from "../../core/text-width.ts";
import type { Shell } from "../../language/shell.ts";

/** What is asked, and how wide the terminal is. */
export type FirstRequest = {
  readonly url: string;
  readonly model: string;
  readonly clientKey: string | undefined;
  /** Endless where it is left out. */
  readonly columns?: number | undefined;
};

/**
 * What a person can paste to get a first answer. Where a line would be broken by the terminal, each option has its own,
 * and the body is broken where JSON and the shell let it be.
 */
export function tryCommand(request: FirstRequest, shell: Shell): string {
  const address = `${request.url}/v1/chat/completions`;
  if (shell === "powershell") return powershellCommand(address, request);
  return shell === "cmd" ? cmdCommand(address, request) : posixCommand(address, request);
}

function posixCommand(address: string, request: FirstRequest): string {
  const key = request.clientKey === undefined ? "" : ` -H 'authorization: Bearer ${request.clientKey}'`;
  const head = `    curl ${address} -H 'content-type: application/json'${key} \\`;
  const broken = head.replaceAll(" -H ", " \\\n      -H ");
  const data = `      -d '${bodyOf(request.model).replaceAll("'", "'\\''")}'`;
  return [fitting(request, head, broken), fitting(request, data, brokenBody(data))].join("\n");
}

/** Without `curl`, which is another program there, and to which PowerShell hands quotes in two ways. */
function powershellCommand(address: string, request: FirstRequest): string {
  const key =
    request.clientKey === undefined ? "" : ` -Headers @{authorization='Bearer ${request.clientKey}'}`;
  const head = `    (irm ${address} -Method Post -ContentType application/json${key} \``;
  const broken = head.replaceAll(/ -(?=[MCH])/g, " `\n      -");
  const data = `      -Body '${harmless(bodyOf(request.model))}').choices.message.content`;
  return [fitting(request, head, broken), fitting(request, data, brokenBody(data))].join("\n");
}

/** Within quotes no line can be broken there. */
function cmdCommand(address: string, request: FirstRequest): string {
  const key = request.clientKey === undefined ? "" : ` -H "authorization: Bearer ${request.clientKey}"`;
  const head = `    curl ${address} -H "content-type: application/json"${key} ^`;
  const broken = head.replaceAll(" -H ", " ^\n      -H ");
  const data = `      -d "${harmless(bodyOf(request.model)).replaceAll('"', '\\"')}"`;
  return [fitting(request, head, broken), data].join("\n");
}

function bodyOf(model: string): string {
  return JSON.stringify({ model, messages: [{ role: "user", content: "hi" }] });
}

/** JSON with escapes for all that the shells of Windows read as something of their own, or send in another encoding. */
function harmless(json: string): string {
  return json.replaceAll(/\\["\\]|[^ !#$()*+,\-./\w:;=?@[\]{}~"\\]/g, (sign) => {
    const unit = (sign.length > 1 && sign.startsWith("\\") ? sign.slice(1) : sign).charCodeAt(0);
    return `\\u${unit.toString(16).padStart(4, "0")}`;
  });
}

function brokenBody(data: string): string {
  return data.replace('","messages"', '",\n        "messages"').replace('"user","', '"user",\n        "');
}

function fitting({ columns = Number.POSITIVE_INFINITY }: FirstRequest, line: string, broken: string): string {
  return textWidth(line) <= columns ? line : broken;
}
