// Step 3, admit: who may call. Client keys, the Host check against DNS rebinding and the Origin rules for web pages.
// Compiled from the configuration once; a request only compares.

import { hash, timingSafeEqual } from "node:crypto";
import { isIP, isIPv6 } from "node:net";
import { hostname } from "node:os";
import { GatewayError } from "../../core/errors.ts";
import type { InboundRequest } from "../../http/message.ts";
import { KEY_HEADERS } from "../../wires/headers/account-headers.ts";
import { READ_BY_CLIENTS } from "../../wires/headers/limit-headers.ts";
import { keyInSubprotocols, subprotocolsOf } from "../../wires/headers/subprotocols.ts";

/** What the configuration says of callers. */
export type AccessSettings = {
  readonly host: string;
  readonly apiKeys: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** Lower-case names of clients' headers that go to endpoints besides the usual ones. */
  readonly passedHeaders: ReadonlySet<string>;
  /** Whether a POST to an unknown path below `/v1` is passed on. */
  readonly passesUnknownPaths: boolean;
};

const PREFLIGHT_MAX_AGE = "600";
/** What a page's script may read of an answer besides the simple headers. */
const EXPOSED = [
  "x-request-id",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "x-oai-gateway-endpoint",
  "x-oai-gateway-model",
  "x-oai-gateway-attempts",
  "x-oai-gateway-fallback",
  "x-oai-gateway-source",
  ...READ_BY_CLIENTS,
].join(", ");

/** The compiled rules. */
export class AccessRules {
  readonly passedHeaders: ReadonlySet<string>;
  readonly passesUnknownPaths: boolean;
  readonly #keyDigests: readonly Buffer[];
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #isHostChecked: boolean;
  /** Nearly all requests say the same, and the rules do not change. */
  #lastGoodHost: string | undefined;

