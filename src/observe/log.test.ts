// Tests of `log.ts` and its two forms: golden lines, levels, and that nothing steers a terminal or shows a key.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../core/clock.ts";
import type { AttemptSummary, ExchangeSummary } from "../core/summary.ts";
import { textWidth } from "../core/text-width.ts";
import { type LineWriter, lineText, type PendingLine } from "./line-writer.ts";
import { createLog, type LogOptions, type RequestLog } from "./log.ts";

// A local time, so that the test does not depend on the zone it runs in.
const NOON = new Date(2026, 10, 25, 12, 4, 11, 42).getTime();
const clock: Clock = { nowMs: () => 0, wallMs: () => NOON, random: () => 0 };

class MemoryWriter implements LineWriter {
  readonly lines: string[] = [];
  droppedCount = 0;
  write(line: string | PendingLine): void {
    this.lines.push(lineText(line));
  }
  flush(): Promise<void> {
    return Promise.resolve();
  }
}

async function logTo(writer: LineWriter, options: Partial<LogOptions> = {}): Promise<RequestLog> {
  return createLog({
    writer,
    format: "json",
    level: "info",
    isColour: false,
    isAscii: false,
    clock,
    ...options,
  });
}

function attempt(
  endpoint: string,
  outcome: AttemptSummary["outcome"],
  status: number | undefined,
): AttemptSummary {
  return {
    endpoint,
    credential: undefined,
    upstreamModel: "qwen3:8b",
    outcome,
    status,
    startedAfterMs: 0,
    durationMs: 210.04,
  };
}

function exchange(change: Partial<ExchangeSummary> = {}): ExchangeSummary {
  return {
    requestId: "req-1",
    method: "POST",
    path: "/v1/chat/completions",
    clientKey: undefined,
    clientAddress: "127.0.0.1",
    operation: "chat",
    model: "qwen3:8b",
    endpoint: "local",
    upstreamModel: "qwen3:8b",
    status: 200,
    error: undefined,
    isStream: true,
    attempts: [attempt("local", "ok", 200)],
    startedWallMs: NOON - 1900,
    durationMs: 1900,
    firstByteMs: 210,
    bytesIn: 120,
    bytesOut: 3000,
    ...change,
  };
}

test("a request on a terminal is one aligned line", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer, { format: "pretty" });
  log.onSettled(exchange());
  log.onSettled(
    exchange({ attempts: [attempt("other", "upstream_rate_limited", 429), attempt("local", "ok", 200)] }),
  );
  log.onSettled(
    exchange({ operation: "embeddings", isStream: false, durationMs: 12_345, model: "後端模型" }),
  );
  log.onSettled(
    exchange({ status: 404, error: "model_not_found", endpoint: undefined, attempts: [], durationMs: 1 }),
  );
  assert.deepEqual(writer.lines, [
    "  12:04:11  200  chat            qwen3:8b                          local             ttft 0.21 s   1.9 s",
    "  12:04:11  200  chat            qwen3:8b                          local             ttft 0.21 s   1.9 s   after 1 retry (429)",
    "  12:04:11  200  embeddings      後端模型                          local                            12 s",
    "  12:04:11  404  chat            qwen3:8b                          -                 ttft 0.21 s  0.00 s   model_not_found",
  ]);
});

test("on a terminal of 80 columns no name shifts the columns, and no note is broken by the terminal", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer, { format: "pretty", columns: () => 80 });
  log.onSettled(exchange());
  log.onSettled(
    exchange({
      operation: "audio_transcriptions",
      model: "openrouter/a-very-long-name-of-a-model",
      endpoint: "an-endpoint-of-length",
    }),
  );
  const attempts = [
    attempt("a", "upstream_connect_failed", undefined),
    attempt("b", "upstream_reset", undefined),
  ];
  log.onSettled(exchange({ status: 502, error: "upstream_connect_failed", attempts }));
  assert.deepEqual(writer.lines, [
    "  12:04:11  200  chat        qwen3:8b            local      ttft 0.21 s   1.9 s",
    "  12:04:11  200  audio_tra…  openrouter/a-very…  an-endpo…  ttft 0.21 s   1.9 s",
    "  12:04:11  502  chat        qwen3:8b            local      ttft 0.21 s   1.9 s\n            after 1 retry (connect failed, reset)  upstream_connect_failed",
  ]);
});

test("a narrow terminal has each line in several, none of them wider than it", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer, { format: "pretty", columns: () => 40 });
  log.onSettled(exchange({ error: "upstream_connect_failed" }));
  log.warn("models_not_listed", "openai: no model list: host name not found (ENOTFOUND).", { retries: 7 });
  for (const line of writer.lines.join("\n").split("\n")) assert.ok(textWidth(line) <= 40, line);
  assert.match(writer.lines[0] ?? "", /\n {12}upstream_connect_failed$/);
  assert.match(writer.lines[1] ?? "", /\n {12}\S/);
});

test("a failed try without a status says how it failed", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer, { format: "pretty" });
  const attempts = [
    attempt("a", "upstream_connect_failed", undefined),
    attempt("b", "upstream_server_error", 500),
  ];
  log.onSettled(exchange({ attempts: [...attempts, attempt("c", "ok", 200)] }));
  assert.match(writer.lines[0] ?? "", /after 2 retries \(connect failed, 500\)$/);
});

