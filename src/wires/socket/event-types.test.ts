import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { asStreamEvents, responseIdIn } from "./endpoint-events.ts";
import { EventTypes } from "./event-types.ts";

const typesOf = (texts: readonly string[]): string[] => {
  const types = new EventTypes();
  return texts.map((text) => types.of(Buffer.from(text)));
};

test("the type of an event, wherever it stands and whatever looks like it", () => {
  const long = "x".repeat(500);
  assert.deepEqual(
    typesOf([
      '{"type":"a.delta","delta":"1"}',
      '{"type":"a.delta","delta":"2"}',
      '{"type":"a.delta.more"}',
      '{ "type" : "a" }',
      '{"delta":"3","type":"b.delta"}',
      '{"delta":"4","type":"b.delta"}',
      '{"delta":"\\",\\"type\\":\\"no\\"","type": "c"}',
      `{"item":{"type":"no"},"type":"d","last":"${long}"}`,
      `{"last":"${long}","item":{"x":1,"type":"no"}}`,
      '{"delta":",\\"type\\":\\"b.delta\\"}"}',
      '{"x":"type","y":1}',
      "[1]",
      "",
      "no json",
    ]),
    ["a.delta", "a.delta", "a.delta.more", "a", "b.delta", "b.delta", "c", "d", "", "", "", "", "", ""],
  );
});

test("what was read before does not change what is read", () => {
  const type = fc.constantFrom("response.a.delta", "response.b.delta", "response.a.done", "error");
  const other = fc.constantFrom(
    {},
    { delta: "x" },
    { delta: '","type":"error"}' },
    { item: { type: "error" } },
  );
  const event = fc.tuple(type, other, fc.boolean()).map(([name, more, isFirst]) => ({
    name,
    text: JSON.stringify(isFirst ? { type: name, ...more } : { ...more, type: name }),
  }));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), (events) => {
      assert.deepEqual(
        typesOf(events.map(({ text }) => text)),
        events.map(({ name }) => name),
      );
    }),
  );
});

test("events as they stand in a stream, those of several lines too", () => {
  const events = ['{"type":"a"}', '{\n"type":"b"\r\n}', '{"type":"a","x":1}'].map((text) =>
    Buffer.from(text),
  );
  assert.equal(
    asStreamEvents(events, ["a", "b", "a"]).toString(),
    'event: a\ndata: {"type":"a"}\n\nevent: b\ndata: {\ndata: "type":"b"\ndata: }\n\nevent: a\ndata: {"type":"a","x":1}\n\n',
  );
});

test("the id of a response, where an event tells one", () => {
  const idIn = (text: string): string | undefined => responseIdIn(Buffer.from(text));
  assert.equal(idIn('{"type":"response.completed","response":{"id":"resp_1"}}'), "resp_1");
  for (const none of ['{"response":{"id":1}}', '{"response":null}', "[]", '{"type":"response.completed", no'])
    assert.equal(idIn(none), undefined, none);
});
