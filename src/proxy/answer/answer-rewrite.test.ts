// Table and property tests of the rewriters of answers, and through them of the JSON path scanner. Run by `npm test`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { jsonAnswerRewriter, sseAnswerRewriter } from "./answer-rewrite.ts";
import type { AnswerTransform } from "./stages.ts";

const PATHS = ["model", "response.model"];
const NAME = 'my "alias" é';
const SHOWN = JSON.stringify(NAME);

type Make = (paths: readonly string[], clientName: string) => AnswerTransform;

function run(make: Make, chunks: readonly Buffer[], paths: readonly string[] = PATHS): Buffer {
  const rewriter = make(paths, NAME);
  const out = chunks.map((chunk) => Buffer.from(rewriter.push(chunk)));
  return Buffer.concat([...out, rewriter.finish()]);
}

/** Runs a sample whole, split at every byte, and byte by byte. */
function check(
  make: Make,
  text: string | Buffer,
  expected: string | Buffer,
  paths: readonly string[] = PATHS,
): void {
  const bytes = Buffer.from(text);
  const wanted = Buffer.from(expected);
  for (let at = 0; at <= bytes.length; at++) {
    const found = run(make, [bytes.subarray(0, at), bytes.subarray(at)], paths);
    assert.ok(found.equals(wanted), `split at ${at}: ${found.toString().slice(0, 200)}`);
  }
  const single = run(
    make,
    Array.from(bytes, (byte) => Buffer.from([byte])),
    paths,
  );
  assert.ok(single.equals(wanted), `byte by byte: ${single.toString().slice(0, 200)}`);
}

describe("jsonAnswerRewriter", () => {
  // In these, «x» marks a token that is replaced.
  const rows: readonly (readonly [string, string])[] = [
    ["plain", '{"id":"a","model":«"gpt"»,"x":1}'],
    ["white space kept", ' {\r\n "model"\t: «"gpt"» ,\n "n" : 1.0 }\n'],
    ["escapes in key and value", '{"m\\u006fdel":«"g\\"p\\\\t"»}'],
    ["nested on a path", '{"response":{"id":1,"model":«"a"»,"output":[{"model":"no"}]},"model":«"b"»}'],
    ["decoys", '{"x":{"model":"no"},"y":[{"model":"no"},"model"],"s":"\\"model\\":\\"no\\"","model":«"a"»}'],
    [
      "decoys deeper than the path",
      '{"response":{"response":{"model":"no"},"x":{"model":"no"}},"model2":"no","mode":"no"}',
    ],
    ["other types", '{"model":null,"response":{"model":{"model":"no"}}}'],
    ["an array where an object is expected", '{"response":[{"model":"no"}],"model":«"a"»}'],
    ["a string where an object is expected", '{"response":"model","model":«"a"»}'],
    ["twice", '{"model":«"a"»,"model":«"b"»}'],
    ["empty name and empty objects", '{"a":{},"b":[],"response":{},"model":«""»}'],
    ["brackets in strings", '{"a":["]}\\"{",{"b":"}"}],"model":«"a"»}'],
    ["scalars", '{"a":-1.5E+3,"b":true,"c":null,"d":[1,2,{"e":3}],"model":«"a"»}'],
    ["JSON lines", '{"model":«"a"»}\n{"model":«"b"»}\n'],
    ["a top-level array", '[{"model":"no"}]'],
    ["a long key", `{"${"model".repeat(20)}":"no","model":«"a"»}`],
    ["exactly 1 KiB of token", `{"model":«"${"x".repeat(1022)}"»}`],
    ["more than 1 KiB of token", `{"model":"${"x".repeat(1023)}","response":{"model":«"a"»}}`],
    ["an error", '{"error":{"message":"model","model":"no"}}'],
    ["empty", ""],
    // Where it stops being JSON, the rest passes.
    ["no JSON", 'model: "a"'],
    ["HTML", '<html>{"model":"no"}</html>'],
    ["a missing comma", '{"a":1 "model":"no"}'],
    ["a missing colon", '{"a" 1,"model":"no"}'],
    ["a line end in a key", '{"a\nb":1,"model":"no"}'],
    ["a line end in the token", '{"model":"a\nb","model":"no"}'],
    ["an odd escape in the token", '{"model":"a\\qb","model":"no"}'],
    ["a cut token", '{"model":"gp'],
    ["a cut token that ends in an escape", '{"model":"gp\\'],
  ];
  for (const [title, marked] of rows) {
    it(title, () => {
      check(jsonAnswerRewriter, marked.replace(/[«»]/g, ""), marked.replace(/«[^»]*»/g, SHOWN));
    });
  }

  it("rewrites an id", () =>
    check(jsonAnswerRewriter, '{"id":"a","model":"b"}', `{"id":${SHOWN},"model":"b"}`, ["id"]));

  it("keeps bytes that are no UTF-8", () => {
    const head = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x22, 0xc3, 0x22, 0x2c]);
    check(
      jsonAnswerRewriter,
      Buffer.concat([head, Buffer.from('"model":"a"}')]),
      Buffer.concat([head, Buffer.from(`"model":${SHOWN}}`)]),
    );
  });

  it("survives any depth", () => {
    const deep = `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)},"model":"x"}`;
    assert.equal(run(jsonAnswerRewriter, [Buffer.from(deep)]).toString(), deep.replace('"x"', SHOWN));
    const onPath = '{"response":'.repeat(1000);
    assert.equal(run(jsonAnswerRewriter, [Buffer.from(onPath)]).toString(), onPath);
  });

  it("gives an unchanged chunk back as it is, and holds nothing but the token", () => {
    const rewriter = jsonAnswerRewriter(PATHS, NAME);
    const chunk = Buffer.from('{"a":"b","mod');
    assert.equal(rewriter.push(chunk), chunk);
    assert.equal(rewriter.push(Buffer.from('el": "gp')).toString(), 'el": ');
    assert.equal(rewriter.push(Buffer.from("t")).length, 0);
    assert.equal(rewriter.push(Buffer.from('4",')).toString(), `${SHOWN},`);
    assert.equal(rewriter.finish().length, 0);
  });

  it("agrees with JSON.parse on random answers and splits", () => {
    const key = fc.constantFrom("model", "response", "a", "m\\odel", '"');
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: fc.constantFrom('"', "\\", "{", "}", "[", ",", "model", "\n", "é"), maxLength: 6 }),
        fc.constantFrom(1, -2.5e30, true, null),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(key, tie("value"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(value, fc.constantFrom(0, 2), fc.nat(), (answer, indent, cut) => {
        const bytes = Buffer.from(JSON.stringify(answer, null, indent));
        const at = cut % (bytes.length + 1);
        const expected = structuredClone(answer);
        rename(expected);
        if (isObject(expected)) rename(expected["response"]);
        const wanted = JSON.stringify(expected, null, indent);
        assert.equal(run(jsonAnswerRewriter, [bytes.subarray(0, at), bytes.subarray(at)]).toString(), wanted);
        const event = Buffer.from(`data: ${JSON.stringify(answer)}\n\n`);
        assert.equal(
          run(sseAnswerRewriter, [event.subarray(0, at), event.subarray(at)]).toString(),
          `data: ${JSON.stringify(expected)}\n\n`,
        );
      }),
      { numRuns: 1500 },
    );
  });
});

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function rename(value: unknown): void {
  if (isObject(value) && typeof value["model"] === "string") value["model"] = NAME;
}

