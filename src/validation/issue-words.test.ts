// Tests of issue-words.ts: whatever the schema library complains of is said in words of our own.

import assert from "node:assert/strict";
import { test } from "node:test";
import { message, translator } from "../language/messages.ts";
import { carried, wordsOfIssue } from "./issue-words.ts";
import * as z from "./zod.ts";

const named = z.strictObject({ name: z.string() });

/** A schema, what does not fit it, and what is said of that. */
const ROWS: readonly (readonly [z.ZodType, unknown, string])[] = [
  [named, {}, "is missing"],
  [named, { name: 1 }, "must be text"],
  [named, [], "must be an object"],
  [named, { name: "a", more: 1, 'b"': 2 }, 'has members that are not known: "more", "b\\""'],
  [z.number(), "1", "must be a number"],
  [z.number().int(), 1.5, "must be a whole number"],
  [z.boolean(), 0, "must be true or false"],
  [z.array(z.string()), {}, "must be a list"],
  [z.record(z.string(), z.string()), 1, "must be an object"],
  [z.string().min(2), "a", "must have at least 2 characters"],
  [z.string().max(2), "abc", "must have at most 2 characters"],
  [z.array(z.string()).min(1), [], "must have at least 1 entries"],
  [z.array(z.string()).max(1), ["a", "b"], "must have at most 1 entries"],
  [z.number().min(3), 2, "must be at least 3"],
  [z.number().max(3), 4, "must be at most 3"],
  [z.number().gt(3), 3, "must be more than 3"],
  [z.number().lt(3), 3, "must be less than 3"],
  [z.number().multipleOf(5), 3, "must be a multiple of 5"],
  [z.string().regex(/^a$/), "b", "is not written in the form that is wanted here"],
  [z.iso.date(), "never", "is not written in the form that is wanted here"],
  [z.enum(["a", "b"]), "c", 'must be one of "a", "b"'],
  [z.literal("a"), "c", 'must be one of "a"'],
  [z.enum(["a", "b"]), undefined, "is missing"],
  [z.union([z.string(), z.number()]), true, "fits none of the forms that it may have"],
  [z.record(z.string().max(1), z.string()), { long: "a" }, "has a member whose name is not allowed"],
  [z.string().refine(() => false), "a", "does not fit"],
  [z.string().refine(() => false, carried(message("ask.controls"))), "a", "has control characters"],
];

test("each complaint is said by its code, in every language", () => {
  for (const [schema, value, words] of ROWS) {
    const { error } = schema.safeParse(value);
    assert.ok(error !== undefined, words);
    const [said] = error.issues.map((issue) => wordsOfIssue(issue, value));
    assert.ok(said !== undefined);
    assert.equal(translator("en")(said), words);
    for (const language of ["zh-TW", "zh-CN"] as const)
      assert.match(translator(language)(said), /\p{Script=Han}/u, words);
  }
});

test("names that somebody sent are told within bounds", () => {
  const value = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}${"x".repeat(500)}`, 1]));
  const [issue] = z.strictObject({}).safeParse(value).error?.issues ?? [];
  assert.ok(issue !== undefined);
  assert.ok(translator("en")(wordsOfIssue(issue, value)).length < 1_000);
});
