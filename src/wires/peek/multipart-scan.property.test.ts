// Property tests of the multipart scanner against a plain reference; the tables are in multipart-scan.test.ts.
// Run by `npm test`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { codeOf } from "../../../test/support/code-of.ts";
import { edited } from "../../../test/support/edited.ts";
import { field, form } from "../../../test/support/form.ts";
import { modelRenamesOfForm } from "./model-edits.ts";
import { type MultipartPeek, peekMultipart } from "./multipart-scan.ts";

const TYPE = "multipart/form-data; boundary=b0";
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg';

describe("peekMultipart against a plain reference", () => {
  const name = fc.constantFrom("model", "stream", "file", "prompt", "x");
  const value = fc.string({
    unit: fc.constantFrom("\r", "\n", "-", "b", "0", "model", "a", '"', "--b"),
    maxLength: 12,
  });
  const part = fc.record({ name, value, isFile: fc.boolean() });

  function build(parts: readonly { name: string; value: string; isFile: boolean }[]): Buffer {
    return form(
      parts.map((p) => [
        `Content-Disposition: form-data; name="${p.name}"${p.isFile ? '; filename="f"' : ""}`,
        p.value,
      ]),
    );
  }

  it("finds what was put in", () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        fc.pre(parts.every((p) => !`\r\n${p.value}\r\n`.includes("\r\n--b0")));
        const models = parts.filter((p) => p.name === "model" && !p.isFile);
        fc.pre(parts.every((p) => p.name !== "stream" || p.isFile));
        const body = build(parts);
        let found: MultipartPeek | undefined;
        const code = codeOf(() => {
          found = peekMultipart(body, TYPE);
        });
        const only = models[0]?.value;
        const firstFile = parts.find((p) => p.isFile && (p.name === "model" || p.name === "stream"));
        // A file of that name is refused where it stands.
        if (firstFile !== undefined)
          assert.equal(code, firstFile.name === "model" ? "ambiguous_model" : "invalid_field");
        else if (models.length > 1) assert.equal(code, "duplicate_model");
        else if (only !== undefined && (only === "" || /[\r\n]/.test(only)))
          assert.equal(code, "invalid_model");
        else assert.equal(found?.model, only);
        if (found?.modelRange === undefined) return;
        const renamed = parts.map((p) => (p.name === "model" && !p.isFile ? { ...p, value: "new" } : p));
        assert.deepEqual(edited(body, modelRenamesOfForm(found, "new")), build(renamed));
      }),
      { numRuns: 1000 },
    );
  });

  it("throws nothing but GatewayError on mutated forms", () => {
    const base = form([[FILE, "abc"], field("model", "w"), field("stream", "true")]);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(base.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(base.length),
        (edits, cut) => {
          const body = Buffer.from(base);
          for (const [at, byte] of edits) body[at] = byte;
          codeOf(() => peekMultipart(body, TYPE));
          codeOf(() => peekMultipart(body.subarray(0, cut), TYPE));
          codeOf(() => peekMultipart(base, body.toString("latin1")));
        },
      ),
      { numRuns: 1000 },
    );
  });
});
