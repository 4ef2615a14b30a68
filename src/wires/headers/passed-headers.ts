// What of a client's head is sent on to endpoints: the headers that APIs are known to read, by name, and of the query
// all but credentials.

import { isCredentialName } from "../../core/credential-names.ts";
import type { VersionPass } from "../wire.ts";
import { ACCOUNT_HEADERS } from "./account-headers.ts";

/** Headers with a meaning at some API or for tracing; exact names, so that nothing else comes in with them. */
const PASSED: ReadonlySet<string> = new Set([
  // Of the content and of what is wanted back (RFC 9110, RFC 7240, RFC 9218).
  ..."content-type content-language content-disposition accept accept-encoding accept-language accept-charset".split(
    " ",
  ),
  ..."user-agent cache-control pragma prefer priority".split(" "),
  // Requests and sessions: retries, prompt caches and support tickets go by them.
  ..."idempotency-key x-idempotency-key x-request-id x-client-request-id request-id x-correlation-id".split(
    " ",
  ),
  ..."session-id session_id thread-id thread_id conversation-id conversation_id x-session-id x-thread-id".split(
    " ",
  ),
  ..."x-conversation-id x-session-affinity x-multi-turn-session-id".split(" "),
  // Traces (W3C Trace Context, B3, and the clouds' own).
  ..."traceparent tracestate b3 x-cloud-trace-context x-amzn-trace-id sentry-trace".split(" "),
  // Coding agents and SDKs.
  ..."openai-beta anthropic-version anthropic-beta x-app originator x-initiator x-interaction-type version".split(
    " ",
  ),
  ..."x-interaction-id x-goog-api-client x-ms-client-request-id x-ms-useragent editor-version".split(" "),
  ..."editor-plugin-version x-github-api-version x-data-parallel-rank extra-parameters".split(" "),
  // What the SDKs of OpenAI and Anthropic say of themselves with every request: looked up here, not by its prefix.
  ..."x-stainless-lang x-stainless-package-version x-stainless-os x-stainless-arch x-stainless-runtime".split(
    " ",
  ),
  ..."x-stainless-runtime-version x-stainless-retry-count x-stainless-timeout x-stainless-async".split(" "),
  ..."x-stainless-helper-method x-stainless-read-timeout anthropic-dangerous-direct-browser-access".split(
    " ",
  ),
  ..."x-claude-code-session-id x-codex-window-id x-codex-turn-metadata x-codex-beta-features".split(" "),
  // Routers: who is asking, for their statistics.
  ..."http-referer x-title x-wait-for-model x-use-cache".split(" "),
]);

const PASSED_PREFIX =
  /^(?:x-stainless-|anthropic-|openai-|x-codex-|x-claude-|x-openrouter-|x-b3-|x-grok-|x-dashscope-|x-fireworks-|x-amzn-bedrock-|copilot-|cf-aig-|helicone-)/;
/** The account of the client, which is not the endpoint's: a good key would fail with it. */
const ACCOUNT: ReadonlySet<string> = new Set(Object.values(ACCOUNT_HEADERS));

/** Whether a client's header of this lower-case name is sent on. `more`: the names that the configuration adds. */
export function isPassedHeader(name: string, more: ReadonlySet<string>): boolean {
  if (PASSED.has(name)) return true;
  if (PASSED_PREFIX.test(name)) return !ACCOUNT.has(name) && !isCredentialName(name);
  return more.has(name);
}

/**
 * The query without credentials, and without Azure's `api-version` unless the endpoint reads it; the rest keeps its
 * bytes and its order. With its `?`, or empty.
 */
export function passedQuery(query: string, passesApiVersion: VersionPass): string {
  if (query.length < 2) return query;
  const kept = query
    .slice(1)
    .split("&")
    .filter((parameter) => isPassedParameter(parameter, passesApiVersion));
  return kept.length === 0 ? "" : `?${kept.join("&")}`;
}

const DATED = /^\d{4}-\d/;

function isPassedParameter(parameter: string, passesApiVersion: VersionPass): boolean {
  const equals = parameter.indexOf("=");
  const name = decodedName(equals === -1 ? parameter : parameter.slice(0, equals));
  if (name === undefined) return false;
  if (name !== "api-version") return !isCredentialName(name);
  return passesApiVersion === "undated" ? !DATED.test(parameter.slice(equals + 1)) : passesApiVersion;
}

/** In lower case; undefined for what cannot be decoded, of which nobody can say what it is. */
function decodedName(name: string): string | undefined {
  if (!name.includes("%") && !name.includes("+")) return name.toLowerCase();
  try {
    return decodeURIComponent(name.replaceAll("+", " ")).trim().toLowerCase();
  } catch {
    return undefined;
  }
}
