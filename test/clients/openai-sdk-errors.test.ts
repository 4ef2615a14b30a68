// The gateway's errors as the official `openai` package sees them: the right class with status, code and param, from
// the gateway itself, relayed from an endpoint, and in the middle of a stream.

import assert from "node:assert/strict";
import OpenAI, { APIError } from "openai";
import { apiError, events, json, stream } from "../support/fakes/behaviours.ts";
import type { Behaviour } from "../support/fakes/fake-connection.ts";
import type { FakeEndpoint } from "../support/fakes/fake-endpoint.ts";
import { cutAfter, htmlPage } from "../support/faults.ts";
import { deadPort } from "../support/ports.ts";
import type { ConfigObject } from "../support/start-gateway.ts";
import { onBothEngines, type RecordedRig } from "./both-engines.ts";

const CHAT = { model: "m", messages: [{ role: "user" as const, content: "hi" }] };

async function openaiFor(
  rig: RecordedRig,
  config: ConfigObject,
  headers: Record<string, string> = {},
): Promise<OpenAI> {
  const gateway = await rig.gateway(config);
  return new OpenAI({ baseURL: gateway.url, apiKey: "sk-caller", maxRetries: 0, defaultHeaders: headers });
}

function configWith(endpoint: FakeEndpoint, more: ConfigObject = {}): ConfigObject {
  // One attempt: what the endpoint said is what the client gets, at once.
  const retries = { attempts: 1 };
  return { endpoints: [{ name: "one", base_url: endpoint.url, api_key: "sk-endpoint" }], retries, ...more };
}

