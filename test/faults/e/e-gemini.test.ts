// Fault 357: conversations in Gemini's words whose calls and results do not belong together.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "../../support/fakes/behaviours.ts";
import { generate } from "../../support/gemini-world.ts";
import { COMPLETION } from "../../support/two-apis.ts";
import { worldFor } from "../../support/world.ts";

type Part = Readonly<Record<string, unknown>>;
type ChatMessage = {
  readonly role: string;
  readonly content: string | null;
  readonly tool_call_id?: string;
  readonly tool_calls?: readonly { readonly id: string }[];
};

const call = (id?: unknown): Part => ({
  functionCall: { name: "f", args: {}, ...(id === undefined ? {} : { id }) },
});
const result = (output: string, id?: unknown): Part => ({
  functionResponse: { name: "f", response: { output }, ...(id === undefined ? {} : { id }) },
});
const LONG = "x".repeat(10_000);

const ROWS: readonly (readonly [
  string,
  readonly Part[],
  readonly Part[],
  readonly (string | undefined)[],
])[] = [
  ["no ids", [call(), call()], [result("1"), result("2")], ["1", "2"]],
  ["ids in another order", [call("a"), call("b")], [result("2", "b"), result("1", "a")], ["1", "2"]],
  ["an id twice", [call("a"), call("a")], [result("1", "a"), result("2", "a")], ["1", "1"]],
  ["ids of 10 KB", [call(LONG)], [result("1", LONG)], ["1"]],
  ["ids with signs", [call("a/b c\u0000")], [result("1", "a/b c\u0000")], ["1"]],
  ["ids that are no texts", [call(7)], [result("1", {})], ["1"]],
  ["a result of another id", [call("a")], [result("1", "z")], ["1"]],
  ["a call without a result", [call("a"), call("b")], [result("2", "b")], [undefined, "2"]],
];

test("fault 357: each result finds its call, and one that is nobody's is told as text", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.always(json(200, COMPLETION));
  for (const [title, calls, results, expected] of ROWS) {
    const stray = { functionResponse: { name: "g", response: { output: "stray" } } };
    const contents = [
      { role: "model", parts: calls },
      { role: "user", parts: [...results, stray] },
    ];
    assert.equal((await ask(generate({ contents }))).status, 200, title);
    const messages = fakes.one.requests.at(-1)?.json()["messages"] as readonly ChatMessage[];
    const told = messages.filter(({ role }) => role === "tool");
    const found = messages[0]?.tool_calls?.map(
      ({ id }) => told.find(({ tool_call_id: of }) => of === id)?.content,
    );
    assert.deepEqual(found, expected, title);
    for (const { id } of messages[0]?.tool_calls ?? []) assert.match(id, /^[\w-]{1,40}$/, title);
    assert.equal(messages.at(-1)?.content, "The result of g: stray", title);
  }
});

test("fault 357: signatures that are none, or another's, keep no request from being served", async (t) => {
  const { ask, fakes } = await worldFor(t, { endpoints: { one: {} } });
  fakes.one.always(json(200, COMPLETION));
  const ours = (text: string): string => Buffer.from(`oai-gateway.1.${text}`).toString("base64");
  const rows: readonly (readonly [unknown, boolean])[] = [
    ["skip_thought_signature_validator", false],
    [Buffer.from("context_engineering_is_the_way_to_go").toString("base64"), false],
    ["", false],
    [7, false],
    ["EhsbCg==", true],
    ["no base64 at all!", true],
    [ours("{"), true],
    [ours("7"), true],
    [ours('{"reasoning_content":"hm","tool_calls":[]}'), false],
  ];
  for (const [thoughtSignature, isNoted] of rows) {
    const contents = [{ role: "model", parts: [{ text: "x", thoughtSignature }] }];
    const answer = await ask(generate({ contents }));
    assert.equal(answer.status, 200);
    const noted = answer.header("x-oai-gateway-warning");
    assert.equal(noted, isNoted ? "not carried over: thoughtSignature" : undefined, String(thoughtSignature));
    assert.doesNotMatch(fakes.one.requests.at(-1)?.body.toString() ?? "", /tool_calls/);
  }
});
