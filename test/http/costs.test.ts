// What a plain request and an event of a stream cost the fast engine: reads and writes of the system, bytes that are
// allocated, and what a stream under way holds. Counted, never timed.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ANSWER, BODY, Counted, comes, EVENT, requestOf, STREAM_BODY } from "../support/counted-process.ts";

/** One from the client, one from the endpoint. */
const READS_A_REQUEST = 2;
/** One to the endpoint, one to the client. */
const WRITES_A_REQUEST = 2;
/** A key that is looked up, an admission and the headers that tell of it: 43,800 with the request, and a tenth. */
const MOST_BYTES_OF_BOUNDS = 18_300;
const READS_AN_EVENT = 1;
const WRITES_AN_EVENT = 1;
/** 26,640 as measured, and a twelfth: the sums of many small objects, which any new one adds to; 2,400 count what is used. */
const MOST_BYTES_A_REQUEST = 28_900;
/** 2,590 as measured, and a twelfth. An event that comes alone has a round of writes of its own, which is 830 of these. */
const MOST_BYTES_AN_EVENT = 2_800;
/** The request, the head with the first event, and the rest. */
const WRITES_A_STREAM = 3;
/** 30,042 as measured, and a tenth: with the entry that the store is given, and the batch that is copied to its thread. */
const MOST_BYTES_A_KEPT_REQUEST = 33_000;
/** 13,050 as measured, and a twelfth: what Node and the gateway have for two connections, a request and its answer. */
const MOST_BYTES_A_STREAM = 14_100;
const STREAMS = 40;
/** 4 KiB of them. */
const EVENTS = 50;

const options = { skip: process.platform !== "linux" };

test(
  "a plain request is two reads and two writes, and few bytes are allocated for it",
  options,
  async (t) => {
    const counted = await Counted.start(t);
    const request = requestOf(BODY);
    const counts = await counted.least(async () => {
      const answered = comes(counted.client, ANSWER);
      counted.client.write(request);
      await answered;
    });
    assert.deepEqual([counts.reads, counts.writes], [READS_A_REQUEST, WRITES_A_REQUEST]);
    assert.ok(counts.bytes > 0 && counts.bytes <= MOST_BYTES_A_REQUEST, `${counts.bytes} bytes a request`);
  },
);

test("a request that is kept in the store costs an entry and its copy", options, async (t) => {
  const counted = await Counted.start(t, "kept");
  const request = requestOf(BODY);
  const counts = await counted.least(async () => {
    const answered = comes(counted.client, ANSWER);
    counted.client.write(request);
    await answered;
  });
  assert.ok(counts.bytes <= MOST_BYTES_A_KEPT_REQUEST, `${counts.bytes} bytes a request`);
});

test(
  "an event of a stream is one read and one write, and few bytes are allocated for it",
  options,
  async (t) => {
    const counted = await Counted.start(t);
    const begun = comes(counted.client, EVENT);
    counted.client.write(requestOf(STREAM_BODY));
    await begun;
    const counts = await counted.least(async () => {
      const passed = comes(counted.client, EVENT);
      counted.endpoint.sendEvent();
      await passed;
    });
    assert.deepEqual([counts.reads, counts.writes], [READS_AN_EVENT, WRITES_AN_EVENT]);
    assert.ok(counts.bytes > 0 && counts.bytes <= MOST_BYTES_AN_EVENT, `${counts.bytes} bytes an event`);
  },
);

test("what one read brings of a stream and its end leave in one write", options, async (t) => {
  const counted = await Counted.start(t);
  const request = requestOf(STREAM_BODY);
  const counts = await counted.least(async () => {
    const begun = comes(counted.client, EVENT);
    counted.client.write(request);
    await begun;
    const ended = comes(counted.client, "\r\n0\r\n\r\n");
    counted.endpoint.endStream();
    await ended;
  });
  assert.equal(counts.writes, WRITES_A_STREAM);
});

test(
  "a key with limits and a budget adds no read and no write to a request, and few bytes",
  options,
  async (t) => {
    const limits = {
      requests: { minute: 1_000_000, day: 9_000_000 },
      tokens: { minute: 90_000_000 },
      parallel: 9,
    };
    const key = { name: "phone", key: "sk-phone-0123456789", limits, budget: { usd: 1_000, per: "day" } };
    const price = { price: { input: 1, output: 1 } };
    const more = { server: { port: 0, engine: "fast", api_keys: [key] } };
    const counted = await Counted.start(t, "off", more, price);
    const request = requestOf(BODY, "Authorization: Bearer sk-phone-0123456789\r\n");
    const counts = await counted.least(async () => {
      const answered = comes(counted.client, ANSWER);
      counted.client.write(request);
      await answered;
    });
    assert.deepEqual([counts.reads, counts.writes], [READS_A_REQUEST, WRITES_A_REQUEST]);
    const most = MOST_BYTES_A_REQUEST + MOST_BYTES_OF_BOUNDS;
    assert.ok(counts.bytes > 0 && counts.bytes <= most, `${counts.bytes} bytes a request`);
  },
);

test("a stream under way holds little, and nothing of what has passed", options, async (t) => {
  const counted = await Counted.start(t);
  const bytes = await counted.heldByStreams(STREAMS, EVENTS);
  assert.ok(bytes > 0 && bytes <= MOST_BYTES_A_STREAM, `${bytes} bytes a stream`);
});