describe("sseAnswerRewriter", () => {
  const rows: readonly (readonly [string, string])[] = [
    ["chat", 'data: {"id":"a","model":«"m"»,"choices":[]}\n\ndata: {"model":«"m"»}\n\ndata: [DONE]\n\n'],
    ["CRLF", 'data: {"model":«"m"»}\r\n\r\ndata: {"model":«"m"»}\r\n\r\ndata: [DONE]\r\n\r\n'],
    ["CR", 'data: {"model":«"m"»}\r\rdata: {"model":«"m"»}\r\r'],
    ["no space, byte order mark", '\ufeffdata:{"model":«"m"»}\n\ndata:[DONE]\n\n'],
    [
      "other fields and comments",
      ': {"model":"no"}\nevent: {"model":"no"}\nid: 1\nretry: 2\ndata: {"model":«"m"»}\n\n: ping\n',
    ],
    [
      "Responses",
      'event: response.created\ndata: {"type":"response.created","response":{"model":«"m"»,"tools":[{"model":"no"}]}}\n\n',
    ],
    ["several data lines", 'data: {"a":1,\ndata: "model"\ndata: :\ndata: «"m"»\ndata: }\n\n'],
    [
      "a token over two data lines is no JSON",
      'data: {"model":"a\ndata: b","model":"no"}\n\ndata: {"model":«"m"»}\n\n',
    ],
    [
      "a broken event hurts only itself",
      'data: {"model" "no"\n\ndata: {"model":«"m"»}\n\ndata: {"x":"\n\ndata: {"model":«"m"»}\n\n',
    ],
    ["a cut token", 'data: {"model":«"m"»}\n\ndata: {"model":"gp'],
    ["an event that ends in the token", 'data: {"model":"gp\n\ndata: {"model":«"m"»}\n\n'],
    ["near fields", 'datax: {"model":"no"}\ndat: {"model":"no"}\n data: {"model":"no"}\n\n'],
    ["an error event", 'event: error\ndata: {"error":{"message":"x","model":"no"}}\n\n'],
  ];
  for (const [title, marked] of rows) {
    it(title, () => {
      check(sseAnswerRewriter, marked.replace(/[«»]/g, ""), marked.replace(/«[^»]*»/g, SHOWN));
    });
  }

  it("sends all but an open token at once", () => {
    const rewriter = sseAnswerRewriter(PATHS, NAME);
    const half = Buffer.from('data: {"choices":[{"delta":{"content":"hel');
    assert.equal(rewriter.push(half), half);
    assert.equal(
      rewriter.push(Buffer.from('lo"}}],"model":"m"}\n\nda')).toString(),
      `lo"}}],"model":${SHOWN}}\n\nda`,
    );
  });

  it("row 39: passes a huge line without holding it", () => {
    const rewriter = sseAnswerRewriter(PATHS, NAME);
    rewriter.push(Buffer.from('data: {"audio":"'));
    const block = Buffer.alloc(1 << 16, "A");
    for (let i = 0; i < 16; i++) assert.equal(rewriter.push(block), block);
    assert.equal(rewriter.push(Buffer.from('","model":"m"}\n\n')).toString(), `","model":${SHOWN}}\n\n`);
  });

  it("changes nothing where there is no path, for any bytes and any split", () => {
    const unit = fc.constantFrom(
      "data: ",
      "{",
      "}",
      '"',
      "\\",
      "\r",
      "\n",
      ":",
      '"model"',
      '"a"',
      ",",
      "[",
      "]",
      "x",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), fc.nat(), (text, cut) => {
        const bytes = Buffer.from(text);
        const at = cut % (bytes.length + 1);
        const chunks = [bytes.subarray(0, at), bytes.subarray(at)];
        for (const make of [jsonAnswerRewriter, sseAnswerRewriter]) {
          assert.deepEqual(run(make, chunks, ["zzz"]), bytes);
          assert.deepEqual(run(make, chunks), run(make, [bytes]));
        }
      }),
      { numRuns: 2000 },
    );
  });
});
