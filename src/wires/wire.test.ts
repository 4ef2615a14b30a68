// Each wire by the same table: where an operation is asked for, how a key is sent, how a list is asked for, how streams
// end and fail, how errors and models are told, and what its probe says.

import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayError } from "../core/errors.ts";
import type { Operation } from "./paths/operation.ts";
import { OPERATIONS, PATH_FORMS, WIRES, wireOf } from "./registry/wires.ts";
import { StreamEnd } from "./stream/stream-end.ts";
import { probePath, type VersionPass, WIRE_NAMES, type Wire, type WireName } from "./wire.ts";

const KEY = "sk-1";
const BEARER = ["authorization", `Bearer ${KEY}`];
const AT_V1 = { basePath: "/gpu/v1", rootPath: "/gpu" };
const MODEL = { name: "m", owner: "a", entry: { created: 1, extra: true } };
const OPENAI_ENTRY = { created: 1, owned_by: "a", extra: true, id: "m", object: "model" };

type Row = {
  /** Headers with the key of a request in each client's words. */
  readonly keys: Readonly<Record<"openai" | "anthropic", readonly string[]>>;
  /** Paths of the first and of a further page. */
  readonly pages: readonly [string, string];
  readonly listed: unknown;
  /** Paths of the probes below a base URL, the wire's own first. */
  readonly probes: readonly string[];
  readonly passesApiVersion: VersionPass;
  /** Of an embedding, of a message at an endpoint without a path, and of Cohere's version. */
  readonly paths: readonly [string, string, string];
  readonly envelope: readonly string[];
};

const USUAL_PATHS = ["/gpu/v1/embeddings", "/messages", "/gpu/v2/rerank"] as const;
const USUAL_ENVELOPE = ["code", "message", "param", "type"] as const;
const CHAT = { messages: [{ role: "user", content: "ping" }], max_tokens: 1 };

const TABLE: Readonly<Record<WireName, Row>> = {
  openai: {
    keys: { openai: BEARER, anthropic: [...BEARER, "x-api-key", KEY] },
    pages: ["/gpu/v1/models", "/gpu/v1/models?after_id=a%2Fb"],
    listed: { object: "list", data: [OPENAI_ENTRY] },
    probes: ["/gpu/v1/chat/completions"],
    passesApiVersion: false,
    paths: USUAL_PATHS,
    envelope: USUAL_ENVELOPE,
  },
  anthropic: {
    keys: { openai: BEARER, anthropic: ["x-api-key", KEY] },
    pages: ["/gpu/v1/models?limit=1000", "/gpu/v1/models?limit=1000&after_id=a%2Fb"],
    listed: {
      data: [
        {
          created_at: "1970-01-01T00:00:01.000Z",
          display_name: "m",
          created: 1,
          extra: true,
          type: "model",
          id: "m",
        },
      ],
      has_more: false,
      first_id: "m",
      last_id: "m",
    },
    probes: ["/gpu/v1/messages", "/gpu/v1/chat/completions"],
    passesApiVersion: false,
    paths: USUAL_PATHS,
    envelope: USUAL_ENVELOPE,
  },
  azure: {
    keys: { openai: ["api-key", KEY], anthropic: ["api-key", KEY, "x-api-key", KEY] },
    pages: ["/gpu/v1/models", "/gpu/v1/models?after_id=a%2Fb"],
    listed: { object: "list", data: [OPENAI_ENTRY] },
    probes: ["/gpu/v1/chat/completions"],
    passesApiVersion: "undated",
    paths: USUAL_PATHS,
    envelope: USUAL_ENVELOPE,
  },
  gemini: {
    keys: { openai: BEARER, anthropic: BEARER },
    pages: ["/gpu/v1/models?pageSize=1000", "/gpu/v1/models?pageSize=1000&pageToken=a%2Fb"],
    listed: {
      models: [
        {
          version: "",
          displayName: "m",
          description: "",
          supportedGenerationMethods: ["generateContent", "countTokens"],
          name: "models/m",
        },
      ],
    },
    probes: ["/gpu/v1/models/m:generateContent", "/gpu/v1/openai/chat/completions"],
    passesApiVersion: false,
    paths: ["/gpu/v1/openai/embeddings", "/v1beta/openai/messages", "/gpu/v1/openai/v2/rerank"],
    envelope: ["code", "details", "message", "status"],
  },
};