test("a request elsewhere is one JSON object", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer);
  log.onSettled(exchange({ model: "fast" }));
  const line: unknown = JSON.parse(writer.lines[0] ?? "");
  assert.deepEqual(line, {
    level: "info",
    time: new Date(NOON).toISOString(),
    event: "request",
    request_id: "req-1",
    method: "POST",
    path: "/v1/chat/completions",
    client_address: "127.0.0.1",
    operation: "chat",
    model: "fast",
    endpoint: "local",
    upstream_model: "qwen3:8b",
    status: 200,
    stream: true,
    attempts: 1,
    duration_ms: 1900,
    first_byte_ms: 210,
    bytes_in: 120,
    bytes_out: 3000,
  });
});

test("a retried request is a warning and lists its tries", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer, { level: "warn" });
  log.onSettled(exchange());
  log.onSettled(exchange({ attempts: [attempt("a", "upstream_reset", undefined), attempt("b", "ok", 200)] }));
  assert.equal(writer.lines.length, 1);
  const line: unknown = JSON.parse(writer.lines[0] ?? "");
  assert.ok(line !== null && typeof line === "object" && "tries" in line);
  assert.deepEqual(line.tries, [
    { endpoint: "a", model: "qwen3:8b", outcome: "upstream_reset", duration_ms: 210 },
    { endpoint: "b", model: "qwen3:8b", outcome: "ok", status: 200, duration_ms: 210 },
  ]);
});

test("a list of several endpoints lists them, and is a warning only where one's part is missing", async () => {
  const part = { endpoint: undefined, model: undefined, operation: "files", isStream: false };
  const whole = [attempt("a", "ok", 200), attempt("b", "refused", 404)];
  const partly = [attempt("a", "ok", 200), attempt("b", "upstream_reset", undefined)];
  const parts = (attempts: readonly AttemptSummary[]) => attempts.map((one) => ({ ...one, isPart: true }));
  const warned = new MemoryWriter();
  const json = await logTo(warned, { level: "warn" });
  const shown = new MemoryWriter();
  const pretty = await logTo(shown, { format: "pretty" });
  for (const attempts of [parts(whole), parts(partly)])
    for (const log of [json, pretty]) log.onSettled(exchange({ ...part, attempts }));
  assert.equal(warned.lines.length, 1);
  assert.match(
    warned.lines[0] ?? "",
    /"tries":\[\{"endpoint":"a".*"endpoint":"b".*"outcome":"upstream_reset"/,
  );
  assert.doesNotMatch(shown.lines[0] ?? "", /retr|without/);
  assert.match(shown.lines[1] ?? "", /without b \(reset\)$/);
});

test("events carry their name, message, fields and cause", async () => {
  const writer = new MemoryWriter();
  const json = await logTo(writer);
  json.info("reload", "config.yaml: +1 endpoint (groq)", { inFlight: 3 });
  json.error("internal", "a request failed", {}, new Error("boom"));
  const pretty = await logTo(writer, { format: "pretty" });
  pretty.info("reload", "config.yaml: +1 endpoint (groq)", { inFlight: 3, endpoint: "groq" });
  pretty.warn("discovery", "openai: 401");
  const parsed: unknown = JSON.parse(writer.lines[0] ?? "");
  assert.deepEqual(parsed, {
    level: "info",
    time: new Date(NOON).toISOString(),
    event: "reload",
    in_flight: 3,
    message: "config.yaml: +1 endpoint (groq)",
  });
  assert.match(writer.lines[1] ?? "", /"cause":"Error: boom","stack":"Error: boom\\\\u000a/);
  assert.equal(writer.lines[2], "  12:04:11  reload  config.yaml: +1 endpoint (groq)   in_flight=3");
  assert.equal(writer.lines[3], "  12:04:11  ! discovery  openai: 401");
});

test("nothing from outside steers the terminal, forges a line or shows a key", async () => {
  const evil = 'x\u001b[2J\n{"level":"info"}\u009b31m Bearer sk-canary-0123456789';
  for (const format of ["json", "pretty"] as const) {
    const writer = new MemoryWriter();
    const log = await logTo(writer, { format, isColour: false });
    log.onSettled(
      exchange({ model: evil, path: `/${evil}`, requestId: evil, endpoint: evil, upstreamModel: evil }),
    );
    log.warn("discovery", evil, { reason: evil });
    log.error("internal", evil, {}, new Error(evil));
    assert.equal(writer.lines.length, 3);
    for (const line of writer.lines) {
      assert.doesNotMatch(line, /[\u0000-\u001f\u007f-\u009f]/);
      assert.doesNotMatch(line, /canary/);
    }
  }
});

test("lost lines are reported once", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer, { format: "pretty" });
  writer.droppedCount = 7;
  log.onSettled(exchange());
  log.onSettled(exchange());
  assert.equal(writer.lines.length, 3);
  assert.match(writer.lines[0] ?? "", /log_dropped {2}7 log lines could not be written/);
});

test("a JSON line has level and time first and the message last, and nothing that is undefined", async () => {
  const writer = new MemoryWriter();
  const log = await logTo(writer);
  log.warn("discovery", "openai: 401", { reason: undefined, count: 2, isLast: true });
  log.onSettled(exchange());
  const time = new Date(NOON).toISOString();
  assert.equal(
    writer.lines[0],
    `{"level":"warn","time":"${time}","event":"discovery","count":2,"is_last":true,"message":"openai: 401"}`,
  );
  assert.ok(writer.lines[1]?.startsWith(`{"level":"info","time":"${time}","event":"request","request_id":`));
});
