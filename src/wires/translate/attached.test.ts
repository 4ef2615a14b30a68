import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../../core/errors.ts";
import type { ChatApi } from "../paths/operation.ts";
import { translationBetween } from "../registry/translations.ts";
import { dataIn, fileData, isBase64, pictureUrl } from "./attached.ts";

const PNG = "iVBORw0KGgo=";
const PDF = "JVBERi0xLjQ=";
const MALFORMED = [
  "",
  " ",
  "data:",
  "data:,",
  "data:,x",
  "data:image/png",
  "data:image/png;base64",
  "data:image/png;base64,",
  "data:image/png;base64, ",
  "data:image/png;base64,@@@",
  "data:image/png;base64,A=A",
  "data:image/png,iVBORw0KGgo=",
  "data:;base64,",
  "DATA:image/png;BASE64,@",
];
const NO_PICTURES = [
  ...MALFORMED,
  "data:image/png;base64,aGVsbG8=",
  `data:text/plain;base64,${PNG}`,
  `data:;base64,${PNG}`,
];

test("data URLs and base64, as they may be written", () => {
  assert.deepEqual(dataIn(` Data:Image/JPG;name=a;base64,${PNG}\n`, "p"), {
    mediaType: "image/jpeg",
    data: PNG,
  });
  assert.deepEqual(dataIn("data:;base64,AA", "p"), { mediaType: "", data: "AA" });
  for (const url of [
    "https://example.com/a.png",
    `data:image/png;base64,${PNG}`,
    "data:image/svg+xml;base64,PHN2Zz4=",
  ])
    assert.equal(pictureUrl(url, "p"), url);
  for (const data of [PDF, `data:application/pdf;base64,${PDF}`, "JVBE\nRi0x"])
    assert.equal(fileData(data, "p"), data);
});

test("base64 is told from anything else, and however long, each character is looked at once", () => {
  for (const text of ["A", "AA==", " AA = ", "AA==\n", "A\nA\u00a0A", "-_+/"])
    assert.ok(isBase64(text), text);
  for (const text of ["", " ", "=", " ==", "A=A", "A===", "A= =", "A@", "é"])
    assert.ok(!isBase64(text), text);
  // Once for each space would take hours.
  const spaces = " ".repeat(4_000_000);
  assert.ok(isBase64(`A${spaces}=`));
  for (const end of ["@", "=A", "= ="]) assert.ok(!isBase64(`A${spaces}${end}`), end);
});

type Place = readonly [string, ChatApi, ChatApi, (attached: string) => Readonly<Record<string, unknown>>];

const text = { type: "input_text", text: "x" };
const image = (url: string) => ({ type: "input_image", image_url: url });
const chatImage = (url: string) => ({ type: "image_url", image_url: { url } });
const chatCall = {
  role: "assistant",
  tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" } }],
};
const called = { type: "function_call", call_id: "c", name: "f", arguments: "{}" };
const block = (url: string) => ({ type: "image", source: { type: "url", url } });
const used = { role: "assistant", content: [{ type: "tool_use", id: "c", name: "f", input: {} }] };

/** Where pictures may stand that are written as addresses or data URLs. */
const PICTURES: readonly Place[] = [
  ...(["chat", "messages"] as const).flatMap((to): readonly Place[] => [
    ["user", "responses", to, (url) => ({ input: [{ role: "user", content: [text, image(url)] }] })],
    [
      "tool",
      "responses",
      to,
      (url) => ({ input: [called, { type: "function_call_output", call_id: "c", output: [image(url)] }] }),
    ],
    [
      "custom tool",
      "responses",
      to,
      (url) => ({
        input: [
          { type: "custom_tool_call", call_id: "c", name: "f", input: "" },
          { type: "custom_tool_call_output", call_id: "c", output: [image(url)] },
        ],
      }),
    ],
    [
      "system",
      "responses",
      to,
      (url) => ({
        input: [
          { role: "developer", content: [image(url)] },
          { role: "user", content: "x" },
        ],
      }),
    ],
    [
      "assistant",
      "responses",
      to,
      (url) => ({
        input: [
          { role: "assistant", content: [image(url)] },
          { role: "user", content: "x" },
        ],
      }),
    ],
  ]),
  ...(["responses", "messages"] as const).flatMap((to): readonly Place[] => [
    ["user", "chat", to, (url) => ({ messages: [{ role: "user", content: [chatImage(url)] }] })],
    [
      "bare",
      "chat",
      to,
      (url) => ({ messages: [{ role: "user", content: [{ type: "image_url", image_url: url }] }] }),
    ],
    [
      "tool",
      "chat",
      to,
      (url) => ({ messages: [chatCall, { role: "tool", tool_call_id: "c", content: [chatImage(url)] }] }),
    ],
    [
      "system",
      "chat",
      to,
      (url) => ({
        messages: [
          { role: "system", content: [chatImage(url)] },
          { role: "user", content: "x" },
        ],
      }),
    ],
  ]),
  ...(["chat", "responses"] as const).flatMap((to): readonly Place[] => [
    ["user", "messages", to, (url) => ({ messages: [{ role: "user", content: [block(url)] }] })],
    [
      "tool",
      "messages",
      to,
      (url) => ({
        messages: [
          used,
          { role: "user", content: [{ type: "tool_result", tool_use_id: "c", content: [block(url)] }] },
        ],
      }),
    ],
    ["user", "ollama_chat", to, (url) => ({ messages: [{ role: "user", content: "x", images: [url] }] })],
    ["tool", "ollama_chat", to, (url) => ({ messages: [{ role: "tool", content: "x", images: [url] }] })],
    ["prompt", "ollama_generate", to, (url) => ({ prompt: "x", images: [url] })],
  ]),
];

