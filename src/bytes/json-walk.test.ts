// Tests of json-walk.ts and of looks in slices: a slice does a bounded amount of work whatever the body is, and where the
// slices end changes nothing.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { GatewayError } from "../core/errors.ts";
import { SLICE_BYTES, type SlicedWork } from "../core/slices.ts";
import { type JsonPeek, peekJson, peekJsonInSlices } from "../wires/peek/json-scan.ts";
import { peekMultipart, peekMultipartInSlices } from "../wires/peek/multipart-scan.ts";
import { JsonWalk } from "./json-walk.ts";

const MIB = 1 << 20;

/** Bodies that are as slow to walk over as any of their size. */
function slowBodies(bytes: number): Readonly<Record<string, Buffer>> {
  const filled = (open: string, unit: string, close: string): Buffer =>
    Buffer.concat([Buffer.from(open), Buffer.alloc(bytes, unit), Buffer.from(close)]);
  return {
    "escaped keys": filled('{"a":1', ',"\\u006dodem":1', "}"),
    numbers: filled('{"a":[', "1,", "1]}"),
    escapes: filled('{"a":"', "\\\\", '"}'),
    "unicode escapes": filled('{"a":"', "\\u0041", '"}'),
    prose: filled('{"a":"', "x", '"}'),
    "a key": filled('{"', "x", '":1}'),
    space: filled('{"a":1', " ", "}"),
    "space before": filled("", " ", "{}"),
    "space behind": filled("{}", "\n", ""),
    nests: filled('{"a":[', "[[[[[[[[]]]]]]]],", "1]}"),
    keys: filled('{"a":1', ',"k":0', "}"),
    "digits up to the bound": filled('{"a":[', `${"1".repeat(65_000)},`, "1]}"),
  };
}

function manyHeaders(count: number): string {
  return Array.from({ length: count }, (_, index) => `x${index}: y\r\n`).join("");
}

function outcomeOf<Result>(run: () => Result): unknown {
  try {
    return run();
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

function slicesOf<Result>(work: SlicedWork<Result>): { readonly result: Result; readonly slices: number } {
  for (let slices = 1; ; slices += 1) {
    const { done, value } = work.next();
    if (done === true) return { result: value, slices };
  }
}

describe("a slice", () => {
  for (const [name, body] of Object.entries(slowBodies(4 * MIB))) {
    it(`goes on by no more than it may through ${name}`, () => {
      const walk = new JsonWalk(body, { add() {} });
      let most = 0;
      for (let before = 0; ; before = walk.at) {
        const isOver = stepOf(walk);
        // The token that was begun is finished: a number of 64 Ki digits is the longest.
        most = Math.max(most, walk.at - before);
        if (isOver) break;
        assert.ok(walk.at > before, "it goes on");
      }
      assert.ok(most <= SLICE_BYTES + 65_536 + 16, String(most));
    });
  }

  it("is small at the beginning, when nothing is compiled yet, and then grows", () => {
    const body = Buffer.from(`{"a":[${"1,".repeat(4 * MIB)}1],"model":"m"}`);
    const { slices } = slicesOf(peekJsonInSlices(body.subarray(0, body.length)));
    const { slices: ofFirst } = slicesOf(peekJsonInSlices(Buffer.from(`{"a":[${"1,".repeat(MIB / 8)}1]}`)));
    // 256 KiB by 16 KiB at a time; and from 4 MiB on by 256 KiB.
    assert.equal(ofFirst, 17);
    assert.ok(slices > 16 + 16 + 16 && slices < 100, String(slices));
  });

  it("is one of many also for forms, with long values and with many parts", () => {
    const type = "multipart/form-data; boundary=b";
    const part = `--b\r\ncontent-disposition: form-data; name="a"\r\n${manyHeaders(800)}\r\n\r\n`;
    const end = '--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--b--';
    const head = '--b\r\ncontent-disposition: form-data; name="a"\r\n\r\n';
    const forms = [
      Buffer.concat([Buffer.from(head), Buffer.alloc(4 * MIB, "\r\n--"), Buffer.from(`\r\n${end}`)]),
      Buffer.concat([Buffer.alloc(4 * MIB, "\r\n-"), Buffer.from(`\r\n${end}`)]),
      Buffer.from(part.repeat(600) + end),
    ];
    for (const form of forms) {
      const { result, slices } = slicesOf(peekMultipartInSlices(form, type));
      assert.equal(result.model, "m");
      assert.ok(slices >= form.length / SLICE_BYTES - 1, String(slices));
    }
  });
});

function stepOf(walk: JsonWalk): boolean | string {
  try {
    return walk.advance(walk.at + SLICE_BYTES);
  } catch (error) {
    if (error instanceof GatewayError) return error.message;
    throw error;
  }
}

describe("where slices end", () => {
  const word = fc.constantFrom(
    ...['"', "\\", "\\u006d", "model", "stream", ":", ",", "{", "}", "[", "]", "1", "-0.5e+7", "true"],
    ...[
      "null",
      " ",
      "\n",
      "\u0001",
      "é",
      "😀",
      '"model":"m"',
      '"a":"x\\"y"',
      '"stream":true',
      '{"a":[1,{}]}',
    ],
  );

  it("changes nothing of what is found or refused", () => {
    fc.assert(
      fc.property(fc.array(word, { maxLength: 24 }), fc.integer({ min: 1, max: 9 }), (words, sliceBytes) => {
        for (const text of [words.join(""), `{${words.join("")}}`, `{"model":"m","x":${words.join("")}}`]) {
          const body = Buffer.from(text);
          const whole = outcomeOf(() => peekJson(body, ["a"]));
          const sliced = outcomeOf(() => slicesOf(peekJsonInSlices(body, ["a"], sliceBytes)).result);
          assert.deepEqual(sliced, whole, text);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("changes nothing in good bodies at any size of slice", () => {
    const text =
      ' {"a":[1,{"b":"c\\u00e9\\\\"},[]], "model" : "m\\u002f\u{1F600}" ,"n":-1.5e3,"stream":true,"z":{}} \n';
    const body = Buffer.from(text);
    const whole: JsonPeek = peekJson(body);
    for (let sliceBytes = 1; sliceBytes <= body.length; sliceBytes += 1)
      assert.deepEqual(slicesOf(peekJsonInSlices(body, [], sliceBytes)).result, whole);
  });

  it("changes nothing in forms", () => {
    const type = "multipart/form-data; boundary=b";
    const form = Buffer.from(
      'x\r\n--b\r\ncontent-disposition: form-data; name="f"; filename="a"\r\n\r\n\r\n--\r\n-b\r\n--a\r\n--b\r\ncontent-disposition: form-data; name="model"\r\n\r\nm\r\n--b--\r\n',
    );
    const whole = peekMultipart(form, type);
    assert.equal(whole.model, "m");
    for (let sliceBytes = 1; sliceBytes <= form.length; sliceBytes += 1)
      assert.deepEqual(slicesOf(peekMultipartInSlices(form, type, sliceBytes)).result, whole);
  });

  it("many parts, none of which is a slice long, are read in as many slices as a long one", () => {
    const part = `--b\r\ncontent-disposition: form-data; name="f"; filename="x"\r\n\r\n${"x".repeat(6_000)}\r\n`;
    const form = Buffer.from(`${part.repeat(100)}--b--`);
    const work = peekMultipartInSlices(form, "multipart/form-data; boundary=b", 10_240);
    let slices = 1;
    while (work.next().done !== true) slices += 1;
    assert.ok(slices >= form.length / 20_480, `${slices} slices for ${form.length} bytes`);
  });
});
