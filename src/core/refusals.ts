// Rows of `ERRORS` for what an endpoint refuses by itself: this one request, not its kind, and not for a fault of the
// endpoint.

/** Of an answer that says nothing of the endpoint's health: another one may serve the request. */
const REFUSAL = { fault: "upstream", retry: "another_target", strike: false } as const;

/** The rows, by code. */
export const REFUSALS = {
  upstream_request_too_large: {
    status: 413,
    type: "invalid_request_error",
    ...REFUSAL,
    meaning:
      "The request is larger than the endpoint takes at any time: its body, its tokens for a limit per minute, or max_tokens for what the account can pay. Make it smaller, or add an endpoint with a larger limit.",
  },
  upstream_not_permitted: {
    status: 403,
    type: "invalid_request_error",
    ...REFUSAL,
    meaning:
      "The endpoint's key is good, but not for this operation or this object; its own answer is relayed when nothing else could serve the request.",
  },
  upstream_unsupported: {
    status: 502,
    type: "upstream_error",
    ...REFUSAL,
    meaning:
      "The endpoint does not know the path or the method; its own answer is relayed when nothing else could serve the request.",
  },
} as const;