function keyHeaders(wire: Wire, spoken: WireName): readonly string[] {
  const headers: string[] = [];
  wire.pushKey(headers, KEY, spoken);
  return headers;
}

function operation(name: string): Operation {
  const found = OPERATIONS.find((one) => one.name === name);
  assert.ok(found !== undefined, name);
  return found;
}

for (const name of WIRE_NAMES) {
  const wire = WIRES[name];
  const row = TABLE[name];

  test(`${name}: its name, its paths below any base URL, and one version of its own below the root`, () => {
    assert.equal(wire.name, name);
    const versioned = OPERATIONS.find(({ path }) => path === "/v2/rerank");
    assert.ok(versioned !== undefined);
    const bare = { basePath: "", rootPath: "" };
    const paths = [
      wire.pathOf(AT_V1, operation("embeddings")),
      wire.pathOf(bare, operation("messages")),
      wire.pathOf(AT_V1, versioned),
    ];
    assert.deepEqual(paths, row.paths);
    assert.equal(wire.passesApiVersion, row.passesApiVersion);
  });

  test(`${name}: the key, for a request in each client's words`, () => {
    assert.deepEqual(keyHeaders(wire, "openai"), row.keys.openai);
    assert.deepEqual(keyHeaders(wire, "anthropic"), row.keys.anthropic);
  });

  test(`${name}: the list of models, as it is asked for and as it is told`, () => {
    assert.deepEqual([wire.listPath(AT_V1, undefined), wire.listPath(AT_V1, "a/b")], row.pages);
    assert.deepEqual(wire.listOf([MODEL]), row.listed);
    assert.match(
      JSON.stringify(wire.entryOf({ ...MODEL, entry: undefined })),
      /"(?:id|name)":"(?:models\/)?m"/,
    );
    // A date that nobody can write is none.
    assert.doesNotThrow(() => wire.entryOf({ ...MODEL, entry: { created: Number.MAX_VALUE } }));
  });

  test(`${name}: the list of models, as it is read`, async () => {
    const page = { data: [{ id: "m", type: "model" }], has_more: true, last_id: "m" };
    const read = await wire.readList(Buffer.from(JSON.stringify(page)));
    assert.ok(read.kind === "ok");
    assert.deepEqual([read.entries.map(({ id }) => id), read.nextAfter], [["m"], "m"]);
    assert.equal((await wire.readList(Buffer.from("<html>"))).kind, "bad");
  });

  test(`${name}: an error of ours has all keys of the envelope`, () => {
    const body: unknown = JSON.parse(wire.envelope(new GatewayError("model_not_found", { param: "model" })));
    assert.ok(typeof body === "object" && body !== null && "error" in body);
    assert.deepEqual(Object.keys(Object(body.error)).sort(), row.envelope);
  });

  test(`${name}: its probes are for one token, each at its path, plain and streamed`, () => {
    assert.deepEqual(
      wire.probes.map((probe) => probePath({ wire, ...AT_V1 }, probe, "m", false)),
      row.probes,
    );
    for (const probe of wire.probes) {
      const plain: unknown = JSON.parse(probe.body("m", {}).toString());
      const streamed: unknown = JSON.parse(probe.body("m", { isStream: true }).toString());
      if (probe.streamed === undefined) {
        assert.deepEqual(plain, { model: "m", ...CHAT });
        assert.deepEqual(streamed, { model: "m", stream: true, ...CHAT });
      } else {
        assert.match(JSON.stringify(plain), /"ping".*"maxOutputTokens":1\b/);
        assert.match(probePath({ wire, ...AT_V1 }, probe, "m", true), /\/models\/m:stream\w+\?alt=sse$/);
      }
    }
  });
}

test("a probe with the newer name of the limit, for models that know only that", () => {
  const newer: unknown = JSON.parse(WIRES.openai.probes[0].body("m", { isNewer: true }).toString());
  assert.deepEqual(newer, {
    model: "m",
    messages: [{ role: "user", content: "ping" }],
    max_completion_tokens: 16,
  });
});

test("each operation is of the wire that has it, and an error event of that wire ends a stream of it with an error", () => {
  for (const name of WIRE_NAMES) {
    for (const one of WIRES[name].operations) {
      assert.equal(one.wire, name, one.name);
      const event = wireOf(one.wire).errorEvent(one, "upstream_reset", "cut");
      assert.match(event.toString(), /^(?:event: error\n)?data: \{.*"cut".*\}\n\n$/, one.name);
      const end = new StreamEnd(one.dialect);
      end.push(event);
      assert.equal(end.hasError, true, one.name);
    }
  }
});

