// Table tests of the JSON scanner. Not for other scanners. Run by `npm test`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeOf } from "../../../test/support/code-of.ts";
import { type ErrorCode, GatewayError } from "../../core/errors.ts";
import { type JsonPeek, peekJson } from "./json-scan.ts";

const NESTED = "a long text, long enough for the four-byte steps";

function peek(text: string): JsonPeek {
  return peekJson(Buffer.from(text));
}

function arrays(count: number): string {
  return "[".repeat(count) + "]".repeat(count);
}

describe("peekJson finds model and stream", () => {
  const rows: readonly (readonly [string, string | undefined, boolean | undefined])[] = [
    ['{"model":"gpt-4o"}', "gpt-4o", undefined],
    [' \t\r\n{ "stream" : true , "model" : "a/b:c" } \n', "a/b:c", true],
    ['{"stream":false}', undefined, false],
    ['{"stream":null,"model":"m"}', "m", undefined],
    ['{"stream":false,"stream":false}', undefined, false],
    ["{}", undefined, undefined],
    // Row 72: escapes and decoys.
    ['{"m\\u006fdel":"x"}', "x", undefined],
    ['{"\\u006D\\u006f\\u0064\\u0065\\u006c":"x"}', "x", undefined],
    ['{"model":"gpt\\u002d4\\/x\\u00e9"}', "gpt-4/xé", undefined],
    ['{"messages":[{"model":"no"}],"metadata":{"model":"no","stream":true},"model":"yes"}', "yes", undefined],
    ['{"x":"\\"model\\":\\"no\\"","model":"yes"}', "yes", undefined],
    ['{"model":"😀é漢"}', "😀é漢", undefined],
    ['{"model":"\\ud83d\\ude00"}', "😀", undefined],
    ['{"model":"__proto__","__proto__":{"model":"x"},"constructor":1}', "__proto__", undefined],
    ['{"model":"../x"}', "../x", undefined],
    [`{"a":"${"x".repeat(100_000)}","model":"late"}`, "late", undefined],
    [`{"a":"${NESTED}\\\\","model":"m"}`, "m", undefined],
  ];
  for (const [text, model, stream] of rows) {
    it(text.slice(0, 90), () => {
      const found = peek(text);
      assert.equal(found.model, model);
      assert.equal(found.stream, stream);
      const range = found.modelRange;
      if (range) assert.equal(JSON.parse(Buffer.from(text).toString("utf8", range.start, range.end)), model);
      assert.equal(range === undefined, model === undefined);
    });
  }

  it("does not take near keys for model", () => {
    for (const key of [
      "mode",
      "modell",
      "m\\u006fde",
      "m\\nodel",
      "\\u1000model",
      "xmodel",
      "mod\\u0000el",
      "m\\u006fdels",
      "\\u006dodel2",
    ])
      assert.equal(peek(`{"${key}":"no"}`).model, undefined, key);
  });

  it("reads wanted fields, and only strings", () => {
    const body = Buffer.from(
      `{"user":"a\\u0062","n":1,"big":"${"x".repeat(5000)}","x":{"user":"no"},"dup":"a","dup":"b"}`,
    );
    assert.deepEqual(peekJson(body, ["user", "n", "big", "absent", "dup"]).fields, [
      "ab",
      undefined,
      undefined,
      undefined,
      "b",
    ]);
    assert.deepEqual(peekJson(body).fields, []);
  });

  it("row 69: invalid UTF-8 in a prompt is left alone", () => {
    const body = Buffer.concat([
      Buffer.from('{"model":"m","p":"'),
      Buffer.from([0xff, 0xc3, 0x80]),
      Buffer.from('"}'),
    ]);
    assert.equal(peekJson(body).model, "m");
  });
});

