// Errors under a 200, and answers that only look like errors: an error that says nothing is none, one beside an answer
// is one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerClass, classifyAnswer } from "./health/failure-class.ts";

const JSON_TYPE = "application/json";
const SSE = "text/event-stream; charset=utf-8";
/** Longer than what is read of an answer. */
const LONG = "x".repeat(9_000);

type Case = readonly [name: string, status: number, contentType: string, body: string, expected: AnswerClass];

const cases: readonly Case[] = [
  ...[
    "null",
    "false",
    '""',
    '" "',
    "0",
    "{}",
    "[]",
    '{"message":"","type":"","param":"","code":null}',
  ].flatMap((nothing): Case[] => [
    [`an error of ${nothing}`, 200, JSON_TYPE, `{"error":${nothing},"id":"x"}`, "served"],
    [
      `${nothing} before choices`,
      200,
      JSON_TYPE,
      `{"error":${nothing},"choices":[{"message":{}}]}`,
      "served",
    ],
    [`${nothing} in a long answer`, 200, JSON_TYPE, `{"error":${nothing},"choices":["${LONG}"]}`, "served"],
    [`${nothing} in a cut answer`, 200, JSON_TYPE, `{"error": ${nothing}, "choices":["x`, "served"],
    [`${nothing} in a first event`, 200, SSE, `data: {"error":${nothing},"choices":[]}\n\n`, "served"],
  ]),
  ...['{"message":"x"}', '"x"', "true", '{"code":502}', '{"":{"a":["x"]}}'].flatMap((error): Case[] => [
    [
      `${error} beside choices`,
      200,
      JSON_TYPE,
      `{"object":"chat.completion","error":${error},"choices":[{}]}`,
      "server_error",
    ],
    [`${error} behind choices`, 200, JSON_TYPE, `{"choices":[{}],"id":"x","error":${error}}`, "server_error"],
    [
      `${error} before a long answer`,
      200,
      JSON_TYPE,
      `{"id":"x","error":${error},"choices":["${LONG}"]}`,
      "server_error",
    ],
    [
      `${error} in a first event`,
      200,
      SSE,
      `data: {"object":"chat.completion.chunk","error":${error},"choices":[{}]}\n\n`,
      "server_error",
    ],
  ]),
  [
    "an error in the only choice",
    200,
    JSON_TYPE,
    '{"choices":[{"error":{"code":429},"finish_reason":"error"}]}',
    "rate_limited",
  ],
  [
    "an error in one of two choices",
    200,
    JSON_TYPE,
    '{"choices":[{"error":{"code":429}},{"message":{}}]}',
    "served",
  ],
  [
    "a stored response that failed, with its status",
    200,
    JSON_TYPE,
    '{"error":{"code":"server_error"},"id":"r","object":"response","status":"failed"}',
    "served",
  ],
  [
    "a job without a known object that failed",
    200,
    JSON_TYPE,
    '{"id":"p1","status":"failed","error":"out of memory"}',
    "served",
  ],
  [
    "a failure with a status of its own",
    200,
    JSON_TYPE,
    '{"status":500,"error":"Internal Server Error","path":"/x"}',
    "server_error",
  ],
  [
    "a first event without choices, as a sign of life",
    200,
    SSE,
    'data: {"id":"x","choices":null}\n\n',
    "served",
  ],
  [
    "a vendor's status in a first event",
    200,
    SSE,
    'data: {"choices":null,"base_resp":{"status_code":1008}}\n\n',
    "quota",
  ],
];

for (const [name, status, contentType, body, expected] of cases) {
  test(`hidden error: ${name} is ${expected}`, () => {
    assert.equal(classifyAnswer(status, contentType, Buffer.from(body)).class, expected);
  });
}
