// Tables of endpoints' errors and what they mean, for unit tests of the classes of answers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnswerClass, classifyAnswer } from "../../src/routing/health/failure-class.ts";

const JSON_TYPE = "application/json";

/** OpenAI's envelope. */
export function openai(message: string, fields: Readonly<Record<string, unknown>> = {}): object {
  return { error: { message, type: "invalid_request_error", param: null, code: null, ...fields } };
}

/** The class of an answer: objects are JSON, texts are plain text. */
export function classOf(status: number, body: unknown, model = "m"): AnswerClass {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const type = typeof body === "string" ? "text/plain" : JSON_TYPE;
  return classifyAnswer(status, type, Buffer.from(text), model).class;
}

type Row = readonly [status: number, body: unknown, model?: string];

/** A test for each row: the status, the body, and another name than `m` that was sent. */
export function table(expected: AnswerClass, rows: readonly Row[]): void {
  for (const [status, body, model] of rows) {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    test(`${expected}: ${status} ${text.slice(0, 110)}`, () => {
      assert.equal(classOf(status, body, model), expected);
    });
  }
}

/** Google's errors, wrapped in a list. */
export const google = (code: number, status: string, message: string, details: unknown[] = []): object[] => [
  { error: { code, message, status, details } },
];
