// Step 3, admit: who may call. Client keys, the Host check against DNS rebinding and the Origin rules for web
// pages. Compiled from the configuration once; a request only compares. Called by `handle.ts`.

import { hash, timingSafeEqual } from "node:crypto";
import { hostname } from "node:os";
import { GatewayError } from "../core/errors.ts";
import type { InboundRequest } from "../http/message.ts";

/** What the configuration says of callers. */
export type AccessSettings = {
  readonly host: string;
  readonly apiKeys: readonly string[];
  readonly corsOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
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
  "openai-processing-ms",
  "x-ratelimit-limit-requests",
  "x-ratelimit-limit-tokens",
  "x-ratelimit-remaining-requests",
  "x-ratelimit-remaining-tokens",
  "x-ratelimit-reset-requests",
  "x-ratelimit-reset-tokens",
].join(", ");

/** The compiled rules. */
export class AccessRules {
  readonly #keyDigests: readonly Buffer[];
  readonly #origins: ReadonlySet<string>;
  readonly #hosts: ReadonlySet<string>;
  readonly #isHostChecked: boolean;

  constructor(settings: AccessSettings) {
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
    if (this.#isHostChecked && host !== undefined && !this.#isOwnHost(hostOf(host))) {
      throw new GatewayError("host_not_allowed");
    }
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

  /** Whether clients need a key, which then tells them apart. */
  get hasKeys(): boolean {
    return this.#keyDigests.length > 0;
  }

  /**
   * @throws GatewayError invalid_api_key when keys are configured and none of them was sent
   */
  checkKey(request: InboundRequest): void {
    if (this.#keyDigests.length === 0) return;
    const sent = sentKey(request);
    const message =
      sent === undefined
        ? 'You did not provide an API key. Send one of server.api_keys as "Authorization: Bearer KEY".'
        : "Incorrect API key provided.";
    const candidate = digest(sent ?? "");
    let isKnown = false;
    // Every key is compared, so that the time tells nothing.
    for (const known of this.#keyDigests) isKnown = timingSafeEqual(known, candidate) || isKnown;
    if (sent === undefined || !isKnown) {
      throw new GatewayError("invalid_api_key", { message, headers: ["www-authenticate", "Bearer"] });
    }
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
    const match = /^https?:\/\/([^/]+)$/.exec(wanted);
    return match !== null && isLoopbackName(hostOf(match[1] ?? ""));
  }
}

const NONE: readonly string[] = [];

function digest(key: string): Buffer {
  return hash("sha256", key, "buffer");
}

/** The key a client sent: OpenAI's, Anthropic's or Azure's header. Never the query, which ends up in logs. */
function sentKey(request: InboundRequest): string | undefined {
  const authorization = request.header("authorization");
  const bearer = authorization === undefined ? null : /^Bearer +(\S+)$/i.exec(authorization);
  return bearer?.[1] ?? request.header("x-api-key") ?? request.header("api-key");
}

/** The name in a Host header or authority, without port and brackets, in lower case. */
function hostOf(authority: string): string {
  const match = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(authority);
  return (match?.[1] ?? match?.[2] ?? authority).toLowerCase();
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
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(":");
}
