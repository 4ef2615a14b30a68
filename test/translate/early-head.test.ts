// A translated stream whose head comes before its first event, as that of a model that reads a long prompt first.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Gate } from "../support/condition.ts";
import { json, stream } from "../support/fakes/behaviours.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { gatewayFor } from "../support/start-gateway.ts";
import { CHAT_EVENTS, CHATS, MESSAGES } from "../support/two-apis.ts";

// Learnt only where the head and an event came together, it cost each request of an agent one more answer of 404.
test("what an endpoint does not know is learnt from a stream whose head comes first", async (t) => {
  const gate = new Gate();
  const endpoint = await fakeFor(t);
  endpoint.always(json(404, { detail: "Not Found" })).on("/chat/completions", stream(CHAT_EVENTS, { gate }));
  const { url } = await gatewayFor(t, { endpoints: [{ name: "one", base_url: endpoint.url }] });
  const body = { model: "m", max_tokens: 9, stream: true, messages: [{ role: "user", content: "hi" }] };
  for (let time = 0; time < 2; time += 1) {
    const answer = await fetch(`${url}/messages`, { method: "POST", body: JSON.stringify(body) });
    gate.open(CHAT_EVENTS.length + 1);
    assert.match(await answer.text(), /event: message_stop/);
  }
  assert.deepEqual(
    endpoint.requests.map(({ path }) => path),
    [MESSAGES, CHATS, CHATS],
  );
});
