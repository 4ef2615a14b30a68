// Step 3, admit: who may call. Client keys, the Host check against DNS rebinding and the Origin rules for web pages.
// Compiled from the configuration once; a request only compares.

import { hostname } from "node:os";
import type { Caller } from "../../accounts/caller.ts";
import { Callers, type KeyNeed } from "../../accounts/callers.ts";
import type { ClientKey } from "../../accounts/client-key.ts";
import type { KeyTable } from "../../accounts/key-table.ts";
import { GatewayError } from "../../core/errors.ts";
import { isIP, isIPv6 } from "../../core/net/ip.ts";
import type { InboundRequest } from "../../http/message.ts";
import { plainAddress } from "../../http/plain-address.ts";
import { KEY_HEADERS } from "../../wires/headers/account-headers.ts";
import { READ_BY_CLIENTS } from "../../wires/headers/limit-headers.ts";
import { keyInSubprotocols, subprotocolsOf } from "../../wires/headers/subprotocols.ts";

/** What the configuration says of callers. */
export type AccessSettings = {
  readonly host: string;
  readonly apiKeys: readonly ClientKey[];
  /** Whether a key is asked for even where there is none. */
  readonly requiresKeys?: boolean;
  /** Whether nobody needs a key even where there are some. */
  readonly isOpenBesideKeys?: boolean | undefined;
  readonly corsOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  /** Lower-case names of clients' headers that go to endpoints besides the usual ones. */
  readonly passedHeaders: ReadonlySet<string>;
  /** Whether a POST to an unknown path below `/v1` is passed on; undefined: where nobody needs a key. */
  readonly passesUnknownPaths: boolean | undefined;
};

/** A longer one is nobody's key: it is not even digested. */
const MAX_KEY_CHARS = 8_192;
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
  "x-oai-gateway-warning",
  "x-oai-gateway-cache",
  "age",
  ...READ_BY_CLIENTS,
].join(", ");

function needOf({ requiresKeys, isOpenBesideKeys }: AccessSettings): KeyNeed {
  if (isOpenBesideKeys === true) return "nobody";
  return requiresKeys === true ? "always" : "where_any";
}

/** The compiled rules. */
export class AccessRules {
  readonly passedHeaders: ReadonlySet<string>;
  readonly #passesUnknownPaths: boolean | undefined;
  readonly #callers: Callers;
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  /** Nearly all requests say the same, and the rules do not change. */
  #lastGoodHost: string | undefined;
  /** Whether nobody needed a key then: what is good with keys may not be without. */
  #wasOpen = false;

