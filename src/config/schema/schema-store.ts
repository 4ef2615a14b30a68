// `store` and `traces`: what is kept of requests, where and for how long, and what of them is sent to others.

import { message } from "../../language/messages.ts";
import {
  address,
  age,
  ageOr,
  block,
  blockOf,
  choice,
  converted,
  duration,
  flag,
  KEYS,
  listOf,
  name,
  section,
  sizeOr,
  text,
  volume,
} from "./fields.ts";

const keep = () =>
  block(
    {
      usage: age(
        "How long a line for each request is kept: who, which model, tokens, cost. Sums by hour are kept for 90 days, sums by day for ever.",
      ).prefault("400d"),
      requests: ageOr(
        0,
        "How long the log of requests is kept: attempts, times, sizes. Or `off`: there is none.",
      ).prefault("30d"),
      requests_size: volume(
        "How large the log of requests may grow; then the oldest entries go first.",
      ).prefault("1GB"),
    },
    "How long and how much is kept. A change is in force at once.",
  ).prefault({});

const bodies = () =>
  block(
    {
      max_size: sizeOr(
        0,
        "How much of a request, and how much of its answer, is kept at most; the rest is left out and counted. Or `off`: nothing is kept, whatever keys say.",
      ).prefault("16KiB"),
      keep: age("How long it is kept; the rest of the log may be kept longer.").prefault("7d"),
      total_size: volume("How much of the disk all of it may take; then the oldest goes first.").prefault(
        "256MB",
      ),
      hide: listOf(
        name("A place."),
        "Places in JSON whose values are left out, such as `messages.*.content` or `user`: names with dots between them, `*` for any one, `**` for any number of them.",
      ).prefault([]),
      hide_patterns: listOf(
        converted("A regular expression.", message("kind.regex"), patternOf),
        "Regular expressions (JavaScript); what matches is left out.",
      ).prefault([]),
    },
    "What is asked and answered, for client keys with `log_bodies: true` alone. Credentials are left out always. A change is in force at once.",
  ).prefault({});

/** A pattern that can be used; an empty one would match everywhere. */
function patternOf(written: string | number): string | undefined {
  const text = String(written);
  if (text === "" || text.length > MAX_PATTERN_CHARS) return undefined;
  try {
    new RegExp(text, "gu");
    return text;
  } catch {
    return undefined;
  }
}

const MAX_PATTERN_CHARS = 1_000;

/** `store`. */
export const store = section("store", () =>
  block(
    {
      mode: choice(
        ["folder", "memory", "off"],
        "`folder`: in files, `usage.db` and `requests.db`. `memory`: until the gateway ends. `off`: nothing is kept, and the commands about usage and keys have nothing to show. A change needs a restart.",
      ).prefault("folder"),
      folder: name(
        "Folder of the files; relative to this file. Left out: the data folder (`--data-dir`). A change needs a restart.",
      ).optional(),
      keep: keep(),
      bodies: bodies(),
    },
    "What is kept of requests: usage and cost by key, model and endpoint, and the log of requests. Without any prompt or answer, but for client keys that ask for it (`store.bodies`) and answers that are used again (`cache.store`).",
  ).transform((raw) => ({
    place: raw.mode,
    /** As written. */
    folder: raw.folder,
    keep: {
      usageMs: raw.keep.usage,
      /** 0: there is no log of requests. */
      requestsMs: raw.keep.requests,
      requestsBytes: raw.keep.requests_size,
      bodies: {
        keptMs: raw.bodies.keep,
        totalBytes: raw.bodies.total_size,
        places: raw.bodies.hide,
        patterns: raw.bodies.hide_patterns,
      },
    },
    /** Of a request, and of an answer; 0: none is kept. */
    bodyBytes: raw.bodies.max_size,
  })),
);

const share = () =>
  converted(
    "How many of the traces that begin here are recorded: `10%`, or `0.1`. All of them when left out.",
    message("kind.traceShare"),
    (value): number | undefined => {
      if (typeof value === "number") return value >= 0 && value <= 1 ? value : undefined;
      const [, digits, sign] = /^(\d{1,3}(?:\.\d{1,6})?)\s*(%?)$/.exec(value.trim()) ?? [];
      const ratio = Number(digits) / (sign === "%" ? 100 : 1);
      return ratio <= 1 ? ratio : undefined;
    },
  );

/** `traces`. Where something is left out a variable of the environment may say it. */
export const traces = section("traces", () =>
  block(
    {
      enabled: flag("`false` turns traces off, whatever the environment says.").prefault(true),
      endpoint: address(
        "Address of a collector that takes OTLP over HTTP as JSON, such as `http://localhost:4318`; `/v1/traces` is added where it does not end with `/traces`. Left out: `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, or `OTEL_EXPORTER_OTLP_ENDPOINT`. Without any of them there are no traces.",
      ).optional(),
      headers: blockOf(
        KEYS.words,
        text("A value."),
        message("kind.headers"),
        "Headers for the collector, such as its key. Left out: `OTEL_EXPORTER_OTLP_TRACES_HEADERS`, or `OTEL_EXPORTER_OTLP_HEADERS`.",
      ).optional(),
      sample: share().optional(),
      follow_parent: flag(
        "Whether the trace of a client is recorded as its `traceparent` says, whatever `sample` is.",
      ).optional(),
      content: flag(
        "Whether prompts and answers go along with the spans, cut and with keys masked. They are what people have written: nobody else turns this on.",
      ).prefault(false),
      service_name: name(
        "`service.name` of this gateway. Left out: `OTEL_SERVICE_NAME`, or `oai-gateway`.",
      ).optional(),
      resource: blockOf(
        KEYS.names,
        name("A value."),
        message("kind.resource"),
        "Further attributes of this gateway, such as `deployment.environment.name: production`; they win over those of `OTEL_RESOURCE_ATTRIBUTES`.",
      ).optional(),
      interval: duration("How long spans wait for others; 512 are sent at once. Left out: 5s.").optional(),
      timeout: duration("How long the collector may take for a batch. Left out: 10s.").optional(),
      ca_file: name(
        "PEM file of further certificate authorities to trust for the collector; relative to this file.",
      ).optional(),
    },
    "Traces: a span for each request and for each attempt at an endpoint, sent by OTLP. What is left out here may stand in the standard variables of OpenTelemetry; what is written here wins.",
  ).transform((raw) => ({
    isEnabled: raw.enabled,
    /** As written. */
    endpoint: raw.endpoint,
    headers: raw.headers,
    ratio: raw.sample,
    followsParent: raw.follow_parent,
    hasContent: raw.content,
    serviceName: raw.service_name,
    resource: raw.resource,
    intervalMs: raw.interval,
    timeoutMs: raw.timeout,
    caFile: raw.ca_file,
  })),
);
