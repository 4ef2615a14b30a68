// Tests of parse-in-slices.ts: the same as `parse-models.ts` for whatever comes, without holding anybody up.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseInSlices } from "./parse-in-slices.ts";
import { MAX_NAMES, parseModelList } from "./parse-models.ts";

/** Compares both, with the long way taken however short the answer is. */
async function assertSame(text: string): Promise<void> {
  const bytes = Buffer.from(text);
  assert.deepEqual(await parseInSlices(bytes, 0), parseModelList(bytes), text.slice(0, 300));
}

const CASES = [
  "",
  " ",
  "<html>",
  '<script>let a = ["b", c]</script>',
  `<p>${"x".repeat(300_000)}</p>`,
  "null",
  "7",
  '"a"',
  "[]",
  "{}",
  " [ ] ",
  "[1,2]",
  '["a","b"]',
  '[["a"],{"id":"b"}]',
  "[,]",
  '["a",]',
  '["a" "b"]',
  '{"data":[]}',
  '{"data":[ ]}',
  '{"data":[{"id":"a"}]}',
  '\ufeff{"data":[{"id":"a"}]}',
  '{"data":[{"id":"a"}],"models":[{"id":"b"}]}',
  '{"data":[],"models":[{"id":"b"}]}',
  '{"models":[{"id":"b"}],"data":[]}',
  '{"data":null,"models":[{"name":"b"}]}',
  '{"object":"list","data":null}',
  '{"data":[{"id":"a"}],"has_more":true,"last_id":"a"}',
  '{"data":[{"id":"a"}],"data":[{"id":"b"}]}',
  '{"odd":[1,[2,3],{"data":[4]}],"data":[{"id":"a","list":[1,{"x":["y","]"]}]}]}',
  '{"data":{"data":[{"id":"a"}]}}',
  '{"error":{"message":"x"},"data":[{"id":"a"}]}',
  '{"error":{"message":""},"data":[{"id":"a"}]}',
  '{"__proto__":[{"id":"a"}]}',
  '{"data":[{"id":"a\\"],[\\\\"},{"id":"模型"}]}',
  '{"data":[{"id":"a"}]',
  '{"data":[{"id":"a"}]}]',
  '{"data":[{"id":"a"',
  '{"data":[{"id":"a}]}',
  '{"data":[tru,{"id":"a"}]}',
  '{"data":[{"id":"a"}} ]',
  '{"data":[{"id":"twice"},{"id":"twice"}]}',
];

test("the same list, or the same reason, for each kind of answer", async () => {
  for (const text of CASES) await assertSame(text);
});

test("and for any JSON, whole or cut", async () => {
  const item = fc.oneof(
    fc.json({ maxDepth: 3 }),
    fc.record({ id: fc.string() }).map((one) => JSON.stringify(one)),
  );
  const text = fc
    .tuple(
      fc.constantFrom("data", "models", "error", "x"),
      fc.array(item),
      fc.constantFrom("data", "models", "y"),
      fc.array(item),
    )
    .map(
      ([one, first, other, second]) => `{"${one}":[${first.join()}],"${other}" : [ ${second.join(" , ")} ]}`,
    );
  await fc.assert(
    fc.asyncProperty(fc.oneof(text, fc.json()), fc.nat(), async (whole, cut) => {
      await assertSame(whole);
      await assertSame(whole.slice(0, cut % (whole.length + 1)));
    }),
    { numRuns: 500 },
  );
});

test("other work has its turn all the while", async () => {
  const data = Array.from({ length: 9_000 }, (_, index) => ({ id: `m${index}`, text: "x".repeat(1_000) }));
  const bytes = Buffer.from(JSON.stringify({ data }));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  const parsed = await parseInSlices(bytes);
  isOver = true;
  assert.equal(parsed.kind === "ok" && parsed.entries.length, 9_000);
  // A turn for each 64 KiB that is looked through, and for each that is parsed.
  assert.ok(turns >= (2 * bytes.length) / 65_536 - 4, `${turns} turns`);
});

test("what is over the bounds costs no more: entries, names, and what stands beside the list", async () => {
  const large = { id: "large", text: "x".repeat(300_000) };
  const some = await parseInSlices(Buffer.from(JSON.stringify({ data: [large, { id: "a" }] })));
  assert.deepEqual(some.kind === "ok" && some.entries, [{ id: "a" }]);
  const names = Array.from({ length: 3 * MAX_NAMES }, (_, index) => `m${index}`);
  const many = await parseInSlices(Buffer.from(JSON.stringify(names)));
  assert.deepEqual(many.kind === "ok" && [many.entries.length, many.isCut], [MAX_NAMES, true]);
  const beside = await parseInSlices(Buffer.from(JSON.stringify({ data: [], x: "x".repeat(400_000) })));
  assert.equal(beside.kind, "bad");
});
