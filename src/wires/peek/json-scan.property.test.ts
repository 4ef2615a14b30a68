// Property tests of the JSON scanner against `JSON.parse`; the tables are in json-scan.test.ts. Run by `npm test`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { codeOf } from "../../../test/support/code-of.ts";
import { edited } from "../../../test/support/edited.ts";
import { type JsonPeek, peekJson } from "./json-scan.ts";
import { modelRenameOfJson } from "./model-edits.ts";

function peek(text: string): JsonPeek {
  return peekJson(Buffer.from(text));
}

describe("peekJson against JSON.parse", () => {
  // Either the parser's verdict, or one of the documented refusals beyond it.
  function compare(text: string): void {
    let parsed: unknown;
    let isObject = false;
    try {
      parsed = JSON.parse(text);
      isObject = typeof parsed === "object" && parsed !== null && !Array.isArray(parsed);
    } catch {}
    const code = codeOf(() => peek(text));
    if (!isObject) {
      assert.ok(code === "invalid_json" || code === "json_too_deep", `${code} for ${text}`);
      return;
    }
    assert.notEqual(code, "invalid_json", text);
    if (code !== "none") return;
    const model = (parsed as { model?: unknown }).model;
    assert.equal(peek(text).model, model);
  }

  const key = fc.oneof(
    fc.constantFrom("model", "stream", "a", "__proto__"),
    fc.string({ unit: "binary", maxLength: 12 }),
  );
  const leaf = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.integer(),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  }));
  const object = fc
    .record({
      model: fc.string({ minLength: 1, maxLength: 30 }),
      rest: fc.dictionary(key, value, { maxKeys: 5 }),
    })
    .map(({ model, rest }) => ({ ...rest, model }));

  it("agrees on random values, compact and pretty", () => {
    fc.assert(
      fc.property(value, fc.constantFrom(0, 1, "\t"), (one, indent) =>
        compare(JSON.stringify(one, null, indent)),
      ),
    );
    fc.assert(
      fc.property(object, fc.constantFrom(0, 3), (one, indent) => compare(JSON.stringify(one, null, indent))),
    );
  });

  it("agrees on mutated bodies and throws nothing but GatewayError", () => {
    const bytes = fc.constantFrom(..."{}[]\",:\\/ \n\t\r0123456789.eE+-tfnu\u0000\u001fNaN'é".split(""));
    fc.assert(
      fc.property(
        object,
        fc.array(fc.tuple(fc.nat(), fc.nat(2), bytes), { minLength: 1, maxLength: 3 }),
        (one, edits) => {
          let text = JSON.stringify(one);
          for (const [place, kind, char] of edits) {
            const at = place % (text.length + 1);
            text = text.slice(0, at) + (kind === 2 ? "" : char) + text.slice(kind === 0 ? at : at + 1);
          }
          compare(Buffer.from(text).toString());
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("agrees on short strings over the alphabet of JSON", () => {
    const unit = fc.constantFrom(
      ...'{}[]",:\\ 01.eE+-'.split(""),
      '"a"',
      "true",
      "null",
      '{"',
      '":',
      "\\u",
      "model",
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => compare(`{"a":${text}}`)),
      { numRuns: 3000 },
    );
  });

  it("survives random bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        codeOf(() => peekJson(Buffer.concat([Buffer.from('{"model":"'), bytes])));
        codeOf(() => peekJson(Buffer.from(bytes)));
      }),
    );
  });

  it("splices so that only the model differs after parsing", () => {
    fc.assert(
      fc.property(object, fc.string({ maxLength: 20 }), (one, name) => {
        const body = Buffer.from(JSON.stringify(one));
        let found: JsonPeek;
        try {
          found = peekJson(body);
        } catch {
          return;
        }
        assert.ok(found.modelRange);
        const spliced = edited(body, [modelRenameOfJson(found.modelRange, name)]).toString();
        assert.deepEqual(JSON.parse(spliced), { ...JSON.parse(body.toString()), model: name });
      }),
    );
  });
});
