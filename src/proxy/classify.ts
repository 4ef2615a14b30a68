// Tells an endpoint's failure from an answer by what its head says. Pure. Called by `attempt.ts`.

import type { ErrorCode } from "../core/errors.ts";
import type { FlatHeaders } from "../http/message.ts";
import type { OutboundFailure } from "../upstream/client.ts";

const BY_KIND: Readonly<Record<OutboundFailure["kind"], ErrorCode>> = {
  connect_failed: "upstream_connect_failed",
  connect_timeout: "upstream_connect_timeout",
  dns_failed: "upstream_dns_failed",
  tls_failed: "upstream_tls_failed",
  reset: "upstream_reset",
  bad_response: "upstream_bad_response",
};

/** The failure that a head tells of, or undefined for an answer: the caller's own 4xx are answers. */
export function classifyHead(status: number, contentType: string): ErrorCode | undefined {
  if (contentType.startsWith("text/html"))
    return status >= 500 ? "upstream_server_error" : "upstream_bad_response";
  if (status < 300) return undefined;
  if (status < 400) return "upstream_redirect";
  if (status === 401 || status === 403) return "upstream_rejected_credentials";
  if (status === 408 || status === 409) return "upstream_timeout_status";
  if (status === 429) return "upstream_rate_limited";
  return status >= 500 ? "upstream_server_error" : undefined;
}

/** The code of a failure on the wire. */
export function classifyFailure(failure: OutboundFailure): ErrorCode {
  return BY_KIND[failure.kind];
}

/** Failures whose own answer may be shown to the caller when nothing else could serve: not our key's, no page. */
export function isOwnAnswerShown(code: ErrorCode, contentType: string): boolean {
  if (contentType.startsWith("text/html")) return false;
  return (
    code === "upstream_server_error" || code === "upstream_rate_limited" || code === "upstream_timeout_status"
  );
}

/** The first value of a header in a flat list, or an empty string. */
export function headerOf(headers: FlatHeaders, name: string): string {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] === name) return headers[index + 1] ?? "";
  }
  return "";
}
