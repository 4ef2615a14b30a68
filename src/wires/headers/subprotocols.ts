// `Sec-WebSocket-Protocol` as OpenAI's realtime API uses it: a browser's WebSocket can send no header of its own, so
// that a page puts its key, and its account, among the subprotocols it offers.

import { isCredentialName } from "../../core/credential-names.ts";

const HEADER = "sec-websocket-protocol";
const KEY = "openai-insecure-api-key.";
/** The account of the client, which is not the endpoint's: a good key would fail with it. */
const ACCOUNT = /^openai-(?:organization|project)\./i;

/** The subprotocols that a request offers, in order. `headers`: flat, names in lower case. */
export function subprotocolsOf(headers: readonly string[]): string[] {
  const offered: string[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] !== HEADER) continue;
    for (const one of (headers[index + 1] ?? "").split(",")) if (one.trim() !== "") offered.push(one.trim());
  }
  return offered;
}

/** The key among them; undefined where there is none. */
export function keyInSubprotocols(offered: readonly string[]): string | undefined {
  const found = offered.find((one) => one.toLowerCase().startsWith(KEY));
  return found?.slice(KEY.length);
}

/** Those that may be passed on: neither a key nor an account. */
export function passedSubprotocols(offered: readonly string[]): string[] {
  return offered.filter((one) => !ACCOUNT.test(one) && !isCredentialName(nameOf(one)));
}

/** What stands before the first dot, in lower case: `name.value` is how values travel. */
function nameOf(subprotocol: string): string {
  const dot = subprotocol.indexOf(".");
  return (dot === -1 ? subprotocol : subprotocol.slice(0, dot)).toLowerCase();
}
