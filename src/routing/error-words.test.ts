// Errors in the words of vendors, and in words that a caller chose so that they look like another error.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerClass, classifyAnswer } from "./failure-class.ts";

const JSON_TYPE = "application/json";
const SSE = "text/event-stream; charset=utf-8";

function said(message: string, type = ""): string {
  return JSON.stringify({ error: { message, type, code: null } });
}

function chunk(error: string): string {
  return `data: {"id":"c","object":"chat.completion.chunk","error":${error},"choices":[{"index":0,"delta":{"content":""}}]}\n\n`;
}

type Case = readonly [name: string, status: number, type: string, body: string, expected: AnswerClass];

const CASES: readonly Case[] = [
  ["404 of a path in text", 404, "text/plain", "404 page not found\n", "unsupported"],
  ["404 of a path with its name", 404, JSON_TYPE, said("Invalid URL (POST /v1/rerank)"), "unsupported"],
  ["405", 405, JSON_TYPE, '{"detail":"Method Not Allowed"}', "unsupported"],
  [
    "404 for a stored response whose id speaks of models",
    404,
    JSON_TYPE,
    '{"error":{"message":"Previous response with id \'resp-model\' not found.","type":"invalid_request_error","param":"previous_response_id","code":"previous_response_not_found"}}',
    "caller_error",
  ],
  [
    "the same without code",
    404,
    JSON_TYPE,
    said("Response model m does not exist not found."),
    "caller_error",
  ],
  [
    "404 for a file with such a name",
    404,
    JSON_TYPE,
    said("No such File: model x not found"),
    "caller_error",
  ],
  ["404 for a quoted name", 404, JSON_TYPE, said("'model m not found' is unknown here"), "caller_error"],
  [
    "404 with a field of another name",
    404,
    JSON_TYPE,
    '{"error":{"message":"model not found","param":"voice","code":null}}',
    "caller_error",
  ],
  [
    "Google's 404, in a list",
    404,
    JSON_TYPE,
    '[{"error":{"code":404,"message":"models/m is not found for API version v1main, or is not supported for generateContent.","status":"NOT_FOUND"}}]',
    "model_missing",
  ],
  ["400 for a model", 400, JSON_TYPE, said("Model Not Exist", "invalid_request_error"), "model_missing"],
  ["400 that speaks of a model", 400, JSON_TYPE, said("the model m does not support tools"), "caller_error"],
  [
    "404 with param model",
    404,
    JSON_TYPE,
    '{"error":{"message":"Unable to access model m.","type":"invalid_request_error","param":"model","code":"model_not_available"}}',
    "model_missing",
  ],
  [
    "429 for one prompt over the limit",
    429,
    JSON_TYPE,
    said("Request too large for m on tokens per min (TPM): Limit 30000, Requested 80000."),
    "request_too_large",
  ],
  [
    "402 for one request's max_tokens",
    402,
    JSON_TYPE,
    said(
      "This request requires more credits, or fewer max_tokens. You requested up to 64000 tokens, but can only afford 1234.",
    ),
    "request_unaffordable",
  ],
  [
    "401 for one operation",
    401,
    JSON_TYPE,
    said("You have insufficient permissions for this operation. Missing scopes: api.fine_tuning.write."),
    "not_permitted",
  ],
  ["403 for one resource", 403, JSON_TYPE, said("You are not allowed to use this file."), "not_permitted"],
  ["413", 413, JSON_TYPE, said("Payload too large"), "body_too_large"],
  [
    "403 for the prompt's content, in text alone",
    403,
    JSON_TYPE,
    '{"code":"permission-denied","error":"Content violates usage guidelines. "}',
    "caller_error",
  ],
  [
    "403 for a key with that code",
    403,
    JSON_TYPE,
    '{"code":"permission-denied","error":"Team has no access."}',
    "dead_key",
  ],
  [
    "an empty account as 400",
    400,
    JSON_TYPE,
    said("Your credit balance is too low to access the Anthropic API.", "invalid_request_error"),
    "quota",
  ],
  [
    "400 that repeats such words",
    400,
    JSON_TYPE,
    said("invalid tool name: credit balance is too low"),
    "caller_error",
  ],
  [
    "a dead key as 400",
    400,
    JSON_TYPE,
    '{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}',
    "dead_key",
  ],
  [
    "a chunk with an error that says nothing",
    200,
    SSE,
    chunk('{"message":"","type":"","param":"","code":null}'),
    "served",
  ],
  ["a chunk with error false", 200, SSE, chunk("false"), "served"],
  [
    "a chunk with an error",
    200,
    SSE,
    chunk('{"code":502,"message":"Provider disconnected"}'),
    "server_error",
  ],
  [
    "choices and an error",
    200,
    JSON_TYPE,
    '{"object":"chat.completion","choices":[],"error":{"message":"x"}}',
    "server_error",
  ],
  [
    "a status object without an answer",
    200,
    JSON_TYPE,
    '{"id":"0","choices":null,"model":"m","object":"chat.completion","base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}',
    "quota",
  ],
  [
    "a status object that says that all is well",
    200,
    JSON_TYPE,
    '{"choices":[{"message":{"content":"hi"}}],"base_resp":{"status_code":0,"status_msg":""}}',
    "served",
  ],
];

for (const [name, status, contentType, body, expected] of CASES) {
  test(`in words: ${name} is ${expected}`, () => {
    assert.equal(classifyAnswer(status, contentType, Buffer.from(body)).class, expected);
  });
}