  constructor(settings: AccessSettings) {
    this.passedHeaders = settings.passedHeaders;
    this.passesUnknownPaths = settings.passesUnknownPaths;
    this.#keyDigests = settings.apiKeys.map(digest);
    this.#origins = new Set(settings.corsOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, "")));
    // A key protects against pages that rebind a name to us: they have none. Without one, the name is checked.
    this.#isHostChecked = settings.apiKeys.length === 0;
    this.#hosts = new Set(
      [settings.host, hostname(), ...settings.allowedHosts].map((host) => host.toLowerCase()),
    );
  }

  /**
   * Lets a request pass or throws; gives the headers that a browser needs on the answer.
   * @throws GatewayError host_not_allowed, origin_not_allowed
   */
  checkPlace(request: InboundRequest): readonly string[] {
    const host = request.header("host");
    if (host !== undefined && host !== this.#lastGoodHost) this.#checkHost(host);
    const origin = request.header("origin");
    if (origin === undefined) return NONE;
    if (!this.#isAllowedOrigin(origin)) throw new GatewayError("origin_not_allowed");
    return [
      "access-control-allow-origin",
      origin,
      "vary",
      "Origin",
      "access-control-expose-headers",
      EXPOSED,
    ];
  }

  /**
   * @throws GatewayError invalid_api_key when keys are configured and none of them was sent
   */
  checkKey(request: InboundRequest): void {
    if (this.isKnownCaller(request)) return;
    const message =
      sentKeys(request).next().done === true
        ? 'You did not provide an API key. Send one of server.api_keys as "Authorization: Bearer KEY".'
        : "Incorrect API key provided.";
    throw new GatewayError("invalid_api_key", { message, headers: ["www-authenticate", "Bearer"] });
  }

  /** Whether `checkKey` would let this pass. */
  isKnownCaller(request: InboundRequest): boolean {
    return this.#keyDigests.length === 0 || this.keyOf(request) !== undefined;
  }

  /** The key of ours that was sent, by which a client is told from others; undefined where clients need none. */
  keyOf(request: InboundRequest): string | undefined {
    if (this.#keyDigests.length === 0) return undefined;
    for (const key of sentKeys(request)) if (this.#isKey(key)) return key;
    return undefined;
  }

  #checkHost(sent: string): void {
    const host = hostOf(sent);
    // What cannot be read is nobody's address (RFC 9112 §3.2), with keys as without.
    if (host === undefined) {
      const message = "The Host header is no host name or address.";
      throw new GatewayError("host_not_allowed", { message });
    }
    if (this.#isHostChecked && !this.#isOwnHost(host)) throw new GatewayError("host_not_allowed");
    this.#lastGoodHost = sent;
  }

  #isKey(key: string): boolean {
    const candidate = digest(key);
    let isKnown = false;
    // Every key is compared, so that the time tells nothing.
    for (const known of this.#keyDigests) isKnown = timingSafeEqual(known, candidate) || isKnown;
    return isKnown;
  }

  /** Headers of the answer to a preflight that `checkPlace` has let pass (Fetch standard, CORS preflight). */
  preflightHeaders(request: InboundRequest): readonly string[] {
    return [
      "access-control-allow-methods",
      "GET, POST, DELETE, OPTIONS",
      "access-control-allow-headers",
      request.header("access-control-request-headers") ?? "authorization, content-type",
      "access-control-max-age",
      PREFLIGHT_MAX_AGE,
      // Chromium asks before a public page may call a private address (Private Network Access).
      "access-control-allow-private-network",
      "true",
    ];
  }

  #isOwnHost(host: string): boolean {
    if (isLoopbackName(host) || this.#hosts.has(host)) return true;
    // An address is no name: it cannot be rebound. A name without a dot is no name of the public DNS.
    return isAddress(host) || !host.includes(".");
  }

  #isAllowedOrigin(origin: string): boolean {
    const wanted = origin.toLowerCase();
    if (this.#origins.has(wanted) || this.#origins.has("*")) return true;
    const host = hostOf(/^https?:\/\/([^/]+)$/.exec(wanted)?.[1] ?? "");
    return host !== undefined && isLoopbackName(host);
  }
}

const NONE: readonly string[] = [];

function digest(key: string): Buffer {
  return hash("sha256", key, "buffer");
}

/**
 * The keys a client sent: by OpenAI's, Anthropic's, Azure's and Google's header, or among the subprotocols of a browser's
 * WebSocket. Some clients send two that differ, of which one is meant for us. Never the query, which ends up in logs.
 * One by one, since most requests have the usual one, and the others need not be looked for then.
 */
function* sentKeys(request: InboundRequest): Generator<string, void> {
  const bearer = bearerOf(request);
  if (bearer !== undefined) yield bearer;
  for (const name of KEY_HEADERS) {
    const key = request.header(name);
    if (key !== undefined && key !== "") yield key;
  }
  const offered = keyInSubprotocols(subprotocolsOf(request.headers));
  if (offered !== undefined && offered !== "") yield offered;
}

function bearerOf(request: InboundRequest): string | undefined {
  const authorization = request.header("authorization");
  return authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
}

const LAST_PORT = 65_535;

/**
 * The name or address in a Host header or authority, without port and brackets, in lower case. Undefined for what is
 * none (RFC 3986 §3.2.2): two ports, an empty one, a bracket that is left open, userinfo, spaces. Empty where the
 * header is, as HTTP allows.
 */
function hostOf(authority: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.%]+)\]|([\w.-]*))(?::(\d{1,5}))?$/i.exec(authority);
  if (match === null || Number(match[3] ?? 0) > LAST_PORT) return undefined;
  const [, address, name = ""] = match;
  if (address !== undefined) return isIPv6(address) ? address.toLowerCase() : undefined;
  if (name === "" && authority !== "") return undefined;
  return name.toLowerCase();
}

function isLoopbackName(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host === "::1" ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

function isAddress(host: string): boolean {
  return isIP(host) !== 0;
}
