// A proxy on the way to an endpoint, and what can go wrong there. How connections go through one is
// `proxy-connector.ts`.

import { firstHeader } from "../http/first-header.ts";
import type { FlatHeaders } from "../http/message.ts";
import { english, type Message, message } from "../language/messages.ts";

/** A forward proxy. Its credentials are in no JSON and in no log. */
export class ForwardProxy {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly isSecure: boolean;
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  /** Host and port, for people. */
  readonly shown: string;
  readonly #authorization: string | undefined;
  readonly #url: string;

  /** `url`: `http:` or `https:`, with credentials or without; these are percent-decoded (RFC 3986 §3.2.1). */
  constructor(url: URL) {
    this.isSecure = url.protocol === "https:";
    this.hostname = url.hostname.replace(/^\[|\]$/g, "");
    this.port = url.port === "" ? (this.isSecure ? 443 : 80) : Number(url.port);
    this.shown = `${url.hostname}:${this.port}`;
    this.origin = `${url.protocol}//${this.shown}`;
    this.#authorization = authorizationOf(url);
    this.#url = url.href;
  }

  /** As it was given, with its credentials; a method, so that it is in no JSON and in no log. */
  url(): string {
    return this.#url;
  }

  /** The value of `Proxy-Authorization`; undefined where there are no credentials. */
  authorization(): string | undefined {
    return this.#authorization;
  }

  /** Whether connections of the one may serve for the other. */
  isSame(other: ForwardProxy): boolean {
    return this.origin === other.origin && this.#authorization === other.#authorization;
  }
}

/** Whether two peers are reached in the same way. */
export function isSameProxy(one: ForwardProxy | undefined, other: ForwardProxy | undefined): boolean {
  return one === other || (one !== undefined && other !== undefined && one.isSame(other));
}

function authorizationOf({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  // Bytes as they were encoded, in whatever character set the proxy counts (RFC 7617 §2).
  const bytes = Buffer.concat([percentDecoded(username), Buffer.from(":"), percentDecoded(password)]);
  return `Basic ${bytes.toString("base64")}`;
}

/** A percent sign that begins no code stands for itself: `URL` leaves it as it is. */
function percentDecoded(text: string): Buffer {
  const decoded = text.replaceAll(/%([\da-f]{2})/gi, (_code, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(decoded, "latin1");
}

/** How a forward proxy fails, as a kind of failed call. */
export type ProxyFailureKind =
  /** No connection to it. */
  | "proxy_unreachable"
  /** It took too long, or says that the endpoint did. */
  | "proxy_timeout"
  /** It wants credentials, or does not let this endpoint through. */
  | "proxy_denied"
  /** It says that it does not reach the endpoint, closes without a word, or speaks no HTTP. */
  | "proxy_failed";

/** The proxy is why there is no connection, or no answer. */
export class ProxyFailure extends Error {
  readonly kind: ProxyFailureKind;
  /** The whole sentence, which the error's own message has in English. */
  readonly said: Message;

  /** `what` follows the proxy's host and port in a sentence, and holds no secret. */
  constructor(kind: ProxyFailureKind, proxy: ForwardProxy, what: Message) {
    const said = message("proxy.says", { proxy: proxy.shown, what });
    super(english(said));
    this.kind = kind;
    this.said = said;
  }
}

/** What a proxy was asked for. */
type AskedOfProxy = "proxy.askedConnect" | "proxy.askedRequest";

/** What a proxy's refusal means. */
export function refusedBy(proxy: ForwardProxy, status: number, what: AskedOfProxy): ProxyFailure {
  const asked = message(what);
  const told = (kind: ProxyFailureKind, why: Message) =>
    new ProxyFailure(kind, proxy, message("proxy.answeredWhy", { status, asked, why }));
  if (status === 407) {
    const isWrong = proxy.authorization() !== undefined;
    return told("proxy_denied", message(isWrong ? "proxy.wrongCredentials" : "proxy.noCredentials"));
  }
  if (status === 401 || status === 403 || status === 405 || status === 451)
    return told("proxy_denied", message("proxy.notAllowed"));
  if (status === 504) return told("proxy_timeout", message("proxy.endpointSilent"));
  if (status === 502 || status === 503) return told("proxy_failed", message("proxy.endpointUnreached"));
  return new ProxyFailure("proxy_failed", proxy, message("proxy.answered", { status, asked }));
}

/**
 * Whether a refusal is the proxy's own: 407 is nobody else's (RFC 9110 §15.5.8); of other statuses only some proxies say
 * so, by the field that is meant for it (RFC 9209) or by Squid's.
 */
export function isOfProxy(status: number, headers: FlatHeaders): boolean {
  if (status === 407) return true;
  if (firstHeader(headers, "x-squid-error") !== undefined) return true;
  return /;\s*error\s*=/.test(firstHeader(headers, "proxy-status") ?? "");
}
