// Rows 21 to 31 of the fault catalogue as one table of answers and what follows from them, with the bodies that
// providers really send.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type AnswerClass, classifyAnswer, hiddenStatus, needsBody, VERDICTS } from "./failure-class.ts";

const JSON_TYPE = "application/json";
const SSE = "text/event-stream; charset=utf-8";
const HTML = "text/html; charset=utf-8";
type Case = readonly [
  name: string,
  status: number,
  contentType: string,
  body: string | undefined,
  expected: AnswerClass,
];

const cases: readonly Case[] = [
  ["an answer", 200, JSON_TYPE, '{"choices":[{"message":{"content":"an \\"error\\" is"}}]}', "served"],
  ["an answer whose body was not seen", 200, JSON_TYPE, undefined, "served"],
  ["an answer with error null", 200, JSON_TYPE, '{"id":"resp_1","object":"response","error":null}', "served"],
  [
    "a stored response that failed",
    200,
    JSON_TYPE,
    '{"object":"response","error":{"code":"server_error"}}',
    "served",
  ],
  [
    "a job with an error of its own",
    200,
    JSON_TYPE,
    '{"object":"fine_tuning.job","error":{"code":"x"}}',
    "served",
  ],
  ["an answer cut in the first chunk", 200, JSON_TYPE, '{"choices":[{"message":{"content":"error', "served"],
  [
    "an answer with choices and an error that says nothing",
    200,
    JSON_TYPE,
    '{"error":{},"choices":[]}',
    "served",
  ],
  ["plain text", 200, "text/plain", "an error, he said", "served"],
  ["sound", 200, "audio/mpeg", "<html>", "served"],
  ["row 28: error object", 200, JSON_TYPE, '{"error":{"message":"upstream broke"}}', "server_error"],
  ["row 28: error text", 200, JSON_TYPE, '{"error":"no slot"}', "server_error"],
  ["row 28: error with a BOM", 200, JSON_TYPE, '\ufeff{"error":{"message":"x"}}', "server_error"],
  ["row 28: error cut in the first chunk", 200, JSON_TYPE, ' {"error": {"message":"upst', "server_error"],
  [
    "row 28: OpenRouter 429",
    200,
    JSON_TYPE,
    '{"error":{"code":429,"message":"slow"},"user_id":"u"}',
    "rate_limited",
  ],
  ["row 28: cut, with a code", 200, JSON_TYPE, '{"error":{"code":429,"message":"slo', "rate_limited"],
  ["row 28: code as text", 200, JSON_TYPE, '{"error":{"code":"429"}}', "rate_limited"],
  ["row 28: a caller's error", 200, JSON_TYPE, '{"error":{"type":"invalid_request_error"}}', "caller_error"],
  ["row 28: quota", 200, JSON_TYPE, '{"error":{"code":"insufficient_quota"}}', "quota"],
  ["row 28: key", 200, JSON_TYPE, '{"error":{"code":"invalid_api_key"}}', "dead_key"],
  ["row 28: vLLM object", 200, JSON_TYPE, '{"object":"error","message":"x","code":500}', "server_error"],
  ["row 28: page", 200, HTML, undefined, "bad_response"],
  ["row 28: page in disguise", 200, JSON_TYPE, "\n<!DOCTYPE html><html>", "bad_response"],
  ["row 30: nothing", 200, JSON_TYPE, "", "bad_response"],
  ["row 30: 204", 204, "", undefined, "bad_response"],
  ["a stream", 200, SSE, 'data: {"choices":[{"delta":{"content":"error"}}]}\n\n', "served"],
  ["a stream whose first event is not whole", 200, SSE, 'data: {"error":{"mess', "served"],
  [
    "a stream whose second event is an error",
    200,
    SSE,
    'data: {"choices":[]}\n\ndata: {"error":{}}\n\n',
    "served",
  ],
  ["an error as first event", 200, SSE, ': hi\n\ndata: {"error":{"message":"x"}}\n\n', "server_error"],
  ["the same with CRLF", 200, SSE, 'data:{"error":\r\ndata:{"code":429}}\r\n\r\n', "rate_limited"],
  [
    "the same of Anthropic",
    200,
    SSE,
    'event: error\ndata: {"type":"error","error":{"type":"overloaded_error"}}\n\n',
    "server_error",
  ],
  ["the same in plain words", 200, SSE, "event: error\ndata: broken\n\n", "server_error"],
  [
    "the same of the Responses API",
    200,
    SSE,
    'data: {"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded"}}}\n\n',
    "rate_limited",
  ],
  ["row 27", 302, "", undefined, "redirect"],
  ["row 21", 429, JSON_TYPE, '{"error":{"code":"rate_limit_exceeded"}}', "rate_limited"],
  ["row 21 without body", 429, "", undefined, "rate_limited"],
  [
    "row 24: quota as 429",
    429,
    JSON_TYPE,
    '{"error":{"type":"insufficient_quota","code":"insufficient_quota"}}',
    "quota",
  ],
  ["row 24: quota as 429, cut", 429, JSON_TYPE, '{"error":{"code":"insufficient_quota","mess', "quota"],
  ["row 24: 402", 402, JSON_TYPE, '{"error":{"message":"Insufficient Balance"}}', "quota"],
  ["row 23: 401", 401, JSON_TYPE, '{"error":{"code":"invalid_api_key"}}', "dead_key"],
  ["row 23: 403", 403, "", undefined, "dead_key"],
  ["403 for a model", 403, JSON_TYPE, '{"error":{"code":"model_not_found"}}', "model_missing"],
  [
    "403 for what the caller wrote",
    403,
    JSON_TYPE,
    '{"error":{"code":403,"metadata":{"reasons":["violence"]}}}',
    "caller_error",
  ],
  ["403 of a firewall", 403, HTML, "<html>blocked</html>", "unsupported"],
  ["row 25: OpenAI", 404, JSON_TYPE, '{"error":{"code":"model_not_found"}}', "model_missing"],
  [
    "row 25: Ollama",
    404,
    JSON_TYPE,
    '{"error":"model \'x\' not found, try pulling it first"}',
    "model_missing",
  ],
  [
    "row 25: vLLM",
    404,
    JSON_TYPE,
    '{"object":"error","message":"The model `x` does not exist.","code":404}',
    "model_missing",
  ],
  [
    "row 25: Anthropic",
    404,
    JSON_TYPE,
    '{"type":"error","error":{"type":"not_found_error","message":"model: x"}}',
    "model_missing",
  ],
  ["row 25: Groq", 400, JSON_TYPE, '{"error":{"code":"model_decommissioned"}}', "model_missing"],
  [
    "404 of something else",
    404,
    JSON_TYPE,
    '{"error":{"message":"No response found with id"}}',
    "caller_error",
  ],
  ["404 of a path", 404, JSON_TYPE, '{"detail":"Not Found"}', "unsupported"],
  ["404 as a page", 404, HTML, undefined, "unsupported"],
  ["row 26", 400, JSON_TYPE, '{"error":{"code":"invalid_value","message":"model says no"}}', "caller_error"],
  ["row 26 without a look at the body", 400, JSON_TYPE, undefined, "caller_error"],
  ["context length", 400, JSON_TYPE, '{"error":{"code":"context_length_exceeded"}}', "context_length"],
  [
    "context length, in Google's words",
    400,
    JSON_TYPE,
    '{"error":{"code":400,"message":"The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}',
    "context_length",
  ],
  [
    "context length of vLLM",
    400,
    JSON_TYPE,
    '{"object":"error","message":"This model\'s maximum context length is 4096 tokens","code":400}',
    "context_length",
  ],
  ["422", 422, JSON_TYPE, '{"detail":[{"msg":"field required"}]}', "caller_error"],
  ["408", 408, "", undefined, "timeout_status"],
  ["425", 425, "", undefined, "timeout_status"],
  ["501", 501, "", undefined, "unsupported"],
  ["a page with 502", 502, HTML, "<html>", "server_error"],
  ...[500, 502, 503, 504, 520, 522, 524, 529].map(
    (status): Case => [`row 22: ${status}`, status, JSON_TYPE, '{"error":{"message":"x"}}', "server_error"],
  ),
  [
    "a list of errors (Google)",
    400,
    JSON_TYPE,
    '[{"error":{"code":400,"status":"INVALID_ARGUMENT"}}]',
    "caller_error",
  ],
  ["JSON that nests too deep", 429, JSON_TYPE, "[".repeat(8_000), "rate_limited"],
];

