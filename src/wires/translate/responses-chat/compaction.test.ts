import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asked,
  CONTEXT,
  chunkOf,
  lastResponse,
  messagesOf,
  streamed,
} from "../../../../test/support/responses-over-chat.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { COMPACTION_OVER_CHAT } from "./responses-chat.ts";

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
    chunkOf({ content: "the " }),
    chunkOf({ content: "gist" }),
    chunkOf({}, "stop"),
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
