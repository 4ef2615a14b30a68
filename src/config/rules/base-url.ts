// Makes the address of an endpoint out of what a person wrote as `base_url`, forgiving what is plainly meant and
// refusing what is dangerous. Pure; opens no connection.

import { isIP } from "../../core/net/ip.ts";
import { bareHost, isLinkLocalHost, isLoopbackHost, isWildcardHost } from "../../http/hosts.ts";
import { type Message, message } from "../../language/messages.ts";
import { livesBelowModels, presentPath, usualPathAt } from "../../wires/registry/hosts.ts";
import type { ConfigCode } from "../report/codes.ts";
import { INVISIBLE, QUOTES, SPACES, unicodeNumber } from "../report/plain-text.ts";
import { isPlainKey, shownParts } from "../report/showable.ts";

/** A usable address. */
export type BaseUrl = {
  /** No trailing slash, query or fragment. */
  readonly baseUrl: string;
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path of `baseUrl`, such as `/v1`; empty when there is none. */
  readonly basePath: string;
  /** `basePath` without a final `/v1`, `/v2` and the like. */
  readonly rootPath: string;
};

/** What was made of a `base_url`. Messages follow the name of the key and hold neither credentials nor queries. */
export type BaseUrlResult =
  | {
      readonly kind: "ok";
      readonly url: BaseUrl;
      readonly corrections: readonly Message[];
      readonly advice: string | undefined;
    }
  | { readonly kind: "bad"; readonly code: ConfigCode; readonly message: Message; readonly fix: Message };

/** Not all beyond ASCII: hosts may be in any script. */
const ODD = new RegExp(`[${SPACES}${INVISIBLE}${QUOTES}\\uff01-\\uff5e、﹕︓∶]`);

/** Reads a `base_url`. */
export function readBaseUrl(text: string): BaseUrlResult {
  const input = text.trim();
  if (input === "") return bad(message("text.empty"), message("url.fixEmpty"));
  const odd = ODD.exec(input)?.[0];
  if (odd !== undefined) {
    const words = message("url.wide", { number: unicodeNumber(odd) });
    return { kind: "bad", code: "OG106", message: words, fix: message("url.fixWide") };
  }
  if (/[\u0000-\u0020\u007f-\u009f\\]/.test(input)) return bad(message("url.space"), message("fix.removeIt"));
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(input)) return withoutScheme(input);
  const scheme = input.slice(0, input.indexOf(":")).toLowerCase();
  if (scheme !== "http" && scheme !== "https")
    return bad(
      message("url.otherScheme", { scheme: isPlainKey(scheme) ? scheme : "…" }),
      message("url.fixScheme"),
    );
  const url = URL.canParse(input) && /^https?:\/\/[^/?#]/i.test(input) ? new URL(input) : undefined;
  if (url === undefined) return bad(message("url.invalid"), message("url.fixInvalid"));
  return checkUrl(url, input);
}

function withoutScheme(input: string): BaseUrlResult {
  const scheme = /^(file|gopher|ftp|data|javascript|ws|wss|unix|https?):/i.exec(input)?.[1]?.toLowerCase();
  if (scheme !== undefined) return bad(message("url.noSlashes", { scheme }), message("url.fixScheme"));
  const rest = input.replace(/^\/+/, "");
  const guess = URL.canParse(`http://${rest}`) ? new URL(`http://${rest}`) : undefined;
  const isSimple =
    guess !== undefined &&
    guess.username === "" &&
    guess.password === "" &&
    guess.search === "" &&
    guess.hash === "";
  // What cannot be an address as it stands may be a key of an account.
  if (!isSimple || shownParts("address", rest).length === 0)
    return bad(message("url.noScheme"), message("url.fixNoScheme"));
  const isLocal =
    isLoopbackHost(guess.hostname) || isIP(bareHost(guess.hostname)) !== 0 || !guess.hostname.includes(".");
  return bad(message("url.noScheme"), write(`${isLocal ? "http" : "https"}://${rest}`));
}

