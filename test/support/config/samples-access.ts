// Configuration files about who may call and what of a call goes on to endpoints, and what the checks find in them.
// Not part of the gateway.

import { endpoint, server } from "./samples.ts";
import type { Case } from "./samples-limits.ts";

/** Used by `load.test.ts`. */
export const ACCESS_CASES: readonly Case[] = [
  ["the origin of files and views, with keys", server("api_keys: [abc]", 'cors_origins: ["null"]'), []],
  [
    "the same without keys, which any page can put on",
    server('cors_origins: ["null"]'),
    ["OG148 5:18"],
    /sandboxed frame.*set server\.api_keys/,
  ],
  ["a null that is no text", server("cors_origins: [null]"), ["OG112 5:18"]],
  ["headers to pass on", server("pass_headers: [X-Tenant, x-forwarded-for]"), []],
  [
    "credentials to pass on",
    server("pass_headers: [Authorization, X-Auth-Token, cookie, x_api_key]"),
    ["OG125 5:18", "OG125 5:33", "OG125 5:47", "OG125 5:55"],
    /X-Auth-Token.*endpoint needs is set by its headers|credential/,
  ],
  [
    "what belongs to the connection, to another request or to us",
    server("pass_headers: [Host, X-HTTP-Method-Override, X-Original-URL, x-oai-gateway-hops, 'a b']"),
    ["OG125 5:18", "OG125 5:24", "OG125 5:48", "OG125 5:64", "OG125 5:84"],
  ],
  ["unknown paths", server("pass_unknown_paths: true", "api_keys: [abc]"), []],
  ["unknown paths, perhaps", server("pass_unknown_paths: maybe"), ["OG112 5:23"], /true or false/],
  ["a version in the query", endpoint("pass_api_version: true"), []],
  ["an api for each wire", endpoint("api: azure", "api_key: k"), []],
  ["an api that nobody knows", endpoint("api: antropic"), ["OG112 4:10"], /"openai", "anthropic", "azure"/],
  [
    "another vendor's api at a vendor's own host",
    endpoint("api: anthropic").replace("http://h:1/v1", "https://api.openai.com/v1"),
    ["OG129 4:10"],
    /has the API of openai[\s\S]*write "openai", or remove it/,
  ],
  [
    "an api at a host that serves several",
    endpoint("api: openai").replace("http://h:1/v1", "https://api.anthropic.com/v1"),
    [],
  ],
  ["a header of ours for an endpoint", endpoint('headers: {X-OAI-Gateway-Hops: "1"}'), ["OG125 4:15"]],
  [
    "a client key in a file that is not there",
    server("api_keys: [{name: a, key_file: none}]"),
    ["OG142 5:34"],
  ],
  [
    "a client key that has expired",
    server('api_keys: [{name: a, key: abc, expires: "2001-02-03"}]'),
    ["OG147 5:43"],
    /expired at 2001-02-04/,
  ],
  [
    "two budgets of one tag",
    `${endpoint()}budgets: [{tag: a, usd: 1}, {tag: a, usd: 2, per: month}]`,
    ["OG168 4:29"],
    /same clients/,
  ],
  [
    "a token of the metrics that is guessed",
    `${endpoint()}metrics: {token: short}`,
    ["OG169 4:18"],
    /openssl/,
  ],
  ["an admin token that is guessed", `${endpoint()}admin: {token: short}`, ["OG169 4:16"], /openssl/],
  [
    "answers on a disk that is not there",
    `${endpoint()}store: {mode: "off"}\ncache: {store: true}`,
    ["OG177 5:16"],
    /store\.mode is off/,
  ],
  ["a tag with a comma", `${endpoint()}budgets: [{tag: "a,b", usd: 1}]`, ["OG168 4:17"], /without commas/],
  ["a budget of nothing", `${endpoint()}budgets: [{usd: 0}]`, ["OG112 4:17"], /above 0/],
  ["a share that is none", `${endpoint()}budgets: [{usd: 1, warn_at: 120%}]`, ["OG112 4:29"], /80%/],
  [
    "a time zone that is none",
    `${endpoint()}budgets: [{usd: 1, time_zone: Mars/Base}]`,
    ["OG112 4:31"],
    /Asia\/Taipei/,
  ],
  [
    "a collector of traces by gRPC",
    `${endpoint()}traces: {endpoint: "http://localhost:4317"}`,
    ["OG175 4:20"],
    /4318/,
  ],
  [
    "a webhook that is none",
    `${endpoint()}alerts: {webhook: hooks.example.com}`,
    ["OG168 4:19"],
    /https:\/\//,
  ],
  [
    "a client key of no address",
    server("api_keys: [{name: a, key: kkkkkkkkkkkk, addresses: [10.0.0.0/40]}]"),
    ["OG149 5:55"],
    /192\.168/,
  ],
  [
    "a client key of no endpoints",
    server("api_keys: [{name: a, key: kkkkkkkkkkkk, endpoints: []}]"),
    ["OG149 5:54"],
    /remove it/,
  ],
  ["a client key of no key", server("api_keys: [{name: a}]"), ["OG149 5:14"], /add one of key, key_file/],
];
