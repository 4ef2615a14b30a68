// Table tests of the multipart scanner. Run by `npm test`.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeOf } from "../../../test/support/code-of.ts";
import { field, form, type Part } from "../../../test/support/form.ts";
import type { ErrorCode } from "../../core/errors.ts";
import { peekMultipart } from "./multipart-scan.ts";

const TYPE = "multipart/form-data; boundary=b0";
const FILE = 'Content-Disposition: form-data; name="file"; filename="a.mp3"\r\nContent-Type: audio/mpeg';

describe("peekMultipart finds model and stream", () => {
  const rows: readonly (readonly [string, readonly Part[], string | undefined, boolean | undefined])[] = [
    ["plain", [field("model", "whisper-1"), [FILE, "xx"]], "whisper-1", undefined],
    [
      "row 79: after the file",
      [[FILE, "x".repeat(100_000)], field("stream", "true"), field("model", "w")],
      "w",
      true,
    ],
    ["stream false", [field("stream", "false")], undefined, false],
    ["stream in Python spelling", [field("stream", "True"), field("model", "w")], "w", true],
    ["empty stream", [field("stream", "")], undefined, undefined],
    ["unquoted name", [["content-disposition:form-data;name=model", "w"]], "w", undefined],
    [
      "odd spacing and case",
      [['CONTENT-DISPOSITION:  form-data ; NAME = "model" ; x=y', "w"]],
      "w",
      undefined,
    ],
    [
      "other headers around",
      [
        [
          'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="model"\r\nContent-Transfer-Encoding: 8bit',
          "wé",
        ],
      ],
      "wé",
      undefined,
    ],
    [
      "a Windows file name",
      [['Content-Disposition: form-data; name="file"; filename="C:\\dir\\a.mp3"', "x"], field("model", "w")],
      "w",
      undefined,
    ],
    [
      "a decoy in a file",
      [[FILE, 'Content-Disposition: form-data; name="model"\r\n\r\nno\r\n--b1\r\n'], field("model", "w")],
      "w",
      undefined,
    ],
    [
      "a decoy in a file name",
      [['Content-Disposition: form-data; name="f"; filename="; name=model"', "no"]],
      undefined,
      undefined,
    ],
    [
      "near names",
      [field("models", "n"), field("mode", "n"), field("a[model]", "n"), field("amodel", "n")],
      undefined,
      undefined,
    ],
    [
      "repeated other fields",
      [field("include[]", "a"), field("include[]", "b"), field("model", "w")],
      "w",
      undefined,
    ],
    ["a part without headers", [["X: y", "a"], field("model", "w")], "w", undefined],
    ["no parts", [], undefined, undefined],
  ];
  for (const [title, parts, model, stream] of rows) {
    it(title, () => {
      const body = form(parts);
      const found = peekMultipart(body, TYPE);
      assert.equal(found.model, model);
      assert.equal(found.stream, stream);
      if (found.modelRange)
        assert.equal(body.toString("utf8", found.modelRange.start, found.modelRange.end), model);
    });
  }

  it("understands the boundary in all its forms", () => {
    const long = "x".repeat(70);
    const types: readonly (readonly [string, string])[] = [
      ['multipart/form-data; boundary="b0"', "b0"],
      ["multipart/form-data;charset=utf-8;BOUNDARY=b0", "b0"],
      ['multipart/form-data; boundary="a b:c/?"; x="; boundary=no"', "a b:c/?"],
      ["Multipart/Form-Data; boundary=----WebKit'()+_,-./:?", "----WebKit'()+_,-./:?"],
      [`multipart/form-data; boundary=${long}`, long],
    ];
    for (const [type, boundary] of types)
      assert.equal(peekMultipart(form([field("model", "w")], boundary), type).model, "w", type);
  });

  it("steps over preamble, epilogue and padding after a boundary", () => {
    const body = `preamble --b0\r\n--b0 \t\r\n${field("model", "w")[0]}\r\n\r\nw\r\n--b0--\r\n--b0\r\nepilogue`;
    assert.equal(peekMultipart(Buffer.from(body), TYPE).model, "w");
    assert.equal(peekMultipart(Buffer.from("--b0\r\n\r\nno headers\r\n--b0--"), TYPE).model, undefined);
  });
});

