// Tells why a call failed, from the engine's and the system's error codes. Decides by code, never by text, and
// lets nothing through that could name an address.

import type { OutboundFailure } from "./client.ts";
import { ProxyFailure } from "./forward-proxy.ts";

type Kind = OutboundFailure["kind"];

const BY_CODE: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ["ENOTFOUND", "dns_failed"],
  ["EAI_AGAIN", "dns_failed"],
  ["ENODATA", "dns_failed"],
  ["ECONNREFUSED", "connect_failed"],
  ["EHOSTUNREACH", "connect_failed"],
  ["ENETUNREACH", "connect_failed"],
  ["EADDRNOTAVAIL", "connect_failed"],
  ["EMFILE", "connect_failed"],
  ["ENFILE", "connect_failed"],
  ["EACCES", "connect_failed"],
  ["EPERM", "connect_failed"],
  ["ETIMEDOUT", "connect_timeout"],
  ["UND_ERR_CONNECT_TIMEOUT", "connect_timeout"],
  // The request could not be written as it is; no other endpoint could take it better, but it is not the peer's.
  ["UND_ERR_INVALID_ARG", "bad_response"],
  ["UND_ERR_HEADERS_OVERFLOW", "bad_response"],
  ["UND_ERR_RES_CONTENT_LENGTH_MISMATCH", "bad_response"],
  ["EPROTO", "tls_failed"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "tls_failed"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "tls_failed"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "tls_failed"],
  ["UNABLE_TO_GET_ISSUER_CERT", "tls_failed"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "tls_failed"],
  ["HOSTNAME_MISMATCH", "tls_failed"],
]);

const TLS_PREFIXES = ["ERR_TLS_", "ERR_SSL_", "CERT_", "CRL_"];

/** The failure of an engine's error. `wasConnected`: the request had been handed to a connection. */
export function failureOf(error: unknown, wasConnected: boolean, isStale: boolean): OutboundFailure {
  if (error instanceof ProxyFailure) {
    const { kind, message: reason, said } = error;
    return { kind, reason, said, isStale: false };
  }
  // The parser's errors do not always have a code; their name is part of the library's interface.
  const code = isParseError(error) ? "HPE_INVALID" : codeOf(error);
  return { kind: kindOf(code, wasConnected), reason: code ?? "UNKNOWN", isStale };
}

function kindOf(code: string | undefined, wasConnected: boolean): Kind {
  const fallback = wasConnected ? "reset" : "connect_failed";
  if (code === undefined) return fallback;
  if (code.startsWith("HPE_")) return "bad_response";
  if (TLS_PREFIXES.some((prefix) => code.startsWith(prefix))) return "tls_failed";
  const kind = BY_CODE.get(code) ?? fallback;
  // A connection that times out or vanishes while in use was no failure to connect.
  return wasConnected && kind !== "bad_response" && kind !== "tls_failed" ? "reset" : kind;
}

function isParseError(error: unknown): boolean {
  return error instanceof Error && error.name === "HTTPParserError";
}

/** The code of an error, of its cause, or of the first of several (happy eyeballs gathers one an address). */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("code" in error && typeof error.code === "string" && error.code !== "") return error.code;
  if ("errors" in error && Array.isArray(error.errors)) return codeOf(error.errors[0]);
  if ("cause" in error) return codeOf(error.cause);
  return undefined;
}