describe("peekJson refuses", () => {
  const rows: readonly (readonly [string | Buffer, ErrorCode, RegExp])[] = [
    ["", "invalid_json", /empty/],
    ["  \n", "invalid_json", /white space/],
    ["[]", "invalid_json", /not an array/],
    ['"model"', "invalid_json", /an object is expected/],
    ["null", "invalid_json", /an object is expected/],
    ["\ufeff{}", "invalid_json", /byte order mark/],
    [Buffer.from('{"a":1}', "utf16le"), "invalid_json", /UTF-16/],
    [Buffer.from("\ufeff{}", "utf16le"), "invalid_json", /UTF-16/],
    ['{"a":NaN}', "invalid_json", /NaN.*byte 5/],
    ['{"a":-Infinity}', "invalid_json", /Infinity/],
    ['{"a":True}', "invalid_json", /True/],
    ["{/* hi */}", "invalid_json", /comments/],
    ['{"a":1 // hi\n}', "invalid_json", /comments/],
    ["{'a':1}", "invalid_json", /double quotes/],
    ['{"a":1,}', "invalid_json", /trailing comma/],
    ['{"a":[1,]}', "invalid_json", /trailing comma/],
    ['{"a":1}x', "invalid_json", /follows the object.*byte 7/],
    ['{"a":1}{}', "invalid_json", /follows/],
    ['{"a":1', "invalid_json", /ends too early/],
    ['{"a":"x', "invalid_json", /ends inside a string/],
    ['{"a":"x\\', "invalid_json", /ends inside a string/],
    ['{"a":"x\\"}', "invalid_json", /ends inside a string/],
    ['{"a":"x\ny"}', "invalid_json", /control character.*byte 7/],
    [`{"a":"${NESTED}\u0000${NESTED}"}`, "invalid_json", /control character/],
    [`{"a":"${NESTED}\u001f"}`, "invalid_json", /control character/],
    ['{"a":"\\x41"}', "invalid_json", /no such escape/],
    ['{"a":"\\u00g0"}', "invalid_json", /hexadecimal/],
    ['{"a" 1}', "invalid_json", /colon/],
    ['{"a":}', "invalid_json", /closes too early/],
    ['{"a":[1}}', "invalid_json", /closes too early|comma/],
    ['{"a":01}', "invalid_json", /comma/],
    ['{"a":1.}', "invalid_json", /./],
    ['{"a":.5}', "invalid_json", /value/],
    ['{"a":+1}', "invalid_json", /value/],
    ['{"a":1e}', "invalid_json", /./],
    ['{"a":-}', "invalid_json", /./],
    ['{"a":tru}', "invalid_json", /./],
    ["{a:1}", "invalid_json", /key in double quotes/],
    ['{"a":é}', "invalid_json", /outside ASCII/],
    [`{"a":${arrays(200)}}`, "json_too_deep", /200/],
    [`{"a":${'{"a":'.repeat(200)}1${"}".repeat(200)}}`, "json_too_deep", /200/],
    // Row 70: refused long before the end, without recursion.
    [`{"a":${"[".repeat(100_000)}`, "json_too_deep", /200/],
    // Row 71.
    ['{"model":"a","model":"a"}', "duplicate_model", /once/],
    ['{"model":"a","x":1,"\\u006dodel":"b"}', "duplicate_model", /once/],
    ['{"model":1,"model":"b"}', "duplicate_model", /once/],
    // Row 73.
    ['{"model":null}', "invalid_model", /string/],
    ['{"model":1}', "invalid_model", /string/],
    ['{"model":["a"]}', "invalid_model", /string/],
    ['{"model":{"a":1}}', "invalid_model", /string/],
    ['{"model":true}', "invalid_model", /string/],
    ['{"model":""}', "invalid_model", /empty/],
    [`{"model":"${"x".repeat(513)}"}`, "invalid_model", /512/],
    [`{"model":"${"x".repeat(1 << 20)}"}`, "invalid_model", /512/],
    [`{"model":"${"\\u0078".repeat(513)}"}`, "invalid_model", /512/],
    ['{"model":"a\\nb"}', "invalid_model", /control/],
    ['{"model":"a\u0085b"}', "invalid_model", /control/],
    ['{"model":"\\ud800"}', "invalid_model", /surrogate/],
    [
      Buffer.concat([Buffer.from('{"model":"'), Buffer.from([0xff]), Buffer.from('"}')]),
      "invalid_model",
      /UTF-8/,
    ],
    // Row 78.
    ['{"stream":"true"}', "invalid_field", /true or false/],
    ['{"stream":1}', "invalid_field", /true or false/],
    ['{"stream":[]}', "invalid_field", /true or false/],
    ['{"stream":true,"stream":false}', "invalid_field", /more than once/],
    ['{"Stream":true}', "invalid_field", /some readers/],
    ['{"stream":false,"\u017ftream":true}', "invalid_field", /some readers/],
    ['{"\\u017FTREAM":true}', "invalid_field", /some readers/],
    // Keys that another reader takes for `model`: other case, trimmed, cut at NUL, full-width.
    ...[
      "Model",
      "MODEL",
      "mODEL",
      "\\u004dodel",
      "m\\u004fdel",
      " model",
      "model ",
      "\\tmodel",
      "model\\u0000",
      "model\\u0000x",
    ].map((key) => [`{"model":"a","${key}":"b"}`, "ambiguous_model", /some readers/] as const),
    ...[
      "model\ufeff",
      "\ufeffmodel",
      "\u200bmodel",
      "model\u00a0",
      "\uff4dodel",
      "model\\ufeff",
      "\u3000model",
    ].map((key) => [`{"${key}":"b"}`, "ambiguous_model", /some readers/] as const),
    [Buffer.from('{"model":"a","model\xff":"b"}', "latin1"), "ambiguous_model", /some readers/],
    [`{"a":${"1".repeat(70_000)}}`, "invalid_json", /digits/],
  ];
  for (const [text, code, message] of rows) {
    it(`${text.toString().slice(0, 60)} with ${code}`, () => {
      const body = typeof text === "string" ? Buffer.from(text) : text;
      assert.throws(
        () => peekJson(body),
        (error) => {
          assert.ok(error instanceof GatewayError);
          assert.equal(error.code, code);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it("never shows what the body holds", () => {
    const body = Buffer.from('{"messages":"SECRET" SECRET}');
    assert.throws(
      () => peekJson(body),
      (error) => error instanceof GatewayError && !error.message.includes("SECRET"),
    );
  });

  it("names the parameter", () => {
    for (const [text, param] of [
      ['{"model":1}', "model"],
      ['{"stream":1}', "stream"],
      ['{"model":"a","model":"a"}', "model"],
    ] as const)
      assert.throws(
        () => peek(text),
        (error) => error instanceof GatewayError && error.param === param,
      );
  });

  it("accepts the deepest allowed nesting and the longest name", () => {
    assert.equal(peek(`{"a":${arrays(199)},"model":"${"é".repeat(512)}"}`).model?.length, 512);
  });

  it("knows objects from arrays at every depth", () => {
    for (let depth = 1; depth < 199; depth++) {
      const inner = depth % 3 === 0 ? '{"a":{"a":1,"b":2},"b":1}' : "[[1,2],1]";
      const opened = Array.from({ length: depth }, (_, i) => (i % 7 < 3 ? "[1," : '{"k":')).join("");
      const closed = Array.from({ length: depth }, (_, i) => ((depth - 1 - i) % 7 < 3 ? "]" : "}")).join("");
      const text = `{"a":${opened}${depth > 196 ? "0" : inner}${closed}}`;
      assert.equal(
        codeOf(() => peek(text)),
        "none",
        String(depth),
      );
    }
  });

  it("finds a control character, quote or backslash at every place of a word", () => {
    for (let length = 0; length < 20; length++) {
      const before = "x".repeat(length);
      assert.equal(peek(`{"a":"${before}","model":"m"}`).model, "m");
      assert.equal(peek(`{"a":"${before}\\"é!#[]","model":"m"}`).model, "m");
      for (const control of ["\u0000", "\u0001", "\u001f", "\n"])
        assert.equal(
          codeOf(() => peek(`{"a":"${before}${control}yyyyyyyyyyyy"}`)),
          "invalid_json",
        );
    }
  });
});

it("background is true, or is to some reader", () => {
  const yes = [
    '{"background":true}',
    '{"back\\u0067round" : true}',
    '{"Background":true}',
    '{"background":false,"background":true}',
    '{"background":"true"}',
    '{"background":1}',
    '{" background":true}',
  ];
  for (const text of yes) assert.equal(peek(text).isBackground, true, text);
  const no = [
    "{}",
    '{"background":false}',
    '{"background":null}',
    '{"backgrounds":true}',
    '{"input":{"background":true}}',
    '{"input":["background",true],"text":"\\"background\\":true"}',
  ];
  for (const text of no) assert.equal(peek(text).isBackground, false, text);
});
