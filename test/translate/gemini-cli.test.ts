// What Gemini CLI sends, recorded and with its prompts replaced, over an endpoint that knows chats only: what the endpoint
// gets of it is in `fixtures/gemini/`, beside each request.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { stream } from "../support/fakes/behaviours.ts";
import { only } from "../support/fakes/one-api.ts";
import { textIn } from "../support/gemini-world.ts";
import { CHAT_EVENTS, CHATS } from "../support/two-apis.ts";
import { sse } from "../support/wire.ts";
import { worldFor } from "../support/world.ts";

const FOLDER = new URL("fixtures/gemini/", import.meta.url);
const SUFFIX = ".chat.json";

type RecordedCall = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
};

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, FOLDER), "utf8"));
}

const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith(".json") && !name.endsWith(SUFFIX));

for (const name of NAMES)
  test(`${name}: the chat that the endpoint gets, and the stream that comes back`, async (t) => {
    const call = read(name) as RecordedCall;
    const { ask, fakes } = await worldFor(t, {
      endpoints: { one: { fake: { models: ["gemini-2.5-pro"] } } },
    });
    fakes.one.always(only(CHATS, stream(CHAT_EVENTS)));
    const answer = await ask(call);
    assert.equal(answer.status, 200);
    assert.equal(answer.header("x-oai-gateway-warning"), "not carried over: generationConfig.topK");
    const sent = fakes.one.requests.at(-1);
    assert.deepEqual(sent?.json(), read(name.replace(/\.json$/, SUFFIX)));
    assert.equal(sent?.header("x-goog-api-key"), undefined);
    assert.equal(textIn(sse(answer.text).map(({ data }) => JSON.parse(data))), "Hello");
  });