describe("peekMultipart refuses", () => {
  const model = field("model", "w");
  const whole = form([model]).toString();
  const rows: readonly (readonly [string, string | Buffer, ErrorCode])[] = [
    ["an empty body", "", "invalid_multipart"],
    ["no such boundary", whole.replaceAll("b0", "b1"), "invalid_multipart"],
    ["no final boundary", whole.replace("--b0--\r\n", ""), "invalid_multipart"],
    ["a cut final boundary", whole.slice(0, -3), "invalid_multipart"],
    ["a cut value", whole.slice(0, -12), "invalid_multipart"],
    ["a boundary that goes on", whole.replace("--b0\r\n", "--b0x\r\n"), "invalid_multipart"],
    ["line feeds only", whole.replaceAll("\r", ""), "invalid_multipart"],
    ["a line feed among headers", whole.replace("form-data;", "form-data;\n"), "invalid_multipart"],
    [
      "a folded header",
      form([['Content-Disposition: form-data;\r\n name="model"', "w"]]),
      "invalid_multipart",
    ],
    ["a header without colon", form([["Content-Disposition", "w"]]), "invalid_multipart"],
    [
      "a header with a space before the colon",
      form([["Content-Disposition : form-data; name=model", "w"]]),
      "invalid_multipart",
    ],
    ["a repeated header", form([[`${model[0]}\r\n${field("x", "")[0]}`, "w"]]), "invalid_multipart"],
    ["two names", form([["Content-Disposition: form-data; name=a; name=model", "w"]]), "invalid_multipart"],
    ["name*", form([["Content-Disposition: form-data; name*=utf-8''model", "w"]]), "invalid_multipart"],
    [
      "an escaped letter",
      form([['Content-Disposition: form-data; name="mo\\del"', "w"]]),
      "invalid_multipart",
    ],
    ["an open quote", form([['Content-Disposition: form-data; name="model', "w"]]), "invalid_multipart"],
    ["a missing value", "--b0\r\nContent-Disposition: form-data; name=x\r\n\r\n--b0--", "invalid_multipart"],
    [
      "a base64 model",
      form([[`${model[0]}\r\nContent-Transfer-Encoding: BASE64`, "dw=="]]),
      "invalid_multipart",
    ],
    [
      "many parameters",
      form([[`Content-Disposition: form-data; name="a"${"; x=y".repeat(40)}`, "w"]]),
      "invalid_multipart",
    ],
    ["huge part headers", form([[`X: ${"y".repeat(9000)}\r\n${model[0]}`, "w"]]), "invalid_multipart"],
    ["1,001 parts", form(Array.from({ length: 1001 }, () => field("x", ""))), "invalid_multipart"],
    ["two models", form([model, [FILE, "x"], model]), "duplicate_model"],
    [
      "two models, one unquoted",
      form([model, ["content-disposition: form-data; name=model", "v"]]),
      "duplicate_model",
    ],
    ["an empty model", form([field("model", "")]), "invalid_model"],
    ["a long model", form([field("model", "x".repeat(513))]), "invalid_model"],
    ["a model of 1 MB", form([field("model", "x".repeat(1 << 20))]), "invalid_model"],
    ["a model with a line end", form([field("model", "a\r\nb")]), "invalid_model"],
    ["a model that is no UTF-8", form([field("model", Buffer.from([0xff]))]), "invalid_model"],
    ...[
      '; filename="m"',
      '; filename=""',
      "; filename=",
      "; filename*=utf-8''m",
      "\r\nContent-Type: text/plain; charset=utf-16",
      '\r\nContent-Type: text/plain;charset="UTF-7"',
      "\r\nContent-Type: multipart/mixed; boundary=x",
    ].map(
      (more) =>
        [`a model with ${more.trim()}`, form([[`${model[0]}${more}`, "w"]]), "ambiguous_model"] as const,
    ),
    ...[
      "Model",
      "MODEL",
      "model[]",
      "model[0]",
      " model",
      "model ",
      "model\u00a0",
      "%6dodel",
      "\uff4dodel",
      "model%00x",
    ].map((name) => [`a model and ${name}`, form([model, field(name, "v")]), "ambiguous_model"] as const),
    ["only a twin", form([field("Model", "v")]), "ambiguous_model"],
    [
      "a model that is no form-data",
      form([["Content-Disposition: attachment; name=model", "w"]]),
      "ambiguous_model",
    ],
    ["a field that sets the character set", form([field("_charset_", "utf-16"), model]), "ambiguous_model"],
    ["JSON before the form", `\n{"model":"v"}\r\n${whole}`, "ambiguous_model"],
    ["a stream in capitals", form([model, field("STREAM", "true")]), "invalid_field"],
    [
      "a stream with a file name",
      form([[`${field("stream", "")[0]}; filename=""`, "true"]]),
      "invalid_field",
    ],
    ["an odd stream", form([field("stream", "yes please")]), "invalid_field"],
  ];
  for (const [title, body, code] of rows)
    it(title, () =>
      assert.equal(
        codeOf(() => peekMultipart(Buffer.from(body), TYPE)),
        code,
      ),
    );

  it("a Content-Type without a usable boundary", () => {
    const types = [
      "",
      "=",
      '=""',
      `=${"x".repeat(71)}`,
      '="a "',
      "=é",
      '="a\r\n"',
      "=b0; boundary=b1",
      "=b0; boundary*=utf-8''b1",
      '="b0',
    ];
    for (const rest of types)
      assert.equal(
        codeOf(() => peekMultipart(form([model]), `multipart/form-data; boundary${rest}`)),
        "invalid_multipart",
        rest,
      );
    assert.equal(
      codeOf(() => peekMultipart(form([model]), "multipart/form-data")),
      "invalid_multipart",
    );
  });
});
