import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { ExchangeSink, ExchangeSummary, Log } from "../core/summary.ts";
import { joinSinks } from "./sinks.ts";

const NOTHING = (): void => undefined;

function summaryNamed(requestId: string): ExchangeSummary {
  return {
    requestId,
    method: "POST",
    path: "/v1/chat/completions",
    clientKey: undefined,
    clientAddress: "127.0.0.1",
    operation: "chat",
    model: "m",
    endpoint: "a",
    upstreamModel: "m",
    status: 200,
    error: undefined,
    isStream: false,
    attempts: [],
    startedWallMs: 0,
    durationMs: 1,
    firstByteMs: 1,
    bytesIn: 0,
    bytesOut: 0,
  };
}

class KeepingSink implements ExchangeSink {
  readonly ids: string[] = [];
  onSettled({ requestId }: ExchangeSummary): void {
    this.ids.push(requestId);
  }
}

class EventLog implements Log {
  readonly events: string[] = [];
  info = NOTHING;
  warn = NOTHING;
  error(event: string): void {
    this.events.push(event);
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
}

test("every sink is told of every exchange, in the order of the sinks", () => {
  const [first, second] = [new KeepingSink(), new KeepingSink()];
  const all = joinSinks([first, second], new EventLog());
  for (const id of ["1", "2"]) all.onSettled(summaryNamed(id));
  assert.deepEqual(
    [first.ids, second.ids],
    [
      ["1", "2"],
      ["1", "2"],
    ],
  );
});

test("a sink that throws harms neither the request nor the next sink, and is told of once in a row", () => {
  const log = new EventLog();
  const second = new KeepingSink();
  const broken = new Set(["1", "2", "4"]);
  const first: ExchangeSink = {
    onSettled: ({ requestId }) => {
      if (broken.has(requestId)) throw new Error("full");
    },
  };
  const all = joinSinks([first, second], log);
  for (const id of ["1", "2", "3", "4"]) all.onSettled(summaryNamed(id));
  assert.deepEqual(second.ids, ["1", "2", "3", "4"]);
  assert.deepEqual(log.events, ["sink_failed", "sink_failed"]);
});

test("a slow sink is not waited for, and its late failure is caught", async () => {
  const log = new EventLog();
  const second = new KeepingSink();
  let fail: (cause: Error) => void = NOTHING;
  const slow: ExchangeSink = { onSettled: () => new Promise<void>((_, reject) => (fail = reject)) };
  const all = joinSinks([slow, second], log);
  all.onSettled(summaryNamed("1"));
  assert.deepEqual([second.ids, log.events], [["1"], []]);
  fail(new Error("late"));
  await setImmediate();
  assert.deepEqual(log.events, ["sink_failed"]);
});

test("a log that fails as a sink and again when it is told of that throws at nobody", () => {
  class BrokenLog extends EventLog implements ExchangeSink {
    onSettled(): void {
      throw new Error("no disk");
    }
    override error(): void {
      throw new Error("no disk");
    }
  }
  const log = new BrokenLog();
  const second = new KeepingSink();
  joinSinks([log, second], log).onSettled(summaryNamed("1"));
  assert.deepEqual(second.ids, ["1"]);
});
