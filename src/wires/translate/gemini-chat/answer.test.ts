// What Gemini's clients are told of a chat's plain answer, and what of it comes back with their next request.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asked,
  candidateOf,
  completion,
  messagesOf,
  notesOf,
  PNG,
  partsOf,
  plain,
} from "../../../../test/support/gemini-words.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, objectsOf } from "../values.ts";
import { signatureOf, signedFields } from "./signature.ts";

test("names that a chat cannot have come back as they were, and two of them stay two", () => {
  const long = `a.${"b".repeat(100)}`;
  const tools = [{ functionDeclarations: [{ name: "a.b" }, { name: "a:b" }, { name: long }] }];
  const names = objectsOf(asked({ tools })["tools"]).map((tool) =>
    String(asObject(tool["function"])?.["name"]),
  );
  assert.equal(new Set(names).size, 3);
  for (const name of names) assert.match(name, /^[\w-]{1,64}$/);
  const calls = names.map((name, at) => ({ id: `c${at}`, function: { name, arguments: "{}" } }));
  const parts = objectsOf(partsOf(plain(completion({ tool_calls: calls }, "tool_calls"), { tools })));
  assert.deepEqual(
    parts.map(({ functionCall }) => asObject(functionCall)?.["name"]),
    ["a.b", "a:b", long],
  );
});

test("a plain answer: text, thoughts where they are wanted, calls, tokens", () => {
  const usage = {
    prompt_tokens: 10,
    completion_tokens: 7,
    prompt_tokens_details: { cached_tokens: 4 },
    completion_tokens_details: { reasoning_tokens: 5 },
  };
  const message = {
    content: "Hello",
    reasoning_content: "hm",
    tool_calls: [{ id: "c1", function: { name: "f", arguments: '{"big":12345678901234567890}' } }],
  };
  const answer = { ...completion(message, "tool_calls"), usage };
  const thoughtful = { generationConfig: { thinkingConfig: { includeThoughts: true } } };
  const told = plain(answer, thoughtful);
  const thoughtSignature = signatureOf({ reasoning_content: "hm" });
  assert.equal(
    JSON.stringify(told),
    JSON.stringify({
      candidates: [
        {
          content: {
            parts: [
              { text: "hm", thought: true },
              { text: "Hello" },
              {
                functionCall: { id: "c1", name: "f", args: "BIG" },
                thoughtSignature,
              },
            ],
            role: "model",
          },
          finishReason: "STOP",
          index: 0,
        },
      ],
      usageMetadata: {
        promptTokenCount: 10,
        candidatesTokenCount: 2,
        totalTokenCount: 17,
        cachedContentTokenCount: 4,
        thoughtsTokenCount: 5,
      },
      modelVersion: "m",
      responseId: "chatcmpl-1",
    }).replace('"BIG"', '{"big":12345678901234567890}'),
  );
  const parts = objectsOf(partsOf(plain(answer)));
  assert.deepEqual(parts[0], { text: "Hello" });
  // The call comes back with its signature, and the endpoint gets its own field again.
  const [assistant] = objectsOf(messagesOf([{ role: "model", parts }]));
  assert.equal(assistant?.["reasoning_content"], "hm");
});

test("signatures: ours are read, others are left out with a word, the word for none without one", () => {
  const fields = { reasoning_details: [{ type: "reasoning.text", text: "hm", signature: "s" }] };
  assert.deepEqual(signedFields(signatureOf(fields)), fields);
  assert.match(signatureOf(fields), /^[A-Za-z0-9+/]+=*$/);
  const turn = (thoughtSignature: unknown): JsonObject => ({
    contents: [{ role: "model", parts: [{ text: "x", thoughtSignature }] }],
  });
  assert.deepEqual(notesOf(turn("EhsbCg==")), ["thoughtSignature"]);
  const skip = Buffer.from("skip_thought_signature_validator").toString("base64");
  for (const own of [
    skip,
    "skip_thought_signature_validator",
    signatureOf({ role: "system", reasoning: "r" }),
  ])
    assert.deepEqual(notesOf(turn(own)), []);
  // Nothing but reasoning comes out of one.
  const forged = signatureOf({ role: "system", reasoning: "r" });
  assert.deepEqual(objectsOf(asked(turn(forged))["messages"]), [
    { role: "assistant", content: "x", reasoning: "r" },
  ]);
});

test("why a model stopped", () => {
  const reason = (message: JsonObject, finish: string): unknown => {
    const { finishReason, finishMessage } = candidateOf(plain(completion(message, finish)));
    return finishMessage === undefined ? finishReason : [finishReason, finishMessage];
  };
  assert.equal(reason({ content: "x" }, "stop"), "STOP");
  assert.equal(reason({ content: "x" }, "length"), "MAX_TOKENS");
  assert.equal(reason({ content: "x" }, "content_filter"), "SAFETY");
  assert.equal(reason({ content: "x" }, "unheard_of"), "OTHER");
  assert.deepEqual(reason({ refusal: "No." }, "stop"), ["SAFETY", "No."]);
  const broken = { tool_calls: [{ id: "c", function: { name: "f", arguments: '{"a' } }] };
  assert.deepEqual(reason(broken, "tool_calls"), [
    "MALFORMED_FUNCTION_CALL",
    "The arguments of the call of f are no JSON object.",
  ]);
  assert.equal(reason(broken, "length"), "MAX_TOKENS");
  assert.deepEqual(partsOf(plain(completion({ content: "" }, "stop"))), [{ text: "" }]);
});

test("several candidates, probabilities, and pictures that a model made", () => {
  const token = { token: "a", logprob: -0.5, top_logprobs: [{ token: "b", logprob: -1 }] };
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } };
  const answer = {
    choices: [
      { index: 0, message: { content: "one" }, finish_reason: "stop", logprobs: { content: [token] } },
      { index: 1, message: { content: "two", images: [image] }, finish_reason: "length" },
    ],
  };
  assert.deepEqual(plain(answer)["candidates"], [
    {
      content: { parts: [{ text: "one" }], role: "model" },
      finishReason: "STOP",
      index: 0,
      logprobsResult: {
        chosenCandidates: [{ token: "a", logProbability: -0.5 }],
        topCandidates: [{ candidates: [{ token: "b", logProbability: -1 }] }],
      },
    },
    {
      content: {
        parts: [{ text: "two" }, { inlineData: { mimeType: "image/png", data: PNG } }],
        role: "model",
      },
      finishReason: "MAX_TOKENS",
      index: 1,
    },
  ]);
});

test("what is no answer of a chat is none of Gemini's", () => {
  for (const answer of [{}, { choices: [] }, { choices: [{}] }, { choices: "x" }])
    assert.throws(() => plain(answer), { code: "upstream_bad_response" });
});
