// Errors in the words of one vendor and another. The bodies are those that were seen.

import assert from "node:assert/strict";
import { test } from "node:test";
import { classOf, google, openai, table } from "../../../test/support/error-tables.ts";
import type { AnswerClass } from "../../routing/health/failure-class.ts";

table("quota", [
  [
    400,
    {
      type: "error",
      error: {
        type: "invalid_request_error",
        message: "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
      },
    },
  ],
  [
    403,
    { code: "permission-denied", error: "Your newly created team doesn't have any credits or licenses yet." },
  ],
  [
    403,
    {
      code: 30011,
      message: "The selected model requires paid balance. Your paid balance is insufficient.",
      data: null,
    },
  ],
  [429, { error: { code: "1113", message: "余额不足或无可用资源包,请充值。" } }],
  [400, { code: "Arrearage", message: "Access denied, please make sure your account is in good standing." }],
  [403, { error: { code: "insufficient_user_quota", message: "x", type: "new_api_error" } }],
  [402, { error: { message: "Insufficient Balance" } }],
  [402, { error: { message: "Insufficient credits. Add more.", code: 402 } }],
  [402, openai("You requested up to 10 tokens, but can only afford 0.")],
  [429, openai("You exceeded your current quota", { code: "insufficient_quota" })],
]);

table("dead_key", [
  [
    400,
    google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", [
      { reason: "API_KEY_INVALID" },
    ]),
  ],
  [400, google(400, "INVALID_ARGUMENT", "API Key not found. Please pass a valid API key.")],
  [400, google(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.")],
  [
    400,
    {
      type: "error",
      error: { type: "invalid_request_error", message: "This organization has been disabled." },
    },
  ],
  [400, openai("Invalid API key provided: sk-***")],
  [400, openai("Your account has been deactivated.", { code: "account_deactivated" })],
  [401, openai("Incorrect API key provided: sk-***", { code: "invalid_api_key" })],
  [401, ""],
  [403, google(403, "PERMISSION_DENIED", "The caller does not have permission")],
  [
    403,
    {
      type: "error",
      error: {
        type: "permission_error",
        message: "Your API key does not have permission to use the specified resource.",
      },
    },
  ],
  [403, { code: "permission-denied", error: "Access denied" }],
]);

table("not_permitted", [
  [
    401,
    openai(
      "You have insufficient permissions for this operation. Missing scopes: api.fine_tuning.write. Check that you have the correct role in your organization.",
    ),
  ],
  [401, openai("x", { code: "missing_scope" })],
  [403, openai("You have insufficient permissions for this operation. Missing scopes: model.request")],
  [
    403,
    google(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.", [
      { reason: "ACCESS_TOKEN_SCOPE_INSUFFICIENT" },
    ]),
  ],
  [403, openai("You are not allowed to use this file.")],
  [403, openai("not allowed to use this file", { param: "file_id" })],
  [
    403,
    google(
      403,
      "PERMISSION_DENIED",
      "You do not have permission to access the File abc or it may not exist.",
    ),
  ],
  [403, openai("Vector store vs_1 belongs to another project")],
  [400, google(400, "FAILED_PRECONDITION", "User location is not supported for the API use.")],
]);

table("request_too_large", [
  [
    429,
    openai(
      "Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 61337. The input or output tokens must be reduced in order to run successfully.",
      { type: "tokens", code: "rate_limit_exceeded" },
    ),
  ],
  [
    413,
    openai(
      "Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 14810, please reduce your message size",
      { type: "tokens", code: "rate_limit_exceeded" },
    ),
  ],
  [429, openai("Limit 8000, Requested 32979")],
  [413, ""],
  [413, { type: "error", error: { type: "request_too_large", message: "Request exceeds the maximum size" } }],
  [
    402,
    {
      error: {
        message:
          "This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 3919.",
        code: 402,
      },
    },
  ],
  [402, { error: { message: "Prompt tokens limit exceeded: 230799 > 91442.", code: 402 } }],
]);

table("rate_limited", [
  [
    429,
    openai(
      "Rate limit reached for model `m` on tokens per minute (TPM): Limit 6000, Used 5034, Requested 1443. Please try again in 4.77s.",
      { code: "rate_limit_exceeded" },
    ),
  ],
  [
    429,
    google(
      429,
      "RESOURCE_EXHAUSTED",
      "You exceeded your current quota, please check your plan and billing details.",
    ),
  ],
  [429, "slow down"],
]);

table("unsupported", [
  [404, "404 page not found\n"],
  [404, ""],
  [404, { detail: "Not Found" }],
  [404, { error: "Not Found" }],
  [404, { timestamp: "2025", status: 404, error: "Not Found", path: "/v1/responses" }],
  [404, { message: "Cannot POST /v1/responses", error: "Not Found", statusCode: 404 }],
  [404, openai("Invalid URL (POST /v1/responses)")],
  [
    404,
    openai("Unknown request URL: POST /v1/files. Please check the URL for typos.", { code: "unknown_url" }),
  ],
  [404, openai("Unrecognized request URL (POST: /v1/responses).")],
  [404, { message: "no Route matched with those values" }],
  [404, { error: { code: "404", message: "Resource not found" } }],
  [404, google(404, "NOT_FOUND", "Requested entity was not found.")],
  [
    404,
    openai("This is not a chat model and thus not supported in the v1/chat/completions endpoint.", {
      param: "model",
    }),
  ],
  [400, openai("Invalid URL (POST /v1/responses)")],
  [405, { detail: "Method Not Allowed" }],
  [405, "Method Not Allowed"],
  [200, { error: "Unexpected endpoint or method. (POST /v1/responses)" }],
]);

test("one status object of a vendor under a 200 for each of its meanings", () => {
  const whole = (code: number, message: string): object => ({
    id: "0",
    choices: null,
    model: "m",
    object: "chat.completion",
    base_resp: { status_code: code, status_msg: message },
  });
  const rows: readonly (readonly [unknown, AnswerClass])[] = [
    [whole(1008, "insufficient balance"), "quota"],
    [whole(1002, "rate limit"), "rate_limited"],
    [whole(1004, "not authorized"), "dead_key"],
    [whole(1000, "unknown error"), "server_error"],
    [whole(1026, "sensitive"), "caller_error"],
    [whole(2013, "invalid params"), "caller_error"],
    [whole(0, "success"), "server_error"],
    [{ id: "0", choices: null, object: "chat.completion" }, "server_error"],
    [{ error_code: 17, error_msg: "Open api daily request limit reached" }, "rate_limited"],
    [{ code: 500, msg: "404 NOT_FOUND", success: false }, "server_error"],
    [{ success: false, errors: [{ code: 429, message: "slow" }] }, "rate_limited"],
    [{ choices: [{ message: { content: "x" } }], base_resp: { status_code: 0, status_msg: "" } }, "served"],
    [{ vectors: [1], base_resp: { status_code: 0, status_msg: "success" } }, "served"],
    [{ error_code: 0, result: "x" }, "served"],
    [{ success: true, data: null }, "served"],
  ];
  for (const [body, expected] of rows) assert.equal(classOf(200, body), expected, JSON.stringify(body));
});
