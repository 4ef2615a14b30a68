// Tests of request-head.ts: which heads are plain is told by test/conformance/.

import assert from "node:assert/strict";
import { test } from "node:test";
import { readPlainHead } from "./request-head.ts";

test("the target of another request is given again only where it is the same", () => {
  const text = "POST /v1/chat HTTP/1.1\r\nhost: a";
  for (const before of [
    "",
    "/",
    "/v1/chat",
    "/v1/chaT",
    "/v1/cha",
    "/v1/chats",
    "/v1/chat HTTP/1.1",
    "POST /v1",
  ])
    assert.deepEqual(readPlainHead(text, before), readPlainHead(text), before);
});
