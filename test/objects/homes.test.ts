// Objects that endpoints keep, through one gateway in front of endpoints that know only their own: by the official
// package where it has the calls.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import OpenAI, { toFile } from "openai";
import { type KeepingEndpoint, keepingFor } from "../support/fakes/keeping-endpoint.ts";
import { gatewayFor, type TestGateway } from "../support/start-gateway.ts";

type World = {
  readonly alpha: KeepingEndpoint;
  readonly beta: KeepingEndpoint;
  readonly gateway: TestGateway;
  readonly openai: OpenAI;
};

async function world(t: TestContext, routing: Readonly<Record<string, unknown>> = {}): Promise<World> {
  const alpha = await keepingFor(t, "alpha", ["m", "a"]);
  const beta = await keepingFor(t, "beta", ["m", "b"]);
  const endpoints = [alpha, beta].map(({ name, url }) => ({ name, base_url: url }));
  const gateway = await gatewayFor(t, { endpoints, routing });
  const openai = new OpenAI({ baseURL: gateway.url, apiKey: "sk-x", maxRetries: 0 });
  return { alpha, beta, gateway, openai };
}

/** Each of the endpoints with what it was asked since, forgotten by this. */
function askedOf({ alpha, beta }: World): { alpha: readonly string[]; beta: readonly string[] } {
  const asked = { alpha: alpha.asked, beta: beta.asked };
  alpha.requests.length = 0;
  beta.requests.length = 0;
  return asked;
}

test("files go home: made by weight, read, listed and deleted where they are", async (t) => {
  const w = await world(t);
  const { openai } = w;
  const made = [];
  for (let index = 0; index < 4; index++)
    made.push(
      await openai.files.create({ file: await toFile(Buffer.from("x"), "a.jsonl"), purpose: "batch" }),
    );
  assert.deepEqual(
    made.map(({ id }) => id),
    ["file-alpha1", "file-beta1", "file-alpha2", "file-beta2"],
  );
  askedOf(w);
  assert.equal((await openai.files.retrieve("file-beta1")).id, "file-beta1");
  assert.equal(await (await openai.files.content("file-alpha2")).text(), "content of file-alpha2");
  assert.equal((await openai.files.delete("file-beta2")).deleted, true);
  assert.deepEqual(askedOf(w), {
    alpha: ["GET /files/file-alpha2/content"],
    beta: ["GET /files/file-beta1", "DELETE /files/file-beta2"],
  });
  // It is gone: its home says so, in its own words.
  await assert.rejects(openai.files.retrieve("file-beta2"), { status: 404, message: /No such files object/ });
  assert.deepEqual(askedOf(w), { alpha: [], beta: ["GET /files/file-beta2"] });
});
