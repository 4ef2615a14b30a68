import assert from "node:assert/strict";
import { test } from "node:test";
import { type CalledTool, FlatNames } from "./tool-names.ts";

const tool = (name: string, namespace?: string): CalledTool => ({ kind: "function", name, namespace });

test("each tool has a name of its own, which leads back to it", () => {
  const names = new FlatNames();
  const tools = [
    tool("a__b"),
    tool("b", "a"),
    tool("b", "a__"),
    tool("b!", "a"),
    tool("b?", "a"),
    tool("x".repeat(80), "long"),
    tool(`${"x".repeat(79)}y`, "long"),
    tool("plain name, as it is"),
  ];
  const flat = tools.map((one) => names.flatNameOf(one));
  assert.equal(new Set(flat).size, tools.length);
  assert.deepEqual(
    flat.map((name) => names.toolOf(name)),
    tools,
  );
  assert.deepEqual(
    tools.map((one) => names.flatNameOf(one)),
    flat,
  );
  for (const name of flat.slice(0, -1)) assert.match(name, /^[\w-]{1,64}$/);
  assert.equal(flat.at(-1), "plain name, as it is");
  assert.deepEqual(names.toolOf("unheard"), tool("unheard"));
});

test("tools that would all be called the same are told apart in time", () => {
  const names = new FlatNames();
  const count = 5_000;
  const flat = new Set<string>();
  for (let at = 0; at < count; at += 1)
    flat.add(names.flatNameOf(tool(`${"!".repeat(at % 7)}${"?".repeat(at)}`, "n")));
  assert.equal(flat.size, count);
});
