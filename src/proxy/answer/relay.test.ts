// Tests of relay.ts with a reply that remembers what it was told: when an answer commits, and how it ends.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KeptReply } from "../../../test/support/fakes/kept-reply.ts";
import { type RelayedOptions, relayedCall, relayedTarget } from "../../../test/support/fakes/relayed-call.ts";
import { HeldClock } from "../../../test/support/held-clock.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { Exchange } from "../exchange/exchange.ts";
import { Relay } from "./relay.ts";

const KEY = "sk-canary-0123456789abcdef";
const EVENT = 'data: {"model":"m","choices":[{"delta":{"content":"hi"},"finish_reason":null}]}\n\n';
const LAST = EVENT.replace("null", '"stop"');
const DONE = "data: [DONE]\n\n";
const SSE = "text/event-stream";
const JSON_TYPE = "application/json";

type Relayed = {
  readonly relay: Relay;
  readonly reply: KeptReply;
  readonly exchange: Exchange;
  /** Each call of the relay's listener for a client that reads again. */
  readonly drains: number[];
};

type Answer = RelayedOptions & {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: FlatHeaders;
  readonly apiKey?: string;
};

function relayed(answer: Answer = {}): Relayed {
  const { status = 200, type: contentType = SSE, headers = [], apiKey } = answer;
  const reply = new KeptReply();
  const call = relayedCall(reply, answer);
  const drains: number[] = [];
  const head = { status, headers: ["content-type", contentType, ...headers], contentType };
  const relay = new Relay(call, { target: relayedTarget(apiKey) }, head, () => drains.push(drains.length));
  return { relay, reply, exchange: call.exchange, drains };
}

function headerOf(reply: KeptReply, name: string): string | undefined {
  assert.equal(reply.kinds[0], "head");
  return reply.header(name);
}

describe("commit", () => {
  it("is the first byte: the head goes before it, once", () => {
    const { relay, reply, exchange } = relayed();
    assert.equal(relay.isCommitted, false);
    assert.deepEqual(reply.kinds, []);
    relay.write(Buffer.from(EVENT));
    assert.equal(relay.isCommitted, true);
    relay.write(Buffer.from(LAST));
    assert.deepEqual(reply.kinds, ["head", "write", "write"]);
    assert.equal(exchange.status, 200);
    assert.equal(exchange.answering?.upstreamModel, "m");
  });

  it("is the head alone where a stream's client is to see it early", () => {
    const { relay, reply } = relayed();
    relay.flushHead();
    relay.flushHead();
    relay.write(Buffer.from(EVENT));
    assert.deepEqual(reply.kinds, ["head", "flush", "flush", "write"]);
  });

  it("comes with the end where there is no body", () => {
    const { relay, reply } = relayed({ status: 204, type: "" });
    assert.equal(relay.end(), undefined);
    assert.deepEqual(reply.kinds, ["head", "end"]);
  });

  it("waits for the whole of an error that may have a key in it", () => {
    const { relay, reply } = relayed({
      status: 400,
      type: JSON_TYPE,
      apiKey: KEY,
      headers: ["content-length", "99"],
    });
    assert.equal(relay.write(Buffer.from('{"error":{"message":"no such key: ')), true);
    relay.write(Buffer.from(`${KEY}"}}`));
    assert.equal(relay.isCommitted, false);
    relay.end();
    assert.deepEqual(reply.kinds, ["head", "write", "end"]);
    assert.equal(reply.text, '{"error":{"message":"no such key: ***"}}');
    assert.equal(headerOf(reply, "content-length"), String(reply.text.length));
  });

  it("tells the client's name for the model, and drops a length that no longer holds", () => {
    const { relay, reply } = relayed({
      type: JSON_TYPE,
      modelName: "fast",
      headers: ["content-length", "13"],
    });
    relay.write(Buffer.from('{"model":"m"}'));
    relay.end();
    assert.equal(reply.text, '{"model":"fast"}');
    assert.equal(headerOf(reply, "content-length"), undefined);
  });

  it("keeps a length that holds, and passes the very chunks on", () => {
    const { relay, reply } = relayed({ type: JSON_TYPE, headers: ["content-length", "13"], apiKey: KEY });
    const chunks = [Buffer.from('{"model"'), Buffer.from(':"m"}')];
    for (const chunk of chunks) relay.write(chunk);
    relay.end();
    assert.equal(headerOf(reply, "content-length"), "13");
    assert.equal(reply.pieces.length, 2);
    for (const [index, piece] of reply.pieces.entries()) assert.equal(piece, chunks[index]);
  });

  it("takes down when the first byte of body went, and how many went", () => {
    const clock = new HeldClock();
    const { relay, exchange } = relayed({ clock });
    clock.advance(30);
    relay.flushHead();
    assert.equal(exchange.firstByteMs, undefined);
    clock.advance(12);
    relay.write(Buffer.from(EVENT));
    clock.advance(5);
    relay.write(Buffer.from(LAST));
    assert.equal(exchange.firstByteMs, 42);
    assert.equal(exchange.bytesOut, EVENT.length + LAST.length);
  });
});

