// Faults 201, 202, 207 and 208: whose fault an error is. What a client wrote never decides it, and one request's own
// refusal takes nothing from the others.

import assert from "node:assert/strict";
import { test } from "node:test";
import { body, json, stream } from "../../support/fakes/behaviours.ts";
import type { Behaviour } from "../../support/fakes/fake-connection.ts";
import { chat, errorOf, type World, worldFor } from "../../support/world.ts";

const GOOD = json(200, '{"good":true}');
const KEY = { config: { api_key: "sk-canary-12345678" } };
const KEYED = { endpoints: { a: KEY, b: KEY, c: KEY } };

function openai(message: string, fields: Readonly<Record<string, unknown>> = {}): object {
  return { error: { message, type: "invalid_request_error", param: null, code: null, ...fields } };
}

function all(world: World<"a" | "b" | "c">, answer: Behaviour): void {
  for (const fake of Object.values(world.fakes)) fake.always(answer);
}

const isPost = ({ method }: { readonly method: string }): boolean => method === "POST";

/** Others are served by whoever is first: nothing rests, nothing was struck. */
async function isUntouched(world: World<"a" | "b" | "c">): Promise<void> {
  assert.ok(world.gateway.targets.health.isPristine);
  all(world, GOOD);
  for (let time = 0; time < 3; time += 1)
    assert.equal((await world.ask(chat())).header("x-oai-gateway-attempts"), "1");
}

const CLIENTS_WORDS: Readonly<Record<string, object>> = {
  "an id": openai("Previous response with id 'resp-model' not found.", {
    param: "previous_response_id",
    code: "previous_response_not_found",
  }),
  "an id without a code": openai("Previous response with id 'resp-model' not found."),
  "a file's name": openai('File named "The model m does not exist" not found'),
  "a thread": openai("No thread found with id 'model'."),
  "a vector store": openai("Vector store model not found not found"),
};

for (const [what, error] of Object.entries(CLIENTS_WORDS)) {
  test(`fault 201: ${what} that speaks of a model in a 404 takes the model from nobody`, async (t) => {
    const world = await worldFor(t, KEYED);
    all(world, json(404, error));
    const request = { path: "/v1/responses", body: { model: "m", previous_response_id: "resp-model" } };
    const answer = await world.ask(request);
    assert.deepEqual([answer.status, answer.json()], [404, error]);
    // Where the answer before is was asked for as well; the request itself is sent once.
    const sent = Object.values(world.fakes).flatMap((fake) => fake.requests.filter(isPost));
    assert.equal(sent.length, 1);
    await isUntouched(world);
  });
}

const CREDIT = "Your credit balance is too low to access the Anthropic API.";

test("fault 201: a 400 that quotes what an empty account says is the caller's", async (t) => {
  const world = await worldFor(t, KEYED);
  const error = openai(`Invalid value: '${CREDIT}'. Supported values are: 'system'.`, {
    param: "messages[0].role",
    code: "invalid_value",
  });
  all(world, json(400, error));
  assert.equal((await world.ask(chat())).status, 400);
  await isUntouched(world);
});

const TPM = "on tokens per min (TPM): Limit 30000, Requested 61337.";

/** Refusals of one request, with the status that the caller is told. */
const ITS_OWN: Readonly<Record<string, readonly [Behaviour, string, number]>> = {
  "429 for a request too large": [
    json(429, openai(`Request too large for m ${TPM}`, { code: "rate_limit_exceeded" })),
    "upstream_request_too_large",
    429,
  ],
  "413 for a request too large": [
    json(413, openai(`Request too large for model m ${TPM}`)),
    "upstream_request_too_large",
    413,
  ],
  "413 for a body too large": [body(413, "too large"), "upstream_request_too_large", 413],
  "402 for max_tokens": [
    json(402, openai("You requested up to 65536 tokens, but can only afford 1234.", { code: 402 })),
    "upstream_request_too_large",
    402,
  ],
  "401 for a missing scope": [
    json(401, openai("You have insufficient permissions for this operation. Missing scopes: api.x.write.")),
    "upstream_not_permitted",
    403,
  ],
  "403 for a missing scope": [
    json(403, openai("x", { code: "missing_scope" })),
    "upstream_not_permitted",
    403,
  ],
  "403 for a file": [json(403, openai("not allowed to use this file")), "upstream_not_permitted", 403],
};

for (const [what, [answer, code, status]] of Object.entries(ITS_OWN)) {
  test(`fault 202: ${what} goes to the next endpoint, and nothing rests`, async (t) => {
    const world = await worldFor(t, KEYED);
    world.fakes.a.always(answer);
    world.fakes.b.always(GOOD);
    const served = await world.ask(chat());
    assert.deepEqual([served.status, served.header("x-oai-gateway-attempts")], [200, `2; a=${code}; b=ok`]);
    await isUntouched(world);
  });

  test(`fault 202: ${what} everywhere is told in the last endpoint's own words`, async (t) => {
    const world = await worldFor(t, KEYED);
    all(world, answer);
    const refused = await world.ask(chat());
    assert.equal(refused.status, status);
    assert.match(refused.text, /too large|afford|scope|file/);
    assert.equal(refused.header("x-should-retry"), "false");
    const calls = Object.values(world.fakes).map((fake) => fake.requests.length);
    assert.deepEqual(calls, [1, 1, 1]);
    assert.equal((await world.log.nextSummary()).error, code);
    await isUntouched(world);
  });
}

