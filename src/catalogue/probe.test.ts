// What goes to an endpoint as a probe, in the words of each wire, and what is told of its answer.

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { FakeOutbound, json, refused, type Scripted } from "../../test/support/fakes/fake-outbound.ts";
import { makeEndpoint } from "../../test/support/routing-fixtures.ts";
import { message } from "../language/messages.ts";
import type { Endpoint } from "../routing/model.ts";
import { WIRES } from "../wires/registry/wires.ts";
import { ownHeaders } from "./own-request.ts";
import { type ProbeAnswer, sendProbe } from "./probe.ts";

const clock = { nowMs: () => 0, wallMs: () => 0, random: () => 0 };
const CREDENTIAL = { id: 1, apiKey: "sk-probe" };

function send(
  client: FakeOutbound,
  until: "first_piece" | "end",
  endpoint: Endpoint = makeEndpoint("a"),
): Promise<ProbeAnswer> {
  const [request] = endpoint.wire.probes;
  return sendProbe({
    client,
    clock,
    endpoint,
    credential: CREDENTIAL,
    request,
    model: "m",
    timeoutMs: 50,
    until,
  });
}

test("in the words of each wire: its path, its key, and what it needs", async () => {
  const expected = {
    openai: ["/v1/chat/completions", "Bearer sk-probe", undefined, undefined, undefined],
    anthropic: ["/v1/messages", undefined, "sk-probe", undefined, "2023-06-01"],
    azure: ["/v1/chat/completions", undefined, undefined, "sk-probe", undefined],
    gemini: ["/v1/models/m:generateContent", undefined, undefined, undefined, undefined],
  } as const;
  for (const [name, wire] of Object.entries(WIRES)) {
    const client = new FakeOutbound(() => json({}));
    await send(client, "end", makeEndpoint("a", { wire }));
    const [call] = client.calls;
    const names = ["authorization", "x-api-key", "api-key", "anthropic-version"];
    assert.deepEqual(
      [call?.path, ...names.map((header) => call?.headers[header])],
      expected[wire.name],
      name,
    );
    assert.equal(call?.headers["content-type"], "application/json");
  }
});

test("configured headers win over the key, over what the wire needs and over the usual ones", () => {
  const fixedHeaders = ["x-api-key", "own", "anthropic-version", "2024-01-01", "accept", "text/plain"];
  const endpoint = makeEndpoint("a", { wire: WIRES.anthropic, fixedHeaders });
  const headers = ownHeaders(endpoint, CREDENTIAL, WIRES.anthropic, ["accept", "a/b", "x-usual", "1"]);
  assert.deepEqual(headers, ["x-usual", "1", ...fixedHeaders]);
});

test("an endpoint without a key gets none", async () => {
  const client = new FakeOutbound(() => json({}));
  const endpoint = makeEndpoint("a");
  const [request] = endpoint.wire.probes;
  const credential = { id: 1, apiKey: undefined };
  await sendProbe({ client, clock, endpoint, credential, request, model: "m", timeoutMs: 50, until: "end" });
  assert.equal(client.calls[0]?.headers["authorization"], undefined);
});

test("status, kind and first piece; with first_piece the rest is cancelled", async () => {
  const answer: Scripted = { status: 201, headers: ["content-type", "Text/X"], chunks: ["one", "two"] };
  const wanted = { kind: "answered", status: 201, contentType: "text/x", firstByteMs: 0 };
  for (const until of ["first_piece", "end"] as const) {
    const client = new FakeOutbound(() => answer);
    assert.deepEqual(await send(client, until), { ...wanted, firstPiece: Buffer.from("one") });
    assert.equal(client.cancelled, until === "end" ? 0 : 1);
  }
  const empty = await send(new FakeOutbound(() => ({ ...answer, chunks: [] })), "first_piece");
  assert.deepEqual(empty, { ...wanted, firstPiece: Buffer.alloc(0) });
});

test("no answer is a reason and never a rejection", async (t) => {
  assert.equal((await send(new FakeOutbound(() => refused), "end")).kind, "failed");
  const throwing = new FakeOutbound(() => {
    throw new Error("invalid header");
  });
  assert.deepEqual(await send(throwing, "end"), { kind: "failed", reason: message("probe.unsendable") });
  mock.timers.enable({ apis: ["setTimeout"] });
  t.after(() => mock.timers.reset());
  const silent = new FakeOutbound(() => "hang");
  const late = send(silent, "end");
  mock.timers.tick(50);
  assert.deepEqual(await late, { kind: "failed", reason: message("probe.late") });
  assert.equal(silent.cancelled, 1);
});
