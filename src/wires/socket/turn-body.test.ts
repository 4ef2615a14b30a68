import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codeOf } from "../../../test/support/code-of.ts";
import { runAtOnce } from "../../core/slices.ts";
import { type CreateEvent, readClientEvent } from "./client-event.ts";
import { SocketConversation } from "./conversation.ts";
import { turnBody, turnFrame } from "./turn-body.ts";

function created(fields: Readonly<Record<string, unknown>> | string): CreateEvent {
  const text = typeof fields === "string" ? fields : JSON.stringify({ type: "response.create", ...fields });
  const event = runAtOnce(readClientEvent(Buffer.from(text)));
  if (event.kind !== "create") throw new Error(event.kind);
  return event.create;
}

const parse = (bytes: Buffer): unknown => JSON.parse(bytes.toString());

test("the bytes of what is sent stay, but for what is the socket's own", () => {
  const create = created(
    '{ "type":"response.create", "n" : 1.0,"model":"m", "big":12345678901234567890,"generate":true,"stream":false,"stream_id":"l", "input":[ {"a": 1} ] }',
  );
  assert.equal(
    turnBody(create, undefined).body.toString(),
    '{"n" : 1.0,"model":"m","big":12345678901234567890,"stream":true,"input":[ {"a": 1} ]}',
  );
  assert.deepEqual([create.lane, create.isWarmUp, create.isStored], ["l", false, true]);
});

test("what was said stands before the new input, a text as the message that it is", () => {
  const conversation = new SocketConversation(1_000);
  const first = created({ model: "m", input: "one" });
  const standing = first.standing;
  const { items = [] } = turnBody(first, undefined);
  conversation.add("r1", {
    previousId: undefined,
    items: [...items, Buffer.from('{"o":1}')],
    standing,
    endpoint: "a",
  });
  conversation.add("r2", { previousId: "r1", items: [], standing, endpoint: "b" });
  const said = conversation.said("r2");
  assert.equal(said?.endpoint, "b");
  const input = [{ type: "message", role: "user", content: "one" }, { o: 1 }, { i: 2 }];
  const body = turnBody(created({ model: "m", previous_response_id: "r2", input: [{ i: 2 }] }), said).body;
  assert.deepEqual(parse(body), { model: "m", stream: true, input });
  const nothing = turnBody(created({ model: "m", previous_response_id: "r2" }), said).body;
  assert.deepEqual(parse(nothing), { model: "m", stream: true, input: input.slice(0, 2) });
  const odd = created({ model: "m", previous_response_id: "r2", input: { a: 1 } });
  assert.equal(
    codeOf(() => turnBody(odd, said)),
    "invalid_field",
  );
});

test("a frame says the same as the body, whatever the client has sent and however its model was renamed", () => {
  const fields = fc.dictionary(fc.constantFrom("model", "tools", "a", "store"), fc.jsonValue(), {
    maxKeys: 4,
  });
  const inputs = fc.option(fc.oneof(fc.string(), fc.array(fc.jsonValue(), { maxLength: 3 })), {
    nil: undefined,
  });
  fc.assert(
    fc.property(fields, inputs, fc.boolean(), (given, input, isNamed) => {
      const { store: _store, ...sent } = given;
      const create = created({ ...sent, ...(input === undefined ? {} : { input }) });
      const { body, tailBytes } = turnBody(create, undefined);
      const inserted = Buffer.from('{"model":"x",');
      const bytes = isNamed && !("model" in sent) ? Buffer.concat([inserted, body.subarray(1)]) : body;
      const { stream, ...rest } = parse(bytes) as Record<string, unknown>;
      assert.equal(stream, true);
      assert.deepEqual(parse(turnFrame({ bytes, tailBytes }, create, false)), {
        type: "response.create",
        ...rest,
      });
    }),
  );
});

test("the oldest of a conversation goes first, and what others go on from stays counted", () => {
  const conversation = new SocketConversation(100);
  const add = (id: string, previousId: string | undefined, bytes: number): void =>
    conversation.add(id, {
      previousId,
      items: [Buffer.alloc(bytes)],
      standing: new Map(),
      endpoint: undefined,
    });
  add("a", undefined, 40);
  add("b", "a", 40);
  conversation.forgetOldest();
  assert.equal(conversation.said("a"), undefined);
  assert.deepEqual([conversation.said("b")?.items.length, conversation.bytes], [2, 80]);
  add("c", undefined, 30);
  assert.deepEqual([conversation.said("b"), conversation.bytes], [undefined, 30]);
  for (let more = 0; more < 40; more += 1) add(`d${more}`, undefined, 1);
  assert.ok(conversation.bytes <= 16, String(conversation.bytes));
  add("huge", undefined, 1_000);
  assert.deepEqual([conversation.said("huge"), conversation.bytes], [undefined, 0]);
});
