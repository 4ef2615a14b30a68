// Tests of needed-stages.ts: an answer has what it needs on its way, and nothing where it needs nothing.

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { KeptReply } from "../../../test/support/fakes/kept-reply.ts";
import { relayedCall, relayedTarget } from "../../../test/support/fakes/relayed-call.ts";
import type { FlatHeaders } from "../../http/message.ts";
import { pipelineFor } from "./needed-stages.ts";

const KEY = "sk-canary-0123456789abcdef";
const JSON_TYPE = "application/json";
const SSE = "text/event-stream; charset=utf-8";
const SIZED: FlatHeaders = ["content-length", "9"];
const CHUNKED: FlatHeaders = ["transfer-encoding", "chunked"];
const EVENT = 'data: {"model":"m"}\n\n';

type Row = {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: FlatHeaders;
  readonly apiKey?: string;
  readonly modelName?: string;
};

function pipelineOf(row: Row): ReturnType<typeof pipelineFor> {
  const { status = 200, type: contentType = JSON_TYPE, headers = SIZED, apiKey, modelName = "m" } = row;
  const call = relayedCall(new KeptReply(), { modelName });
  return pipelineFor(call, relayedTarget(apiKey), { status, headers, contentType });
}

describe("pipelineFor", () => {
  const untouched: readonly (readonly [string, Row])[] = [
    ["JSON that says its length", {}],
    ["the same in chunks", { headers: CHUNKED }],
    ["the same of an endpoint with a key", { apiKey: KEY }],
    ["an error of an endpoint without a key", { status: 500 }],
    [
      "what is neither JSON nor a stream, although the model was renamed",
      { type: "audio/mpeg", modelName: "fast" },
    ],
    ["what is packed", { headers: [...SIZED, "content-encoding", "gzip"], modelName: "fast" }],
    ["a packed stream", { type: SSE, headers: ["content-encoding", "br"], modelName: "fast", apiKey: KEY }],
  ];
  for (const [title, row] of untouched) {
    it(`is none for ${title}`, () => assert.equal(pipelineOf(row), undefined));
  }

  it("watches a stream, and leaves its chunks as they are", () => {
    for (const apiKey of [undefined, KEY]) {
      const pipeline = pipelineOf({ type: SSE, ...(apiKey === undefined ? {} : { apiKey }) });
      const chunk = Buffer.from(EVENT);
      assert.equal(pipeline?.push(chunk), chunk);
      assert.equal(pipeline?.streamEnd?.isComplete, false);
      pipeline?.push(Buffer.from("data: [DONE]\n\n"));
      assert.equal(pipeline?.streamEnd?.isComplete, true);
    }
  });

  it("watches JSON that only its connection ends", () => {
    const pipeline = pipelineOf({ headers: [] });
    pipeline?.push(Buffer.from('{"a":'));
    assert.equal(pipeline?.isJsonCut, true);
  });

  it("puts the client's name back, and masks keys in error events", () => {
    const event = `event: error\ndata: {"model":"m","error":{"message":"bad ${KEY}"}}\n\n`;
    const pipeline = pipelineOf({ type: SSE, modelName: "fast", apiKey: KEY });
    assert.equal(
      pipeline?.push(Buffer.from(event)).toString(),
      event.replace('"m"', '"fast"').replace(KEY, "***"),
    );
  });

  it("holds an error that may have a key in it", () => {
    const pipeline = pipelineOf({ status: 401, apiKey: KEY });
    pipeline?.push(Buffer.from("no"));
    assert.equal(pipeline?.isHolding, true);
    assert.equal(pipeline?.finish().toString(), "no");
    assert.equal(pipeline?.isHolding, false);
  });
});