test("the error event of each kind of stream", () => {
  const told = (name: string): string =>
    wireOf(operation(name).wire).errorEvent(operation(name), "upstream_reset", "cut").toString();
  assert.match(
    told("chat"),
    /^data: \{"error":\{"message":"cut","type":"\w+","param":null,"code":"upstream_reset"\}\}/,
  );
  assert.match(
    told("responses"),
    /^event: error\ndata: \{"type":"error","code":"upstream_reset","message":"cut"/,
  );
  assert.equal(
    told("messages"),
    'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"cut"}}\n\n',
  );
});

test("how a stream of each kind says that it is over", () => {
  const ends: Readonly<Record<string, string>> = {
    chat: 'data: {"choices":[{"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n',
    responses: 'event: response.completed\ndata: {"type":"response.completed"}\n\n',
    messages: 'event: message_stop\ndata: {"type":"message_stop"}\n\n',
    audio_speech: 'data: {"type":"speech.audio.done"}\n\n',
  };
  for (const [name, text] of Object.entries(ends)) {
    const end = new StreamEnd(operation(name).dialect);
    end.push(Buffer.from(text));
    assert.equal(end.isFinal, true, name);
  }
});

test("where model and usage stand in answers and events of each kind", () => {
  const examples: Readonly<Record<string, readonly unknown[]>> = {
    chat: [{ model: "m", usage: {} }],
    embeddings: [{ model: "m", usage: {} }],
    responses: [{ model: "m", usage: {} }, { response: { model: "m", usage: {} } }],
    messages: [{ model: "m", usage: {} }, { message: { model: "m", usage: {} } }],
    generate_content: [{ modelVersion: "m", usageMetadata: {} }],
  };
  for (const [name, answers] of Object.entries(examples)) {
    const { answerModelPaths, usagePaths } = operation(name);
    for (const answer of answers) {
      assert.ok(
        answerModelPaths.some((path) => valueAt(answer, path) === "m"),
        name,
      );
      assert.ok(
        usagePaths.some((path) => valueAt(answer, path) !== undefined),
        name,
      );
    }
  }
});

test("a model writes the answers of chats, and no others", () => {
  const written = OPERATIONS.filter(({ isWritten }) => isWritten).map(({ name }) => name);
  const expected =
    "chat completions responses responses_compact messages generate_content stream_generate_content ollama_chat ollama_generate";
  assert.deepEqual(written, expected.split(" "));
});

test("paths as Azure's and Anthropic's clients write them, and no others", () => {
  const form = WIRES.azure.pathForm;
  assert.ok(form !== undefined);
  const isKnown = (path: string): boolean => path === "/chat/completions";
  assert.deepEqual(form("/openai/deployments/a/b/chat/completions", isKnown), {
    path: "/v1/chat/completions",
    deployment: "a/b",
  });
  assert.deepEqual(form("/openai/v1/models", isKnown), { path: "/v1/models", deployment: undefined });
  assert.equal(form("/v1/chat/completions", isKnown), undefined);
  const prefixed = WIRES.anthropic.pathForm;
  assert.ok(prefixed !== undefined);
  assert.equal(prefixed("/anthropic/v1/messages", isKnown)?.path, "/v1/messages");
  assert.equal(prefixed("/v1/messages", isKnown), undefined);
  assert.deepEqual(PATH_FORMS, [prefixed, form, WIRES.gemini.pathForm, wireOf("ollama").pathForm]);
});

function valueAt(value: unknown, path: string): unknown {
  let found = value;
  for (const key of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.entries(found).find(([name]) => name === key)?.[1];
  }
  return found;
}

for (const name of WIRE_NAMES) {
  test(`${name}: an answer's content is told from an answer without any`, () => {
    const said = (text: string): boolean => {
      const search = WIRES[name].contentSearch();
      search.push(Buffer.from(text));
      return search.finish();
    };
    assert.equal(said('{"choices":[{"message":{"content":"hi"}}]}'), true);
    assert.equal(said('{"content":[{"type":"text","text":"hi"}]}'), true);
    assert.equal(said('{"choices":[{"message":{"content":""}}]}'), false);
    assert.equal(said('{"content":[]}'), false);
  });
}
