// Every fault of the fake endpoint does what its name says, seen by the raw client.

import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { connect as tlsConnect } from "node:tls";
import { gzipJson, informational, json, stream } from "./fakes/behaviours.ts";
import type { Behaviour } from "./fakes/fake-connection.ts";
import { fakeFor } from "./fakes/fake-endpoint.ts";
import {
  badChunks,
  cutAfter,
  emptyAnswer,
  errorWith200,
  garbageStatusLine,
  hangUp,
  htmlPage,
  hugeHead,
  redirect,
  resetInHeaders,
  thenUnsolicited,
  wrongLength,
} from "./faults.ts";
import { blackHole, deadPort } from "./ports.ts";
import { type CertificateName, certificate, testAuthority } from "./tls.ts";
import { type Answer, ask, cutShort, openWire, requestBytes, Wire, wireFor } from "./wire.ts";

const CHAT = { path: "/v1/chat/completions", body: { model: "m", messages: [] } };

async function answerOf(t: TestContext, behaviour: Behaviour): Promise<Answer> {
  const endpoint = await fakeFor(t);
  return ask(endpoint.script([behaviour]).port, CHAT);
}

test("cuts fall where they are told to", async (t) => {
  const endpoint = await fakeFor(t);
  const pieces = ["one ", "two ", "three"];
  endpoint.script([
    cutAfter(stream(pieces), { of: "pieces", count: 2, how: "fin" }),
    cutAfter(stream(pieces), { of: "body", count: 6, how: "fin" }),
    cutAfter(stream(pieces), { of: "wire", count: 10, how: "fin" }),
    cutAfter(stream(pieces), { of: "pieces", count: 1, how: "reset" }),
  ]);
  assert.equal(String(await cutShort(ask(endpoint.port, CHAT))), "one two ");
  assert.match(String(await cutShort(ask(endpoint.port, CHAT))), /^one tw/);
  assert.equal(String(await cutShort(ask(endpoint.port, CHAT))), "HTTP/1.1 2");
  const wire = await wireFor(t, endpoint.port);
  await wire.send(requestBytes(CHAT));
  await wire.closed();
  assert.equal(wire.error?.message.includes("ECONNRESET"), true);
});

test("whole answers of every odd kind", async (t) => {
  assert.equal((await answerOf(t, informational([100, 102, 103], json(200, "1")))).text, "1");
  assert.equal((await answerOf(t, gzipJson({}))).header("content-encoding"), "gzip");
  assert.equal((await answerOf(t, hugeHead({ bytes: 70_000 }))).header("x-huge")?.length, 70_000);
  assert.equal((await answerOf(t, hugeHead({ headers: 500 }))).header("x-499"), "v");
  assert.match((await answerOf(t, htmlPage(502))).text, /^<!DOCTYPE/);
  assert.equal((await answerOf(t, redirect("http://169.254.169.254/"))).status, 302);
  assert.equal((await answerOf(t, errorWith200())).status, 200);
  assert.equal((await answerOf(t, emptyAnswer(204))).status, 204);
  assert.equal((await answerOf(t, emptyAnswer(200))).body.length, 0);
  assert.equal((await answerOf(t, wrongLength("abc", -1))).text, "ab");
  assert.equal((await answerOf(t, badChunks("trailers"))).text, "data: {}\n\n");
});

test("broken answers of every kind", async (t) => {
  await cutShort(answerOf(t, hangUp("fin")));
  await cutShort(answerOf(t, hangUp("reset")));
  await cutShort(answerOf(t, resetInHeaders()));
  await cutShort(answerOf(t, wrongLength("abc", 1)));
  await assert.rejects(answerOf(t, badChunks("bad-size")), /no chunk size/);
  const endpoint = await fakeFor(t);
  const wire = await wireFor(t, endpoint.script([garbageStatusLine()]).port);
  await wire.send(requestBytes(CHAT));
  assert.match(String(await wire.toEnd()), /^SSH-2.0/);
  endpoint.script([thenUnsolicited(json(200, {}), "HTTP/1.1 408 Timeout\r\n\r\n")]);
  const next = await wireFor(t, endpoint.port);
  await next.send(requestBytes(CHAT));
  assert.equal((await next.answer()).status, 200);
  assert.equal((await next.head()).status, 408);
});

test("it speaks TLS with a certificate of any fault, and can stall a handshake", async (t) => {
  const faults: [CertificateName, string | undefined][] = [
    ["good", undefined],
    ["expired", "CERT_HAS_EXPIRED"],
    ["wrong-host", "ERR_TLS_CERT_ALTNAME_INVALID"],
    ["self-signed", "DEPTH_ZERO_SELF_SIGNED_CERT"],
  ];
  for (const [name, code] of faults) {
    const endpoint = await fakeFor(t, { tls: certificate(name) });
    assert.match(endpoint.url, /^https:/);
    const socket = tlsConnect({ port: endpoint.port, host: "127.0.0.1", ca: testAuthority() });
    t.after(() => socket.destroy());
    if (code !== undefined) {
      const [error]: unknown[] = await once(socket, "error");
      assert.equal(error instanceof Error && "code" in error && error.code, code);
      continue;
    }
    await once(socket, "secureConnect");
    const wire = new Wire(socket);
    endpoint.script([json(200, {}), hangUp("reset")]);
    await wire.send(requestBytes(CHAT));
    assert.equal((await wire.answer()).status, 200);
    await wire.send(requestBytes(CHAT));
    await cutShort(wire.answer());
  }
  const endpoint = await fakeFor(t, { tls: certificate("good") });
  endpoint.welcome = "silent";
  const socket = tlsConnect({ port: endpoint.port, host: "127.0.0.1", ca: testAuthority() });
  t.after(() => socket.destroy());
  socket.on("error", () => {});
  await endpoint.whenOpenConnections(1);
});

test("dead ports refuse, black holes never answer", async (t) => {
  await assert.rejects(ask(await deadPort(), CHAT), { code: "ECONNREFUSED" });
  const hole = await blackHole();
  t.after(() => hole.close());
  const isConnected = await Promise.race([
    openWire(hole.port).then(() => true),
    // Loopback connects within a tick of the event loop; a whole exchange elsewhere is time enough.
    answerOf(t, json(200, {})).then(() => false),
  ]);
  assert.equal(isConnected, false);
});