  /** `stored`: keys that are not of the configuration. */
  constructor(settings: AccessSettings, stored?: KeyTable) {
    this.passedHeaders = settings.passedHeaders;
    this.#passesUnknownPaths = settings.passesUnknownPaths;
    this.#callers = new Callers(settings.apiKeys, stored, needOf(settings));
    this.#origins = new Set(settings.corsOrigins.map((origin) => origin.toLowerCase().replace(/\/$/, "")));
    this.#hosts = new Set(
      [settings.host, hostname(), ...settings.allowedHosts].map((host) => host.toLowerCase()),
    );
  }

  /** Whether a POST to an unknown path below `/v1` is passed on. */
  get passesUnknownPaths(): boolean {
    return this.#passesUnknownPaths ?? this.#callers.isEmpty;
  }

  /**
   * Lets a request pass or throws; gives the headers that a browser needs on the answer.
   * @throws GatewayError host_not_allowed, origin_not_allowed
   */
  checkPlace(request: InboundRequest): readonly string[] {
    const host = request.header("host");
    if (host !== undefined && (host !== this.#lastGoodHost || this.#wasOpen !== this.#callers.isEmpty))
      this.#checkHost(host);
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
   * Who calls; undefined where nobody needs a key. Of several keys on a request the one that is ours counts, and one that
   * lets nobody in only where there is no other. `wallMs`: the time now; `parameter`: one of the query in which this
   * client's kind may send it.
   * @throws GatewayError invalid_api_key when keys are needed and none of them was sent; keys_unavailable while it is not
   *   known which there are
   */
  callerOf(request: InboundRequest, wallMs: number, parameter?: string): Caller | undefined {
    if (this.#callers.isEmpty)
      return this.#callers.isKeyWelcome ? this.#find(request, wallMs, parameter) : undefined;
    const caller = this.#find(request, wallMs, parameter);
    if (caller !== undefined) return caller;
    if (this.#callers.isWaiting)
      throw new GatewayError("keys_unavailable", { headers: ["retry-after", "2"] });
    const message =
      sentKeys(request, parameter).next().done === true
        ? 'You did not provide an API key. Send a client key of this gateway as "Authorization: Bearer KEY".'
        : "Incorrect API key provided.";
    throw new GatewayError("invalid_api_key", { message, headers: ASKS_FOR_KEY });
  }

  /** Whether a request may be told what only callers are told. */
  isKnownCaller(request: InboundRequest, wallMs: number): boolean {
    if (this.#callers.isEmpty) return true;
    const caller = this.#find(request, wallMs);
    return caller !== undefined && isGood(caller, wallMs, request.remoteAddress);
  }

  #find(request: InboundRequest, wallMs: number, parameter?: string): Caller | undefined {
    let refused: Caller | undefined;
    for (const key of sentKeys(request, parameter)) {
      if (key.length > MAX_KEY_CHARS) continue;
      const caller = this.#callers.find(key, wallMs);
      if (caller === undefined) continue;
      if (isGood(caller, wallMs, request.remoteAddress)) return caller;
      refused ??= caller;
    }
    return refused;
  }

  #checkHost(sent: string): void {
    const host = hostOf(sent);
    // What cannot be read is nobody's address (RFC 9112 §3.2), with keys as without.
    if (host === undefined) {
      const message = "The Host header is no host name or address.";
      throw new GatewayError("host_not_allowed", { message });
    }
    // A key protects against pages that rebind a name to us: they have none. Without one, the name is checked.
    if (this.#callers.isEmpty && !this.#isOwnHost(host)) throw new GatewayError("host_not_allowed");
    this.#lastGoodHost = sent;
    this.#wasOpen = this.#callers.isEmpty;
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

const ASKS_FOR_KEY: readonly string[] = ["www-authenticate", "Bearer"];

/** Whether a key lets its client in now, from where it calls. */
function isGood(caller: Caller, wallMs: number, address: string): boolean {
  if (caller.isDisabled || wallMs >= caller.expiresMs) return false;
  return caller.addresses === undefined || caller.addresses.has(plainAddress(address));
}

/**
 * Lets nobody pass whose key is disabled, has expired or is not for where it is used; `address` is the client's.
 * @throws GatewayError client_key_disabled, client_key_expired, address_not_allowed
 */
export function refuseUnfit(caller: Caller | undefined, wallMs: number, address: string): void {
  if (caller === undefined || isGood(caller, wallMs, address)) return;
  const who = `The client key ${nameOf(caller, address)}`;
  if (caller.isDisabled)
    throw new GatewayError("client_key_disabled", { message: `${who} is disabled.`, headers: ASKS_FOR_KEY });
  if (wallMs < caller.expiresMs)
    throw new GatewayError("address_not_allowed", { message: `${who} may not be used from there.` });
  const message = `${who} expired at ${new Date(caller.expiresMs).toISOString()}.`;
  throw new GatewayError("client_key_expired", { message, headers: ASKS_FOR_KEY });
}

/** The error for a model that a caller may not use, whether or not there is such a one. */
export function refuseModel(caller: Caller, model: string, address: string): GatewayError {
  const who = `The client key ${nameOf(caller, address)}`;
  const message =
    model === ""
      ? `${who} may use some models only, and the request names none.`
      : `${who} may not use the model \`${cut(model)}\`. GET /v1/models lists those that it may.`;
  return new GatewayError("model_not_allowed", { message, param: "model" });
}

const MAX_SHOWN_MODEL = 100;

function cut(name: string): string {
  return name.length > MAX_SHOWN_MODEL ? `${name.slice(0, MAX_SHOWN_MODEL)}…` : name;
}

function nameOf(caller: Caller, address: string): string {
  return `"${caller.name}" (used from ${address})`;
}

/**
 * The keys a client sent: by OpenAI's, Anthropic's, Azure's and Google's header, or among the subprotocols of a browser's
 * WebSocket. Some clients send two that differ, of which one is meant for us. The query ends up in logs on the way: it is
 * only looked at for clients that have no other place, and nothing of ours writes it down.
 * One by one, since most requests have the usual one, and the others need not be looked for then.
 */
function* sentKeys(request: InboundRequest, parameter?: string): Generator<string, void> {
  const bearer = bearerOf(request);
  if (bearer !== undefined) yield bearer;
  for (const name of KEY_HEADERS) {
    const key = request.header(name);
    if (key !== undefined && key !== "") yield key;
  }
  const offered = keyInSubprotocols(subprotocolsOf(request.headers));
  if (offered !== undefined && offered !== "") yield offered;
  const asked = parameter === undefined ? undefined : parameterOf(request.target, parameter);
  if (asked !== undefined && asked !== "") yield asked;
}

function parameterOf(target: string, name: string): string | undefined {
  const query = target.indexOf("?");
  return query === -1 ? undefined : (new URLSearchParams(target.slice(query)).get(name) ?? undefined);
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