/** The error of a call that must fail. Every error of the gateway has the envelope's four keys and an id. */
async function errorOf(call: PromiseLike<unknown>): Promise<APIError> {
  const error = await call.then(
    () => new Error("the call did not fail"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof APIError, String(error));
  assert.deepEqual(Object.keys(error.error ?? {}).sort(), ["code", "message", "param", "type"]);
  assert.ok(error.requestID, "no x-request-id");
  return error;
}

type Expected = { readonly status: number; readonly code: string | null; readonly param?: string | null };

function check(error: APIError, kind: new (...parts: never[]) => APIError, expected: Expected): void {
  assert.equal(error.constructor, kind);
  const { status, code, param } = error;
  assert.deepEqual({ status, code, param }, { param: null, ...expected });
}

onBothEngines("400: no model, a model of the wrong type, and a body that is no JSON", async (rig) => {
  const endpoint = await rig.endpoint();
  const openai = await openaiFor(rig, configWith(endpoint));
  const missing = await errorOf(openai.post("/chat/completions", { body: { messages: [] } }));
  check(missing, OpenAI.BadRequestError, { status: 400, code: "missing_model", param: "model" });
  const wrong = await errorOf(openai.post("/chat/completions", { body: { model: 7 } }));
  check(wrong, OpenAI.BadRequestError, { status: 400, code: "invalid_model", param: "model" });
  const headers = { "content-type": "application/json" };
  const broken = await errorOf(
    openai.post("/chat/completions", { body: Buffer.from('{"model": "m",'), headers }),
  );
  check(broken, OpenAI.BadRequestError, { status: 400, code: "invalid_json" });
  assert.equal(endpoint.requests.length, 0);
});

onBothEngines("401: a wrong client key, and never an echo of it", async (rig) => {
  const endpoint = await rig.endpoint();
  const openai = await openaiFor(rig, configWith(endpoint, { server: { api_keys: ["sk-the-right-one"] } }));
  const error = await errorOf(openai.chat.completions.create(CHAT));
  check(error, OpenAI.AuthenticationError, { status: 401, code: "invalid_api_key" });
  assert.ok(!error.message.includes("sk-"));
  const right = openai.withOptions({ apiKey: "sk-the-right-one" });
  assert.ok(await right.chat.completions.create(CHAT));
  assert.equal(endpoint.requests.length, 1);
});

onBothEngines("403: a web page of a foreign origin", async (rig) => {
  const openai = await openaiFor(rig, configWith(await rig.endpoint()), { origin: "https://evil.example" });
  const error = await errorOf(openai.chat.completions.create(CHAT));
  check(error, OpenAI.PermissionDeniedError, { status: 403, code: "origin_not_allowed" });
});

onBothEngines("404: an unknown model in every operation's place, and an unknown path", async (rig) => {
  const openai = await openaiFor(rig, configWith(await rig.endpoint({ models: ["gpt-five"] })));
  const calls = [
    () => openai.chat.completions.create({ ...CHAT, model: "gpt-fiv" }),
    () => openai.chat.completions.create({ ...CHAT, model: "gpt-fiv", stream: true }),
    () => openai.models.retrieve("gpt-fiv"),
  ];
  for (const call of calls) {
    const error = await errorOf(call());
    check(error, OpenAI.NotFoundError, { status: 404, code: "model_not_found", param: "model" });
    assert.match(error.message, /^404 The model `gpt-fiv` does not exist/);
  }
  assert.match((await errorOf(openai.models.retrieve("gpt-fiv"))).message, /gpt-five/);
  const path = await errorOf(openai.get("/no/such/path"));
  check(path, OpenAI.NotFoundError, { status: 404, code: "unknown_path" });
});

onBothEngines("405 and 413 come as APIError with their status", async (rig) => {
  const openai = await openaiFor(rig, configWith(await rig.endpoint(), { server: { max_body: "1KiB" } }));
  const method = await errorOf(openai.put("/embeddings", { body: { model: "m" } }));
  check(method, APIError, { status: 405, code: "method_not_allowed" });
  assert.match(method.headers?.get("allow") ?? "", /POST/);
  const large = await errorOf(openai.chat.completions.create({ ...CHAT, user: "u".repeat(2000) }));
  check(large, APIError, { status: 413, code: "request_too_large" });
  assert.match(large.message, /max_body/);
});

onBothEngines(
  "502 and 503: an endpoint that is not there, an alias with no usable target, no endpoints",
  async (rig) => {
    const dead = { name: "dead", base_url: `http://127.0.0.1:${await deadPort()}/v1`, models: ["m"] };
    const off = { name: "off", base_url: dead.base_url, models: ["x"], enabled: false };
    const routing = { model_overrides: { nick: ["off/x"] } };
    const openai = await openaiFor(rig, { endpoints: [dead, off], routing });
    const refused = await errorOf(openai.chat.completions.create(CHAT));
    check(refused, OpenAI.InternalServerError, { status: 502, code: "upstream_connect_failed" });
    assert.ok(!refused.message.includes("127.0.0.1"));
    const unusable = await errorOf(openai.chat.completions.create({ ...CHAT, model: "nick" }));
    check(unusable, OpenAI.InternalServerError, { status: 503, code: "no_available_target" });
    const empty = await openaiFor(rig, { endpoints: [] });
    const none = await errorOf(empty.chat.completions.create(CHAT));
    check(none, OpenAI.InternalServerError, { status: 503, code: "no_endpoints" });
  },
);

onBothEngines(
  "an endpoint's own answer to the caller goes through unchanged, in the right class",
  async (rig) => {
    const endpoint = await rig.endpoint();
    const classes: [number, string, new (...parts: never[]) => APIError][] = [
      [400, "context_length_exceeded", OpenAI.BadRequestError],
      [404, "previous_response_not_found", OpenAI.NotFoundError],
      [409, "conflict", OpenAI.ConflictError],
      [415, "unsupported", APIError],
      [422, "unprocessable", OpenAI.UnprocessableEntityError],
      [429, "rate_limit_exceeded", OpenAI.RateLimitError],
      [500, "broken", OpenAI.InternalServerError],
      [503, "overloaded", OpenAI.InternalServerError],
      [529, "overloaded", OpenAI.InternalServerError],
    ];
    for (const [status, code, kind] of classes) {
      const body = { error: { message: `it says ${status}`, type: "t", param: "messages", code } };
      // A gateway for each: what fails is remembered, and may rest.
      const openai = await openaiFor(rig, configWith(endpoint));
      endpoint.script([json(status, body, { "x-ratelimit-limit-requests": "9" })]);
      const isStream = status % 2 === 1;
      const error = await errorOf(openai.chat.completions.create({ ...CHAT, stream: isStream }));
      check(error, kind, { status, code, param: "messages" });
      assert.equal(error.message, `${status} it says ${status}`);
      assert.equal(error.headers?.get("x-ratelimit-limit-requests"), "9");
    }
  },
);

onBothEngines("429 keeps Retry-After", async (rig) => {
  const endpoint = await rig.endpoint();
  const openai = await openaiFor(rig, configWith(endpoint));
  endpoint.script([apiError(429, "rate_limit_exceeded", { "retry-after": "7" })]);
  const error = await errorOf(openai.chat.completions.create(CHAT));
  check(error, OpenAI.RateLimitError, { status: 429, code: "rate_limit_exceeded" });
  assert.equal(error.headers?.get("retry-after"), "7");
});

onBothEngines("a key that the endpoint rejects is never the caller's 401 or 403, nor shown", async (rig) => {
  const endpoint = await rig.endpoint();
  for (const status of [401, 403]) {
    const openai = await openaiFor(rig, configWith(endpoint));
    const body = {
      error: { message: "Incorrect API key provided: sk-endpoint", type: "t", param: null, code: "x" },
    };
    endpoint.script([json(status, body)]);
    const error = await errorOf(openai.chat.completions.create(CHAT));
    check(error, OpenAI.InternalServerError, { status: 502, code: "upstream_rejected_credentials" });
    assert.ok(!error.message.includes("sk-endpoint"));
  }
});

onBothEngines("an HTML page becomes an error in OpenAI's shape", async (rig) => {
  const endpoint = await rig.endpoint();
  const openai = await openaiFor(rig, configWith(endpoint));
  endpoint.script([htmlPage(502)]);
  const error = await errorOf(openai.chat.completions.create(CHAT));
  assert.equal(error.constructor, OpenAI.InternalServerError);
  assert.equal(error.status, 502);
  assert.equal(error.type, "upstream_error");
});

onBothEngines(
  "a stream that breaks, and an error event of the endpoint, raise APIError after what had come",
  async (rig) => {
    const endpoint = await rig.endpoint();
    const openai = await openaiFor(rig, configWith(endpoint));
    const chunk = {
      id: "c",
      object: "chat.completion.chunk",
      choices: [{ index: 0, delta: { content: "a" } }],
    };
    const overloaded = {
      error: { message: "out of capacity", type: "server_error", param: null, code: "overloaded" },
    };
    const cases: [Behaviour, string][] = [
      [
        cutAfter(stream(events([chunk, chunk])), { of: "pieces", count: 1, how: "reset" }),
        "upstream_cut_off",
      ],
      [cutAfter(stream(events([chunk, chunk])), { of: "pieces", count: 1, how: "fin" }), "upstream_cut_off"],
      [stream(events([chunk, overloaded])), "overloaded"],
    ];
    for (const [behaviour, code] of cases) {
      endpoint.script([behaviour]);
      const streamed = await openai.chat.completions.create({ ...CHAT, stream: true });
      let text = "";
      const reading = async (): Promise<void> => {
        for await (const part of streamed) text += part.choices[0]?.delta.content ?? "";
      };
      const error = await reading().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof APIError, String(error));
      assert.equal(error.code, code);
      assert.equal(text, "a");
    }
  },
);

onBothEngines("a broken stream of responses ends with an error event", async (rig) => {
  const endpoint = await rig.endpoint();
  const openai = await openaiFor(rig, configWith(endpoint));
  const delta = { type: "response.output_text.delta", sequence_number: 0, delta: "a" };
  const piece = `event: ${delta.type}\ndata: ${JSON.stringify(delta)}\n\n`;
  endpoint.script([cutAfter(stream([piece, piece]), { of: "pieces", count: 1, how: "reset" })]);
  const types: string[] = [];
  const streamed = await openai.responses.create({ model: "m", input: "hi", stream: true });
  const reading = async (): Promise<void> => {
    for await (const event of streamed) types.push(event.type);
  };
  // The package raises the event as an error of its own since its seventh version.
  await assert.rejects(
    reading(),
    (error: unknown) => error instanceof APIError && error.code === "upstream_cut_off",
  );
  assert.deepEqual(types, ["response.output_text.delta"]);
});
