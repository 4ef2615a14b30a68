import assert from "node:assert/strict";
import { test } from "node:test";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { addDetails } from "./reasoning-details.ts";

test("a piece belongs to the last part where number and type are the same", () => {
  const list: JsonObject[] = [];
  addDetails(list, [{ type: "reasoning.text", index: 0, text: "a" }]);
  addDetails(list, [{ type: "reasoning.text", index: 0, text: "b", signature: "s" }]);
  addDetails(list, [{ type: "reasoning.encrypted", index: 0, data: "d" }, { type: "reasoning.text" }]);
  addDetails(list, [{ type: "reasoning.text", text: "c" }]);
  assert.deepEqual(list, [
    { type: "reasoning.text", index: 0, text: "ab", signature: "s" },
    { type: "reasoning.encrypted", index: 0, data: "d" },
    { type: "reasoning.text" },
    { type: "reasoning.text", text: "c" },
  ]);
});

test("of many parts none is looked at but the last", () => {
  const looked = new Set<PropertyKey>();
  const many: JsonObject[] = Array.from({ length: 1_000 }, (_, index) => ({ type: "reasoning.text", index }));
  const list = new Proxy(many, {
    get: (target, name) => {
      looked.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  addDetails(list, [{ type: "reasoning.text", index: 1_000 }]);
  assert.equal(many.length, 1_001);
  assert.deepEqual(
    [...looked].filter((name) => /^\d+$/.test(String(name))),
    ["999"],
  );
});
