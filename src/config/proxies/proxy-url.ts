// Makes a forward proxy of what a person wrote, in the configuration or in a variable of the environment. Pure; opens no
// connection.

import { type Message, message } from "../../language/messages.ts";
import { ForwardProxy } from "../../upstream/forward-proxy.ts";

/** The proxy, or what is wrong with it: words that follow its name and hold neither credentials nor the value. */
export type ProxyResult =
  | { readonly kind: "ok"; readonly proxy: ForwardProxy }
  | { readonly kind: "bad"; readonly problem: Message; readonly fix: Message };

const ODD = /[\u0000-\u0020\u007f-\u00a0\u2000-\u200f\u2028\u2029\u3000\uff01-\uff5e\ufeff\\]/;

/** Reads a proxy's address; without a scheme it is `http:`, as everywhere. */
export function readProxy(written: string): ProxyResult {
  const text = written.trim();
  if (text === "") return bad("proxy.empty");
  if (ODD.test(text)) return bad("proxy.odd");
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme?.startsWith("socks") === true) return bad("proxy.socks");
  if (scheme !== undefined && scheme !== "http" && scheme !== "https") return bad("proxy.scheme");
  const url = URL.parse(scheme === undefined ? `http://${text}` : text);
  if (url === null || url.hostname === "") {
    // What stands before the last "@" is taken for a password with a sign in it that URLs do not allow there.
    return bad(/[/?#].*@/.test(text.replace(/^[a-z]+:\/\//i, "")) ? "proxy.unencoded" : "proxy.notUrl");
  }
  if (url.search !== "" || url.hash !== "" || url.pathname.length > 1)
    return bad(/@/.test(url.pathname + url.search + url.hash) ? "proxy.unencoded" : "proxy.path");
  return { kind: "ok", proxy: new ForwardProxy(url) };
}

type ProblemKey = `proxy.${"empty" | "odd" | "socks" | "scheme" | "notUrl" | "unencoded" | "path"}`;

function bad(key: ProblemKey): ProxyResult {
  const isPassword = key === "proxy.unencoded";
  return {
    kind: "bad",
    problem: message(key),
    fix: message(isPassword ? "proxy.fixEncode" : key === "proxy.socks" ? "proxy.fixSocks" : "proxy.fix"),
  };
}
