// Requests of OTLP as the exporter writes them, of all that a span can say, and such with one thing wrong: for the check of
// the schema against the official definitions.

import { systemClock } from "../../src/core/clock.ts";
import type { ExchangeSummary } from "../../src/core/summary.ts";
import { loadEngine } from "../../src/engines.ts";
import { Traces } from "../../src/observe/traces/traces.ts";
import { TraceCollector } from "./fakes/trace-collector.ts";
import { KeptLog } from "./kept-log.ts";
import { exchangeOf } from "./traced-exchange.ts";

/** A request, and whether it is to be taken. */
export type OtlpSample = { readonly name: string; readonly text: string; readonly isGood: boolean };

const PARENT = ["traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"];
const STATE = ["tracestate", "a=1,b@c=2"];
const SPAN = /"kind":2/;

/** What the exporter has sent to a collector for each kind of request, and changed texts. */
export async function samplePayloads(): Promise<readonly OtlpSample[]> {
  const good: OtlpSample[] = [];
  for (const [name, headers, summary] of requests()) {
    const text = await sentFor(headers, summary);
    good.push({ name, text, isGood: true });
  }
  const first = good[0]?.text ?? "";
  const changed = (name: string, from: string | RegExp, to: string): OtlpSample => {
    const text = first.replace(from, to);
    if (text === first) throw new RangeError(`nothing changed: ${name}`);
    return { name, text, isGood: false };
  };
  return [
    ...good,
    changed("an unknown field of a span", SPAN, '"kind":2,"colour":"red"'),
    changed("an unknown field of a value", '{"stringValue":', '{"textValue":'),
    changed("an id that is no id", /"spanId":"[0-9a-f]{16}"/, '"spanId":"0000000000000000"'),
    changed("an id that is too short", /"traceId":"[0-9a-f]{2}/, '"traceId":"'),
    changed("a time that is no number", /"startTimeUnixNano":"\d/, '"startTimeUnixNano":"x'),
    changed("a kind that is a text", SPAN, '"kind":"server"'),
  ];
}

function requests(): readonly (readonly [string, readonly string[], ExchangeSummary])[] {
  const usual = exchangeOf("00f067aa0ba902b8");
  const [attempt] = usual.attempts;
  if (attempt === undefined) throw new RangeError("an exchange without an attempt");
  const failed = {
    ...attempt,
    outcome: "upstream_connect_failed",
    status: undefined,
    reason: "ECONNREFUSED",
  } as const;
  const odd = `<b>\u202e"\\\u0000\ud800${"名".repeat(5_000)}`;
  return [
    ["a chat", [], usual],
    ["a part of a client's trace", [...PARENT, ...STATE], usual],
    [
      "a failure",
      [],
      { ...usual, status: 502, error: "upstream_connect_failed", endpoint: undefined, attempts: [failed] },
    ],
    ["a failover", PARENT, { ...usual, attempts: [failed, { ...attempt, spanId: "00f067aa0ba902b9" }] }],
    [
      "names of any kind",
      [],
      { ...usual, model: odd, path: odd, clientKey: odd, tags: [odd, "a"], method: "BREW" },
    ],
    [
      "nothing asked",
      [],
      { ...usual, attempts: [], endpoint: undefined, operation: undefined, usage: undefined },
    ],
  ];
}

async function sentFor(headers: readonly string[], summary: ExchangeSummary): Promise<string> {
  const collector = await new TraceCollector().open();
  const { createClient } = await loadEngine("fast");
  const client = createClient();
  const traces = new Traces({ client, log: new KeptLog(), clock: systemClock, version: "1.0.0" });
  traces.configure(
    {
      origin: collector.url,
      path: "/v1/traces",
      headers: [],
      ratio: 1,
      followsParent: true,
      hasContent: false,
      serviceName: "oai-gateway",
      resource: { "deployment.environment.name": "test" },
      intervalMs: 1,
      timeoutMs: 10_000,
      caPem: undefined,
      proxyUrl: undefined,
    },
    [{ name: "alpha", origin: "https://api.example.com", wire: { name: "openai" } }],
  );
  traces.tracer?.begin(headers).end(summary);
  const [batch] = await collector.batchesWhen(1);
  await traces.close();
  await client.close();
  collector.close();
  return batch?.text ?? "";
}