test("fault 207: a 403 about what the prompt says passes unchanged, and no key rests", async (t) => {
  const refusals = [
    '{"code":"permission-denied","error":"Content violates usage guidelines. "}',
    '{"code":"The caller does not have permission to execute it","error":"Content violates usage guidelines."}',
    '{"error":{"code":"content_filter","message":"x"}}',
    '{"code":"DataInspectionFailed","message":"Input data may contain inappropriate content."}',
  ];
  for (const text of refusals) {
    const world = await worldFor(t, KEYED);
    all(world, json(403, text));
    const answer = await world.ask(chat());
    assert.deepEqual([answer.status, answer.text], [403, text]);
    assert.equal(world.log.lines.filter(({ event }) => event === "endpoint_key_unusable").length, 0);
    await isUntouched(world);
  }
});

test("fault 207: an empty account and a bad key that are told as 400 go to the next endpoint", async (t) => {
  const rows: readonly (readonly [object, string])[] = [
    [
      { type: "error", error: { type: "invalid_request_error", message: CREDIT } },
      "upstream_quota_exhausted",
    ],
    [
      [
        {
          error: {
            code: 400,
            message: "API key not valid. Please pass a valid API key.",
            status: "INVALID_ARGUMENT",
          },
        },
      ],
      "upstream_rejected_credentials",
    ],
    [openai("Your account has been deactivated."), "upstream_rejected_credentials"],
  ];
  for (const [error, code] of rows) {
    const world = await worldFor(t, KEYED);
    world.fakes.a.always(json(400, error));
    world.fakes.b.always(GOOD);
    const answer = await world.ask({ path: "/v1/messages", body: { model: "m", messages: [] } });
    assert.equal(answer.header("x-oai-gateway-attempts"), `2; a=${code}; b=ok`);
  }
});

test("fault 25: no such model, in each vendor's words, goes to the next endpoint", async (t) => {
  const google = "models/m is not found for API version v1main, or is not supported for generateContent.";
  const rows: readonly (readonly [number, object])[] = [
    [404, [{ error: { code: 404, message: google, status: "NOT_FOUND" } }]],
    [400, openai("Model Not Exist", { code: "invalid_request_error" })],
    [404, openai("Unable to access model m.", { param: "model", code: "model_not_available" })],
    [400, { code: 20012, message: "Model does not exist. Please check it carefully.", data: null }],
  ];
  for (const [status, error] of rows) {
    const world = await worldFor(t, KEYED);
    world.fakes.a.always(json(status, error));
    world.fakes.b.always(GOOD);
    const answer = await world.ask(chat());
    assert.equal(answer.header("x-oai-gateway-attempts"), "2; a=upstream_model_missing; b=ok");
  }
});

const UNKNOWN_PATH: readonly Behaviour[] = [
  body(404, "404 page not found\n", { "content-type": "text/plain" }),
  json(404, '{"detail":"Not Found"}'),
  json(404, '{"error":"Not Found"}'),
  json(404, openai("Invalid URL (POST /v1/responses)")),
  json(
    404,
    openai("Unknown request URL: POST /v1/responses. Please check the URL.", { code: "unknown_url" }),
  ),
  json(405, '{"detail":"Method Not Allowed"}'),
  json(200, '{"error":"Unexpected endpoint or method. (POST /v1/responses)"}'),
];

test("fault 208: a path that one endpoint does not know goes to the next, and nothing is held against it", async (t) => {
  for (const answer of UNKNOWN_PATH) {
    const world = await worldFor(t, KEYED);
    world.fakes.a.always(answer);
    world.fakes.b.always(GOOD);
    const served = await world.ask({ path: "/v1/responses", body: { model: "m", input: "hi" } });
    assert.equal(served.header("x-oai-gateway-attempts"), "2; a=upstream_unsupported; b=ok");
    await isUntouched(world);
  }
});

test("fault 208: a path that nobody knows is told in an endpoint's own words, a page in ours", async (t) => {
  const world = await worldFor(t, KEYED);
  all(world, json(404, '{"detail":"Not Found"}'));
  const answer = await world.ask(chat());
  assert.deepEqual([answer.status, answer.text], [404, '{"detail":"Not Found"}']);
  all(world, body(404, "<!DOCTYPE html><html></html>", { "content-type": "text/plain" }));
  assert.equal(errorOf(await world.ask(chat())).code, "upstream_unsupported");
  await isUntouched(world);
});

test("fault 206: an answer without choices is none: the vendor's status says what it is", async (t) => {
  const whole = (code: number): string =>
    `{"id":"0","choices":null,"object":"chat.completion","base_resp":{"status_code":${code},"status_msg":"x"}}`;
  const rows: readonly (readonly [number, string])[] = [
    [1008, "upstream_quota_exhausted"],
    [1002, "upstream_rate_limited"],
    [1004, "upstream_rejected_credentials"],
    [1000, "upstream_server_error"],
    [0, "upstream_server_error"],
  ];
  for (const [code, expected] of rows) {
    for (const isStream of [false, true]) {
      const world = await worldFor(t, KEYED);
      world.fakes.a.always(
        isStream && code !== 0 ? stream([`data: ${whole(code)}\n\n`]) : json(200, whole(code)),
      );
      world.fakes.b.always(GOOD);
      const answer = await world.ask(chat("m", { stream: isStream }));
      assert.equal(answer.header("x-oai-gateway-attempts"), `2; a=${expected}; b=ok`);
    }
  }
});
