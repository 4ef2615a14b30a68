// Who may use the admin API, from where, and as whom: this machine only unless it is opened, no page of another site, and
// a session or the token of the configuration.

import { hash, timingSafeEqual } from "node:crypto";
import { isIP } from "../../core/net/ip.ts";
import { bareHost, isLoopbackHost } from "../../http/hosts.ts";
import { isLoopbackClient, proxyHeaderOf } from "../../http/local-client.ts";
import type { InboundRequest } from "../../http/message.ts";
import { type Message, message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import type { Actor } from "./actor.ts";
import type { AdminCredentials } from "./credentials.ts";

/** What the configuration says of the admin API. */
export type AdminSettings = {
  readonly isEnabled: boolean;
  /** Whether other machines may use it. */
  readonly isRemote: boolean;
  /** Lets programs in; undefined where there is none. */
  readonly token: string | undefined;
  /** Further names by which this machine is called. */
  readonly allowedHosts: readonly string[];
};

/** The cookie that holds the secret of a browser's session. */
const COOKIE = "oai_gateway_admin";

/** No form can send it, and no page of another site without being asked for leave first. */
const CSRF_HEADER = "x-oai-gateway-csrf";

/**
 * Lets a request pass that comes from where it may.
 * @throws GatewayError admin_not_allowed
 */
export function checkAdminPlace(request: InboundRequest, settings: AdminSettings): void {
  const problem = placeProblem(request, settings);
  if (problem !== undefined) throw refuse(problem);
}

/** Why a request comes from where it may not, as a sentence; undefined where it may. */
export function placeProblem(request: InboundRequest, settings: PlaceSettings): Message | undefined {
  const problem = machineProblem(request, settings);
  if (problem !== undefined) return problem;
  return isOfSite(request) ? undefined : message("refused.otherSite");
}

/**
 * Lets a request pass that comes from a machine that may ask, whatever page of it asked.
 * @throws GatewayError admin_not_allowed
 */
export function checkMachine(request: InboundRequest, settings: PlaceSettings): void {
  const problem = machineProblem(request, settings);
  if (problem !== undefined) throw refuse(problem);
}

type PlaceSettings = Pick<AdminSettings, "isRemote" | "allowedHosts">;

function machineProblem(request: InboundRequest, settings: PlaceSettings): Message | undefined {
  if (!settings.isRemote) {
    if (!isLoopbackClient(request)) return message("refused.fromElsewhere");
    // Behind a proxy of this machine every client seems to be this machine.
    const header = proxyHeaderOf(request);
    if (header !== undefined) return message("refused.byProxy", { header });
    if (!isOwnName(hostOf(request), settings.allowedHosts)) return message("refused.otherHost");
  }
  return undefined;
}

/** No page of another site may have a browser ask (Fetch standard, `Sec-Fetch-Site`; RFC 6454). */
function isOfSite(request: InboundRequest): boolean {
  const site = request.header("sec-fetch-site");
  if (site !== undefined && site !== "same-origin" && site !== "none") return false;
  const origin = request.header("origin");
  if (origin === undefined) return true;
  const host = URL.canParse(origin) ? new URL(origin).host : "";
  return host !== "" && host === (request.header("host") ?? "").toLowerCase();
}

function refuse(reason: Message): SaidRefusal {
  return new SaidRefusal("admin_not_allowed", message("refused.thisMachine", { reason }));
}

function hostOf(request: InboundRequest): string {
  return (request.header("host") ?? "").toLowerCase().replace(/:\d{1,5}$/, "");
}

/** A rebound name is a name: addresses and the names of this machine are none (DNS rebinding). */
function isOwnName(host: string, allowed: readonly string[]): boolean {
  const name = bareHost(host);
  return isIP(name) !== 0 || isLoopbackHost(name) || allowed.some((one) => one.toLowerCase() === name);
}

/**
 * Who a request's credentials are of; undefined where they are nobody's.
 * @throws GatewayError admin_not_allowed where a cookie would change something and no page of ours says that it asked
 */
export async function actorOf(
  request: InboundRequest,
  { settings, credentials }: { readonly settings: AdminSettings; readonly credentials: AdminCredentials },
): Promise<Actor | undefined> {
  const address = request.remoteAddress;
  const bearer = /^Bearer +(\S+)$/i.exec(request.header("authorization") ?? "")?.[1];
  if (bearer !== undefined) {
    if (settings.token !== undefined && isSameSecret(bearer, settings.token))
      return { name: "token", address, session: undefined };
    const session = await credentials.sessionOf(bearer);
    if (session !== undefined) return { name: "admin", address, session };
  }
  const cookie = cookieOf(request);
  if (cookie === undefined) return undefined;
  const session = await credentials.sessionOf(cookie);
  if (session !== undefined && !isReading(request.method) && request.header(CSRF_HEADER) === undefined)
    throw refuse(message("refused.noCsrfHeader", { header: CSRF_HEADER }));
  return session === undefined ? undefined : { name: "admin", address, session };
}

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** Compared by digest, so that the time it takes says nothing of where two differ. */
export function isSameSecret(sent: string, wanted: string): boolean {
  return timingSafeEqual(hash("sha256", sent, "buffer"), hash("sha256", wanted, "buffer"));
}

function cookieOf(request: InboundRequest): string | undefined {
  for (const part of (request.header("cookie") ?? "").split(";")) {
    const [name, value] = part.trim().split("=", 2);
    if (name === COOKIE && value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** The header that gives a browser its session, or takes it away. `isSecure`: the listener speaks TLS. */
export function sessionCookie(secret: string | undefined, maxAgeS: number, isSecure: boolean): string {
  const life = secret === undefined ? 0 : maxAgeS;
  return `${COOKIE}=${secret ?? ""}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${life}${isSecure ? "; Secure" : ""}`;
}
