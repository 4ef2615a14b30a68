// Which headers matter where an answer is used again: of the request those on which it may depend, of the answer those
// that are as true later.

/** Sent on to endpoints, and of no weight for what they answer: who asks, by which SDK, in which session and trace. */
const WEIGHTLESS =
  /^(?:user-agent|cache-control|pragma|priority|(?:x-)?idempotency-key|(?:.*[-_])?(?:request|correlation|session|thread|conversation|window|trace)[-_]id|x-session-affinity|traceparent|tracestate|b3|x-b3-.*|x-cloud-trace-context|sentry-trace|x-stainless-.*|http-referer|x-title|x-codex-turn-metadata)$/;

/** Of one answer, of one moment or of one account's limits: no use to who is answered later. */
const OF_ONE_ANSWER =
  /^(?:x-request-id|request-id|x-oai-gateway-attempts|content-length|date|age|retry-after(?:-ms)?|x-should-retry|server-timing|cf-ray|openai-processing-ms|(?:x|anthropic)-ratelimit-.*)$/;
/** Whether a header that is sent on says nothing on which an answer depends; lower-case name. */
export function isWeightlessHeader(name: string): boolean {
  return WEIGHTLESS.test(name);
}

/** Whether a header of an answer is of no use to who is answered later by it; lower-case name. */
export function isOfOneAnswer(name: string): boolean {
  return OF_ONE_ANSWER.test(name);
}
