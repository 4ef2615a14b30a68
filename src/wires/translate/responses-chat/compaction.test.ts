import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { objectOf } from "../json-values.ts";
import type { TranslatedRequest } from "../translation.ts";
import { COMPACTION_OVER_CHAT, RESPONSES_OVER_CHAT } from "./responses-chat.ts";

const CONTEXT = { model: undefined, id: "u1", createdSeconds: 1_700_000_000 };

function asked(request: JsonObject): TranslatedRequest {
  return RESPONSES_OVER_CHAT.request({ model: "m", ...request });
}

function messagesOf(input: unknown, more: JsonObject = {}): unknown {
  return asked({ ...more, input }).body["messages"];
}

function streamed(request: JsonObject, chunks: readonly JsonObject[]): readonly JsonObject[] {
  const stream = asked(request).answer.stream(CONTEXT);
  const out: JsonObject[] = [];
  for (const chunk of chunks) stream.push(chunk, out);
  stream.finish(out);
  return out;
}

function lastResponse(events: readonly JsonObject[]): JsonObject {
  return objectOf(events.at(-1)?.["response"]);
}

const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1_700_000_001,
  model: "real",
  choices: [{ index: 0, delta, finish_reason: finish }],
});

test("compaction: a summary becomes an item, and the item a message", () => {
  const input = [{ role: "user", content: "long talk" }, { type: "compaction_trigger" }];
  const tools = [{ type: "function", name: "f" }];
  const { body, answer } = asked({ input, tools });
  assert.equal(body["tool_choice"], "none");
  const plain = answer.plain(
    { choices: [{ message: { content: "the gist" }, finish_reason: "stop" }] },
    CONTEXT,
  );
  const [item] = plain["output"] as JsonObject[];
  assert.equal(item?.["type"], "compaction");
  const events = streamed({ input }, [
    chunk({ content: "the " }),
    chunk({ content: "gist" }),
    chunk({}, "stop"),
  ]);
  assert.deepEqual(
    events.map(({ type }) => type),
    [
      "response.created",
      "response.in_progress",
      "response.output_item.added",
      "response.compaction.compacting",
      "response.output_item.done",
      "response.completed",
    ],
  );
  assert.deepEqual(lastResponse(events)["output"], [item]);
  const [message] = messagesOf([item]) as JsonObject[];
  assert.match(String(message?.["content"]), /the gist$/);
  const path = COMPACTION_OVER_CHAT.request({ model: "m", input: "long talk" });
  const compacted = path.answer.plain(
    { choices: [{ message: { content: "g" }, finish_reason: "stop" }] },
    CONTEXT,
  );
  assert.equal(compacted["object"], "response.compaction");
  assert.throws(
    () => path.answer.plain({ choices: [{ message: { content: "g" }, finish_reason: "length" }] }, CONTEXT),
    { code: "upstream_bad_response" },
  );
});
