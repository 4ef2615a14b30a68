// Schemas of functions and of answers in Gemini's words, and what depends on the model.

import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, notesOf } from "../../../../test/support/gemini-words.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { asObject, objectsOf } from "../values.ts";

test("schemas become JSON Schema, and one in JSON Schema stays as it is", () => {
  const parameters = {
    type: "OBJECT",
    properties: {
      type: { type: "STRING", nullable: true, enum: ["a"], format: "enum" },
      list: { type: "ARRAY", minItems: "1", items: { type: "INTEGER", format: "int64" } },
      when: { type: "STRING", format: "date-time", any_of: [{ type: "NUMBER" }] },
    },
    required: ["type"],
    propertyOrdering: ["type", "list"],
  };
  const json = { type: "object", properties: { a: { type: "STRING" } }, $comment: "kept" };
  const tools = [
    { functionDeclarations: [{ name: "f", description: "F.", parameters }] },
    { functionDeclarations: [{ name: "g", parametersJsonSchema: json, behavior: "NON_BLOCKING" }] },
    { googleSearch: {} },
    { codeExecution: {} },
  ];
  const [f, g] = objectsOf(asked({ tools })["tools"]);
  assert.deepEqual(f?.["function"], {
    name: "f",
    description: "F.",
    parameters: {
      type: "object",
      properties: {
        type: { type: ["string", "null"], enum: ["a", null] },
        list: { type: "array", minItems: 1, items: { type: "integer" } },
        when: { type: "string", format: "date-time", anyOf: [{ type: "number" }] },
      },
      required: ["type"],
    },
  });
  assert.deepEqual(asObject(g?.["function"])?.["parameters"], json);
  assert.deepEqual(notesOf({ tools }), [
    "functionDeclarations.behavior",
    "tools.googleSearch",
    "tools.codeExecution",
  ]);
  assert.deepEqual(asked({ tools: [{ googleSearch: {} }] })["tools"], undefined);
});

test("the form of an answer, and how much to think", () => {
  const format = (config: JsonObject): unknown => asked({ generationConfig: config })["response_format"];
  const closed = {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  };
  const responseMimeType = "application/json";
  assert.deepEqual(format({ responseMimeType, responseJsonSchema: closed }), {
    type: "json_schema",
    json_schema: { name: "answer", schema: closed, strict: true },
  });
  assert.deepEqual(
    format({ responseMimeType, responseSchema: { type: "ARRAY", items: { type: "OBJECT" } } }),
    {
      type: "json_schema",
      json_schema: { name: "answer", schema: { type: "array", items: { type: "object" } } },
    },
  );
  const wished = asked({ generationConfig: { responseMimeType } });
  assert.deepEqual(wished["response_format"], { type: "json_object" });
  assert.deepEqual(objectsOf(wished["messages"])[0], { role: "system", content: "Answer in JSON." });
  assert.deepEqual(notesOf({ generationConfig: { responseMimeType: "text/x.enum" } }), [
    "responseMimeType text/x.enum",
  ]);
  const effort = (model: string, thinkingConfig: JsonObject): unknown =>
    asked({ model, generationConfig: { thinkingConfig } })["reasoning_effort"];
  assert.equal(effort("gpt-5", { thinkingLevel: "HIGH" }), "high");
  assert.equal(effort("gpt-5", { thinkingBudget: 0 }), "minimal");
  assert.equal(effort("gpt-5.4", { thinkingBudget: 0 }), "none");
  assert.equal(effort("o3", { thinkingLevel: "MINIMAL" }), "low");
  assert.equal(effort("gpt-oss-20b", { thinkingBudget: 9_000 }), "medium");
  assert.equal(effort("gpt-5", { thinkingBudget: -1 }), undefined);
  assert.equal(effort("llama3", { thinkingLevel: "LOW" }), undefined);
  assert.deepEqual(asked({ model: "gpt-5", generationConfig: { maxOutputTokens: 1, temperature: 0 } }), {
    max_completion_tokens: 1,
    messages: [{ role: "user", content: "hi" }],
  });
});