/** Where data stand by themselves, with their type beside them. */
const inline = (url: string) => ({
  mime_type: /^data:([^;,]*)/i.exec(url)?.[1] ?? "",
  data: /,(.*)$/.exec(url)?.[1] ?? "",
});
const anthropic = (url: string) => {
  const { mime_type: media_type, data } = inline(url);
  return { type: "image", source: { type: "base64", media_type, data } };
};
const DATA: readonly Place[] = [
  ["user", "messages", "chat", (url) => ({ messages: [{ role: "user", content: [anthropic(url)] }] })],
  [
    "document",
    "messages",
    "chat",
    (url) => ({
      messages: [
        {
          role: "user",
          content: [{ type: "document", source: { type: "content", content: [anthropic(url)] } }],
        },
      ],
    }),
  ],
  ["user", "gemini", "chat", (url) => ({ contents: [{ parts: [{ inlineData: inline(url) }] }] })],
  [
    "tool",
    "gemini",
    "chat",
    (url) => ({
      contents: [
        { role: "model", parts: [{ functionCall: { name: "f" } }] },
        { parts: [{ functionResponse: { name: "f", response: {}, parts: [{ inlineData: inline(url) }] } }] },
      ],
    }),
  ],
];

const FILES: readonly Place[] = [
  ...(["chat", "messages"] as const).map(
    (to): Place => [
      "user",
      "responses",
      to,
      (data) => ({
        input: [{ role: "user", content: [{ type: "input_file", filename: "a.pdf", file_data: data }] }],
      }),
    ],
  ),
  ...(["responses", "messages"] as const).map(
    (to): Place => [
      "user",
      "chat",
      to,
      (data) => ({
        messages: [
          { role: "user", content: [{ type: "file", file: { filename: "a.pdf", file_data: data } }] },
        ],
      }),
    ],
  ),
];

function refusalOf([, from, to, request]: Place, attached: string): string | undefined {
  const translation = translationBetween(from, to);
  assert.ok(translation !== undefined, `${from} over ${to}`);
  try {
    translation.request({ model: "m", ...request(attached) });
    return undefined;
  } catch (error) {
    assert.ok(error instanceof GatewayError, String(error));
    assert.equal(error.status, 400);
    return error.param ?? "";
  }
}

for (const place of [...PICTURES, ...DATA]) {
  const [name, from, to] = place;
  test(`a picture that is none is refused: ${name} of ${from} over ${to}`, () => {
    for (const url of NO_PICTURES) {
      // Beside its type data stand without the word base64, and a text may stand where a picture may.
      if (DATA.includes(place) && /^data:(?:image\/png,|text\/plain)/.test(url)) continue;
      assert.notEqual(refusalOf(place, url), undefined, JSON.stringify(url));
      assert.notEqual(refusalOf(place, url), "", JSON.stringify(url));
    }
  });
}

for (const place of FILES) {
  const [name, from, to] = place;
  test(`a file that is none is refused: ${name} of ${from} over ${to}`, () => {
    for (const data of MALFORMED) assert.notEqual(refusalOf(place, data), undefined, JSON.stringify(data));
    assert.equal(refusalOf(place, `data:application/pdf;base64,${PDF}`), undefined);
  });
}