for (const [name, status, contentType, body, expected] of cases) {
  test(`answer class: ${name} is ${expected}`, () => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    assert.equal(classifyAnswer(status, contentType, bytes).class, expected);
    // A body that changes the verdict must have been asked for.
    const byHead = classifyAnswer(status, contentType, undefined).class;
    if (byHead !== expected) assert.equal(needsBody(status, contentType), true);
  });
}

test("the caller's own errors never strike or cool, and are never tried elsewhere", () => {
  for (const kind of ["served", "caller_error", "context_length"] as const) {
    const { health, cooldown, retry, code } = VERDICTS[kind];
    assert.deepEqual([health, cooldown, retry, code], ["success", undefined, "never", undefined]);
  }
});

test("what cools does not strike: the endpoint is alive", () => {
  for (const verdict of Object.values(VERDICTS)) {
    if (verdict.cooldown !== undefined) assert.notEqual(verdict.health, "strike");
    assert.equal(verdict.cooldown === undefined, verdict.scope === undefined);
  }
});

test("a 200 with an error has the status it names, or one by its type, or 502", () => {
  const statuses = [
    '{"error":{"code":503}}',
    '{"error":{"type":"overloaded_error"}}',
    '{"error":{"x":1}}',
    '{"id":1}',
  ].map((body) => hiddenStatus(JSON_TYPE, Buffer.from(body)));
  assert.deepEqual(statuses, [503, 529, 502, undefined]);
});

test("property: never throws, whatever the bytes", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    '"error"',
    ":",
    "[",
    "]",
    "null",
    '"code"',
    "429",
    ",",
    "data: ",
    "\n",
    '"',
  );
  const body = fc.oneof(
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(piece).map((all) => Buffer.from(all.join(""))),
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 100, max: 599 }),
      fc.constantFrom(JSON_TYPE, SSE, HTML, ""),
      body,
      (status, type, bytes) => {
        assert.ok(classifyAnswer(status, type, bytes).class in VERDICTS);
      },
    ),
  );
});
