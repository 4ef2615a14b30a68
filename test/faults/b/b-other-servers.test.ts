// Fault 218: errors of guards before a model, of servers that a tool or an image is on, and errors that begin with what
// the client wrote. They take no key, no account and no model from anybody, however many requests meet them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { json } from "../../support/fakes/behaviours.ts";
import { chat, worldFor } from "../../support/world.ts";

const KEY = { config: { api_key: "sk-canary-12345678", models: ["m"] } };
const TYPE = "invalid_request_error";

/** Each with its status, and the one that the client sees. */
const ERRORS: readonly (readonly [number, object, number])[] = [
  [401, { message: "Error retrieving tool list: 401", type: "http_error", param: "tools" }, 403],
  [
    401,
    { message: "Failed to download the image", type: TYPE, param: "messages[0].content[1].image_url" },
    403,
  ],
  [402, { message: "The tool's server asks for payment", param: "tools[0].server_url" }, 402],
  [403, { message: "Your request was rejected by our guardrails", code: "guardrail_intervened" }, 403],
  [403, { message: "x", code: "prompt_injection_detected" }, 403],
  [403, { message: "Votre requête est contraire à notre politique d'utilisation" }, 403],
  [403, { message: "Jailbreak attempt", code: 403 }, 403],
  [
    400,
    { message: "account balance is too low is not a valid role", type: "BadRequestError", code: 400 },
    400,
  ],
  [400, { message: "Invalid API key must be one of system, user", type: TYPE }, 400],
  [400, { message: "model m does not exist is not a valid enumeration member", code: 400 }, 400],
  [400, { message: "unknown model is not an allowed value", type: TYPE }, 400],
  [
    429,
    { message: "Input tokens per minute exceeded: request has 300000 tokens, limit 200000", type: "x" },
    429,
  ],
];

for (const [status, error, seen] of ERRORS) {
  test(`fault 218: ${status} ${JSON.stringify(error).slice(11, 61)} makes nothing rest`, async (t) => {
    const world = await worldFor(t, { endpoints: { a: KEY, b: KEY, c: KEY } });
    for (const fake of Object.values(world.fakes)) fake.always(json(status, { error }));
    for (let time = 0; time < 6; time += 1) {
      const answer = await world.ask(chat("m", { messages: [{ role: "user", content: `${time}` }] }));
      assert.deepEqual([answer.status, answer.json()["error"]], [seen, error]);
    }
    assert.ok(world.gateway.targets.health.isPristine);
  });
}

test("fault 218: the same words about the endpoint's own key, account and model count as before", async (t) => {
  for (const [status, error, outcome] of [
    [401, { message: "Incorrect API key provided", param: "api_key" }, "upstream_rejected_credentials"],
    [401, { message: "x", param: null, code: "invalid_api_key" }, "upstream_rejected_credentials"],
    [400, { message: "API key is invalid. Please pass a valid one." }, "upstream_rejected_credentials"],
    [400, { message: "Your account balance is too low" }, "upstream_quota_exhausted"],
    [400, { message: "The model m does not exist or is not available" }, "upstream_model_missing"],
    [400, { message: "m is not a valid model ID", code: 400 }, "upstream_model_missing"],
    [429, { message: "You have used 300000 tokens, limit 200000" }, "upstream_rate_limited"],
  ] as const) {
    const world = await worldFor(t, { endpoints: { a: KEY, b: KEY, c: KEY } });
    world.fakes.a.always(json(status, { error }));
    const marks = (await world.ask(chat())).header("x-oai-gateway-attempts");
    assert.equal(marks, `2; a=${outcome}; b=ok`, JSON.stringify(error));
  }
});
