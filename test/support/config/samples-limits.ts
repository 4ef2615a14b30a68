// Configuration files of what happens under load and in failure, and what the checks find in them. Not part of the
// gateway.

import { fileURLToPath } from "node:url";
import { endpoint, server } from "./samples.ts";

/** What a rule guards against, a file, its problems as `CODE line:col`, and words that the report must have. */
export type Case = readonly [guards: string, text: string, places: readonly string[], detail?: RegExp];

/** One of the test certificates. */
function pem(name: string): string {
  return fileURLToPath(new URL(`../certs/${name}`, import.meta.url));
}

function section(name: string, ...lines: readonly string[]): string {
  return `${endpoint()}${name}:\n${lines.map((line) => `  ${line}\n`).join("")}`;
}

/** With fallbacks from line 6 on. */
function fallbacks(...lines: readonly string[]): string {
  return section("routing", "fallbacks:", ...lines.map((line) => `  ${line}`));
}

/** With settings of models from line 6 on. */
function models(...lines: readonly string[]): string {
  return section("routing", "models:", ...lines.map((line) => `  ${line}`));
}

export const LIMIT_CASES: readonly Case[] = [
  // Several keys.
  ["several keys", endpoint("api_keys: [sk-1, sk-2, '${KEY}']"), []],
  [
    "api_key beside api_keys, both places named",
    endpoint("api_key: sk-1", "api_keys: [sk-2]"),
    ["OG133 5:5"],
    /4:5: api_key is given here.*move the key into api_keys/,
  ],
  ["no key in the list", endpoint("api_keys: []"), ["OG133 4:15"], /add a key, or remove api_keys/],
  ["an empty key in the list", endpoint('api_keys: [sk-1, ""]'), ["OG133 4:22"], /api_keys\[1\] is empty/],
  [
    "the same key twice, both places named and no key shown",
    endpoint("api_keys: [sk-canary, sk-canary]"),
    ["OG133 4:27"],
    /^(?!.*canary).*4:16: first given here/,
  ],
  ["a key with a space in the list", endpoint("api_keys: ['a b']"), ["OG132 4:16"], /copy the key again/],
  [
    "an empty variable among the keys",
    endpoint("api_keys: [sk-1, '${EMPTY}']"),
    ["OG134 4:22"],
    /is empty, and is left out.*set EMPTY, or remove the entry/,
  ],
  ["a key that may be absent", endpoint("api_keys: [sk-1, '${NOPE:-}', '${NOPE2:-}']"), []],
  ["one key in place of a list", endpoint("api_keys: sk-1"), ["OG112 4:15"], /write it as a list/],
  ["Authorization beside api_keys", endpoint("api_keys: [k]", "headers: {authorization: x}"), ["OG125 5:15"]],
  // Tiers and limits.
  ["priorities", endpoint("priority: 0"), ["OG113 4:15"], /a whole number from 1 to 100/],
  ["a negative limit", endpoint("max_in_flight: -1"), ["OG113 4:20"], /from 0 to 1000000/],
  ["a limit and its queue", endpoint("max_in_flight: 4", "queue: {max: 0, timeout: 2s}"), []],
  [
    "a queue where nothing is full",
    endpoint("queue: {max: 5}"),
    ["OG161 4:5"],
    /without endpoints\[0\]\.max_in_flight.*set max_in_flight, or remove queue/,
  ],
  ["the server has a limit by default", server("queue: {max: 5}"), []],
  ["the server's queue without a limit", server("queue: {max: 5}", "max_in_flight: 0"), ["OG161 5:3"]],
  ["no connection at all", server("max_connections: 0"), ["OG113 5:20"]],
  ["processes by number or by what there is", server("workers: auto"), []],
  ["no process at all", server("workers: 0"), ["OG113 5:12"], /a whole number from 1 to 64/],
  ["processes in words", server("workers: many"), ["OG112 5:12"], /a whole number from 1 to 64, or auto/],
  ["half a process", server("workers: 2.5"), ["OG112 5:12"], /a whole number from 1 to 64, or auto/],
  ["a day's drain is no drain", server("drain_timeout: 2d"), ["OG114 5:18"], /must be from 1ms to 24h/],
  [
    "times of clients",
    server("timeouts: {head: 1s, body_idle: 2, write_stall: never}"),
    ["OG114 5:51"],
    /write_stall is no duration: "never".*write it like 250ms/,
  ],
  ["a misspelt time", server("timeouts: {body_idel: 1s}"), ["OG110 5:14"], /did you mean "body_idle"/],
  // Certificate authorities, probes.
  [
    "a ca_file that is not there",
    endpoint("ca_file: nope.pem"),
    ["OG128 4:14"],
    /ca_file cannot be read: "nope\.pem".*check the path, which is relative to this file/,
  ],
  [
    "a client certificate that is not there",
    endpoint("tls: {cert_file: nope.pem, key_file: nope.key}"),
    ["OG167 4:5", "OG165 4:22"],
    /tls\.cert_file cannot be read: "nope\.pem".*check the path, which is relative to this file/,
  ],
  [
    "a client certificate that does not belong to its key",
    endpoint(`tls: {cert_file: ${pem("good.crt")}, key_file: ${pem("expired.key")}}`).replace(
      "http:",
      "https:",
    ),
    [`OG165 4:${34 + pem("good.crt").length}`],
    /key_file has a key that does not belong to.*name the two files of one certificate/,
  ],
  [
    "a client certificate that has expired: the others are served all the same",
    endpoint(`tls: {cert_file: ${pem("expired.crt")}, key_file: ${pem("expired.key")}}`).replace(
      "http:",
      "https:",
    ),
    ["OG166 4:22"],
    /cert_file has a certificate that expired on .*renew the certificate/,
  ],
  ["a client certificate without its key", endpoint("tls: {cert_file: a.pem}"), ["OG111 4:5", "OG167 4:5"]],
  ["a ca_file that is a folder", endpoint("ca_file: /"), ["OG128 4:14"]],
  ["a paid probe", endpoint("probe: {model: m, interval: 30s}"), []],
  ["a paid probe of no model", endpoint("probe: {interval: 30s}"), ["OG111 4:5"], /has no model.*add model/],
  ["a paid probe of every model", endpoint('probe: {model: "*"}'), ["OG120 4:20"]],
  // Health, retries, streams.
  [
    "all keys",
    [
      section("health", "consecutive_failures: 5", "failure_rate: 80", "window: 1m", "min_requests: 20"),
      "  ejection: 30s\n  ejection_max: 10m\n  slow_start: off\n  active_probes: false\n",
      "retries: {attempts: 2, budget_percent: 10, budget_min: 3, max_wait: 1s, on_empty_answer: true}\n",
      "streams: {keep_alive: 15s, hold_first_event: true}\n",
    ].join(""),
    [],
  ],
  ["a rate above all", section("health", "failure_rate: 101"), ["OG113 5:17"], /from 1 to 100/],
  [
    "a first ejection above the longest, both places named",
    section("health", "ejection: 2m", "ejection_max: 1m"),
    ["OG116 6:17"],
    /\(120s and 60s\).*5:13: health\.ejection is given here.*make ejection_max the longer one/,
  ],
  ["a first ejection above the default of the longest", section("health", "ejection: 6m"), ["OG116 5:13"]],
  ["attempts", section("retries", "attempts: 0"), ["OG113 5:13"], /from 1 to 10/],
  ["no waits for rests", section("retries", "max_wait: off"), []],
  ["no keep-alive", section("streams", "keep_alive: off"), []],
  ["no is not off", section("streams", "keep_alive: no"), ["OG114 5:15"], /is no duration: "no"/],
  ["false is not off", section("streams", "keep_alive: false"), ["OG112 5:15"], /or off, found false/],
  ["off where a time is needed", section("health", "window: off"), ["OG114 5:11"]],
  // Strategies and settings of models.
  [
    "a misspelt strategy",
    section("routing", "strategy: least_in_fligth"),
    ["OG112 5:13"],
    /"weighted", "least_in_flight", .*"cheapest" or "sticky".*did you mean "least_in_flight"/,
  ],
  ["a default endpoint that is not there", section("routing", "default_endpoint: gone"), ["OG162 5:21"]],
  [
    "a default endpoint that is not enabled",
    `${endpoint("enabled: false")}  - {name: other, base_url: "http://h:2/v1"}\nrouting: {default_endpoint: a}\n`,
    ["OG163 6:29"],
  ],
  ["hedging", section("routing", "hedge: {after: 2s}"), []],
  [
    "settings of models",
    models(
      '"gpt-4": {strategy: sticky, attempts: 1, hedge: {after: off}}',
      '"gpt-*": {timeouts: {first_byte: {stream: 10s}}}',
      '"*": {strategy: least_in_flight}',
    ),
    [],
  ],
  ["an unknown setting", models("m: {weight: 2}"), ["OG110 6:9"], /known here are strategy/],
  ["an empty pattern", models('"": {attempts: 1}'), ["OG120 6:5"], /the name "" in routing\.models is empty/],
  [
    "an entry that never applies, both places named",
    models('"gpt-*": {attempts: 1}', '"gpt-4*": {attempts: 2}', "other: {attempts: 2}"),
    ["OG160 7:5"],
    /6:5: "gpt-\*" stands here.*move it up/,
  ],
  ["what only seems to be covered", models('"gpt-?": {attempts: 1}', '"gpt-*": {attempts: 2}'), []],
  // Fallbacks.
  ["fallbacks in all forms", fallbacks("a: [b, e/c]", "d: [{to: [b, c], on: [any]}, b2]", "e: {to: b}"), []],
  [
    "the same model again for another failure",
    fallbacks("a: [{to: b, on: [rate_limited]}, {to: b, on: [context_length]}]"),
    [],
  ],
  ["the same fallback twice", fallbacks("a: [b, c, b]"), ["OG159 6:15"], /6:9: first given here/],
  ["no fallback", fallbacks("a: []", "b: {to: []}"), ["OG159 6:8", "OG159 7:13"], /add a model's name/],
  ["no failure", fallbacks("a: {to: b, on: []}"), ["OG159 6:20"], /name a failure, or remove it/],
  [
    "an unknown failure",
    fallbacks("a: {to: b, on: [rate_limit]}"),
    ["OG112 6:21"],
    /"any", "rate_limited", "unavailable".*did you mean "rate_limited"/,
  ],
  ["a text in place of a list", fallbacks("a: b"), ["OG112 6:8"], /a list of model names, or \{to:/],
  ["a model of no name", fallbacks('a: [""]'), ["OG120 6:9"]],
  ["a model that falls back to itself", fallbacks("a: [b, a]"), ["OG158 6:12"], /6:5: this model falls back/],
  ["two that fall back to each other", fallbacks("a: [b]", "b: [c, a]"), []],
  ["a circle of three, which no request goes round", fallbacks("a: [b]", "b: [c]", "c: [a]"), []],
];