describe("back-pressure", () => {
  it("tells that the client reads slowly, and when it reads again", () => {
    const { relay, reply, drains } = relayed();
    reply.isSlow = true;
    assert.equal(relay.write(Buffer.from(EVENT)), false);
    assert.deepEqual(drains, []);
    reply.drain();
    assert.deepEqual(drains, [0]);
    assert.equal(relay.write(Buffer.from(EVENT)), true);
  });

  it("is none where nothing goes on", () => {
    const { relay, reply } = relayed({ modelName: "fast", type: JSON_TYPE });
    reply.isSlow = true;
    assert.equal(relay.write(Buffer.from('{"model":')), false);
    // The token is held until it is whole.
    assert.equal(relay.write(Buffer.from('"')), true);
    assert.equal(reply.text, '{"model":');
  });
});

describe("the end", () => {
  it("is clean for a stream that has said it", () => {
    const { relay, reply } = relayed();
    for (const text of [EVENT, LAST]) relay.write(Buffer.from(text));
    assert.deepEqual([relay.isOver, relay.isFinal], [true, false]);
    relay.write(Buffer.from(DONE));
    assert.deepEqual([relay.isOver, relay.isFinal], [true, true]);
    assert.equal(relay.end(), undefined);
    assert.equal(reply.text, EVENT + LAST + DONE);
    assert.equal(reply.kinds.at(-1), "end");
  });

  it("is a failure for a stream that has not, although HTTP says it is whole", () => {
    const { relay, reply } = relayed();
    relay.write(Buffer.from(EVENT));
    assert.equal(relay.end(), "upstream_cut_off");
    const [, told = ""] = reply.text.split(EVENT);
    assert.match(
      told,
      /^data: \{"error":\{"message":"The endpoint broke off.*"code":"upstream_cut_off"\}\}\n\n$/,
    );
    assert.equal(reply.kinds.at(-1), "end");
  });

  it("tells the code of an error that the endpoint put into its stream", () => {
    const { relay, reply } = relayed();
    const error = 'data: {"error":{"message":"overloaded","code":502}}\n\n';
    relay.write(Buffer.from(EVENT + error));
    assert.notEqual(relay.end(), undefined);
    assert.equal(reply.text, EVENT + error);
  });

  it("says of an error's stream nothing of its own", () => {
    const { relay, reply } = relayed({ status: 429 });
    relay.write(Buffer.from("data: slow down\n\n"));
    assert.equal(relay.end(), undefined);
    assert.equal(reply.text, "data: slow down\n\n");
  });

  it("cuts JSON that was to end by its own brackets and has not", () => {
    const { relay, reply } = relayed({ type: JSON_TYPE });
    relay.write(Buffer.from('{"model":"m","choices":['));
    assert.equal(relay.end(), "upstream_cut_off");
    assert.deepEqual(reply.kinds, ["head", "write", "destroy"]);
  });
});

describe("an answer that breaks off", () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ["between two events", EVENT, ""],
    ["behind a line", EVENT.slice(0, -1), "\n"],
    ["in the middle of a line", EVENT.slice(0, 20), "\n\n"],
    ["behind nothing", "", ""],
  ];
  for (const [title, sent, close] of rows) {
    it(`is closed ${title}, and told in an event`, () => {
      const { relay, reply } = relayed();
      relay.flushHead();
      relay.write(Buffer.from(sent));
      relay.cut("upstream_idle_timeout");
      assert.ok(reply.text.startsWith(`${sent}${close}data: {"error":{"message":"The endpoint went silent`));
      assert.match(reply.text, /"code":"upstream_idle_timeout"\}\}\n\n$/);
      assert.equal(reply.kinds.at(-1), "end");
    });
  }

  it("is told in the words of its wire", () => {
    const { relay, reply } = relayed({ operation: "messages" });
    relay.write(Buffer.from(": hi\n\n"));
    relay.cut("upstream_cut_off");
    assert.match(reply.text, /^: hi\n\nevent: error\ndata: \{"type":"error","error":\{"type":"api_error"/);
  });

  it("is closed as the client has it, with what was held before", () => {
    const { relay, reply } = relayed({ modelName: "fast" });
    relay.write(Buffer.from('data: {"model":"m'));
    assert.equal(reply.text, 'data: {"model":');
    relay.cut("upstream_cut_off");
    assert.match(reply.text, /^data: \{"model":"m\n\ndata: \{"error"/);
  });

  it("is cut where it is no stream", () => {
    const { relay, reply } = relayed({ type: JSON_TYPE });
    relay.write(Buffer.from('{"a":'));
    relay.cut("upstream_cut_off");
    assert.deepEqual(reply.kinds, ["head", "write", "destroy"]);
  });

  it("is cut where it is packed, as no event can be put in", () => {
    const { relay, reply } = relayed({ headers: ["content-encoding", "gzip"] });
    relay.write(Buffer.from("\u001f\u008b"));
    relay.cut("upstream_cut_off");
    assert.deepEqual(reply.kinds, ["head", "write", "destroy"]);
  });
});

describe("an answer that nobody wants any more", () => {
  it("has no comments", (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const { relay, reply } = relayed({ keepAliveMs: 1_000 });
    relay.flushHead();
    relay.stop();
    t.mock.timers.tick(3_000);
    assert.deepEqual(reply.kinds, ["head", "flush"]);
  });

  it("is told nothing behind a cut", (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const { relay, reply } = relayed({ keepAliveMs: 1_000 });
    relay.flushHead();
    relay.cut("upstream_cut_off");
    const { length } = reply.calls;
    // Not only because nobody would take it.
    reply.isCut = false;
    t.mock.timers.tick(3_000);
    assert.equal(reply.calls.length, length);
  });
});

describe("comments that keep a connection alive", () => {
  it("come with silence behind the commit, between events alone, until the end", (t) => {
    t.mock.timers.enable({ apis: ["setInterval"] });
    const { relay, reply } = relayed({ keepAliveMs: 1_000 });
    t.mock.timers.tick(3_000);
    assert.equal(reply.text, "");
    relay.flushHead();
    t.mock.timers.tick(1_000);
    relay.write(Buffer.from(EVENT.slice(0, 20)));
    t.mock.timers.tick(3_000);
    relay.write(Buffer.from(EVENT.slice(20) + LAST));
    t.mock.timers.tick(1_000);
    assert.equal(reply.text, `: keep-alive\n${EVENT}${LAST}: keep-alive\n`);
    relay.end();
    // Nothing runs on, although the client would take it.
    assert.equal(reply.isClosed, false);
    t.mock.timers.tick(3_000);
    assert.equal(reply.pieces.length, 4);
  });
});