function checkUrl(url: URL, input: string): BaseUrlResult {
  const address = `${url.origin}${trimSlashes(url.pathname)}`;
  if (isLinkLocalHost(url.hostname)) {
    return {
      kind: "bad",
      code: "OG123",
      message: message("url.linkLocal"),
      fix: message("url.fixLinkLocal"),
    };
  }
  if (url.username !== "" || url.password !== "")
    return bad(message("url.credentials"), message("url.fixCredentials", { url: address }));
  if ((url.search !== "" && !isOlderForm(url)) || input.endsWith("?"))
    return bad(message("url.query"), write(withoutQuery(url)));
  if (url.hash !== "" || input.includes("#")) return bad(message("url.fragment"), write(address));
  const written = writtenHost(input);
  if (url.hostname.endsWith("."))
    return bad(message("url.dot"), write(address.replace(url.hostname, url.hostname.slice(0, -1))));
  // 2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1: never what a person means, often a disguise.
  if (isIP(url.hostname) === 4 && written !== url.hostname)
    return bad(message("url.unusual", { host: url.hostname }), write(address));
  if (url.port === "0") return bad(message("url.portZero"), message("url.fixPortZero"));
  return correct(url);
}

/** Whether its query is the version that belongs to an older form of the address, and nothing else. */
function isOlderForm(url: URL): boolean {
  const names = [...url.searchParams.keys()];
  const isVersion = names.length === 1 && names[0]?.toLowerCase() === "api-version";
  return isVersion && presentPath(url.hostname, trimSlashes(url.pathname)) !== undefined;
}

/** What an address with a query is meant to be: without it, and without the path of a request. */
function withoutQuery(url: URL): string {
  const bare = new URL(url.origin + url.pathname);
  const corrected = correct(bare);
  return corrected.kind === "ok" ? corrected.url.baseUrl : `${url.origin}${trimSlashes(url.pathname)}`;
}

function writtenHost(input: string): string {
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(input)?.[1] ?? "";
  return authority.replace(/^.*@/, "").replace(/:\d*$/, "").toLowerCase();
}

// Longest first, so that "/chat/completions" is not taken for "/completions".
const PASTED = [
  "/chat/completions",
  "/responses/compact",
  "/images/generations",
  "/images/edits",
  "/audio/speech",
  "/audio/transcriptions",
  "/messages/count_tokens",
  "/completions",
  "/embeddings",
  "/responses",
  "/moderations",
  "/messages",
  "/rerank",
  "/models",
];

function correct(url: URL): BaseUrlResult {
  const corrections: Message[] = [];
  let path = trimSlashes(url.pathname);
  const mark = /[,;]+$/.exec(path)?.[0];
  if (mark !== undefined) {
    path = trimSlashes(path.slice(0, -mark.length));
    corrections.push(message("url.cutOff", { path: mark }));
  }
  const present = presentPath(url.hostname, path.replace(/\/{2,}/g, "/"));
  if (present !== undefined) {
    path = present;
    corrections.push(message("url.present", { path }));
  }
  const pasted = PASTED.find((suffix) => path.toLowerCase().endsWith(suffix));
  if (pasted !== undefined && !(pasted === "/models" && livesBelowModels(url.hostname))) {
    path = trimSlashes(path.slice(0, -pasted.length));
    corrections.push(message("url.cutOff", { path: pasted }));
  }
  if (path.includes("//")) {
    path = path.replace(/\/{2,}/g, "/");
    corrections.push(message("url.doubled"));
  }
  if (/\/v1(?:\/v1)+$/.test(path)) {
    path = path.replace(/(?:\/v1)+$/, "/v1");
    corrections.push(message("url.doubledVersion"));
  }
  let { origin } = url;
  if (isWildcardHost(url.hostname)) {
    origin = origin.replace(url.hostname, url.hostname.startsWith("[") ? "[::1]" : "127.0.0.1");
    corrections.push(message("url.wildcard", { host: bareHost(url.hostname) }));
  }
  const baseUrl = origin + path;
  return {
    kind: "ok",
    url: { baseUrl, origin, basePath: path, rootPath: path.replace(/\/v\d+$/, "") },
    corrections,
    advice: adviceFor(url, path),
  };
}

const LOCAL_PORTS = new Set(["11434", "1234", "8000"]);

function adviceFor(url: URL, path: string): string | undefined {
  if (path !== "") return undefined;
  const usual = usualPathAt(url.hostname);
  if (usual !== undefined) return `${url.origin}${usual}`;
  return isLoopbackHost(url.hostname) && LOCAL_PORTS.has(url.port) ? `${url.origin}/v1` : undefined;
}

function trimSlashes(path: string): string {
  return path.replace(/\/+$/, "");
}

function bad(words: Message, fix: Message): BaseUrlResult {
  return { kind: "bad", code: "OG122", message: words, fix };
}

function write(text: string): Message {
  return message("fix.write", { text });
}
