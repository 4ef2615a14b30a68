// Tests of environment-proxies.ts, no-proxy.ts and proxy-url.ts: which variable counts, for whom, and what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { translator } from "../../language/messages.ts";
import { EnvironmentProxies } from "./environment-proxies.ts";
import { NoProxy } from "./no-proxy.ts";
import { readProxy } from "./proxy-url.ts";

const HTTPS = "https://api.example.com";
const HTTP = "http://api.example.com";

function proxiesOf(env: Readonly<Record<string, string>>): EnvironmentProxies {
  return new EnvironmentProxies((name) => env[name]);
}

const CHOICES: readonly (readonly [Record<string, string>, string | undefined, string | undefined])[] = [
  [{}, undefined, undefined],
  [{ HTTPS_PROXY: "http://upper:1" }, "http://upper:1", undefined],
  [{ HTTP_PROXY: "http://upper:1" }, undefined, "http://upper:1"],
  [{ HTTPS_PROXY: "http://upper:1", https_proxy: "http://lower:1" }, "http://lower:1", undefined],
  [{ HTTPS_PROXY: "http://upper:1", https_proxy: "" }, "http://upper:1", undefined],
  [{ ALL_PROXY: "http://all:1" }, "http://all:1", "http://all:1"],
  [
    { all_proxy: "http://lower:1", ALL_PROXY: "http://all:1", HTTP_PROXY: "p:2" },
    "http://lower:1",
    "http://p:2",
  ],
  // Without a scheme and without a port, and with TLS to the proxy itself.
  [
    { https_proxy: "proxy.corp", http_proxy: "https://proxy.corp" },
    "http://proxy.corp:80",
    "https://proxy.corp:443",
  ],
  [{ https_proxy: "http://[2001:db8::1]:3128/" }, "http://[2001:db8::1]:3128", undefined],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "*" }, undefined, undefined],
  [{ HTTPS_PROXY: "http://p:1", NO_PROXY: "*", no_proxy: "other.example" }, "http://p:1", undefined],
];

test("the lower-case variable wins, an empty one is none, and ALL_PROXY is for both", () => {
  for (const [env, https, http] of CHOICES) {
    const proxies = proxiesOf(env);
    assert.deepEqual(proxies.problems, []);
    assert.deepEqual(
      [proxies.for(HTTPS)?.origin, proxies.for(HTTP)?.origin],
      [https, http],
      JSON.stringify(env),
    );
  }
});

test("this machine is never reached through a proxy of the environment", () => {
  const proxies = proxiesOf({ ALL_PROXY: "http://p:1" });
  const names = ["localhost:11434", "api.localhost", "localhost.", "api.localhost.:8000"];
  const addresses = ["127.0.0.1:8080", "127.8.8.8", "[::1]:8000", "[::ffff:127.0.0.1]:8000"];
  for (const host of [...names, ...addresses])
    for (const scheme of ["http", "https"]) assert.equal(proxies.for(`${scheme}://${host}`), undefined, host);
  assert.equal(proxies.for("http://192.168.1.9:11434")?.origin, "http://p:1");
});

const MATCHES: readonly (readonly [string, string, number, boolean])[] = [
  ["example.com", "example.com", 443, true],
  ["example.com", "api.example.com", 443, true],
  ["example.com", "anexample.com", 443, false],
  [".example.com", "api.example.com", 443, true],
  [".example.com", "example.com", 443, true],
  ["*.example.com", "api.example.com", 443, true],
  ["EXAMPLE.com.", "api.Example.COM.", 443, true],
  ["a.test, b.test", "b.test", 443, true],
  ["a.test b.test", "b.test", 443, true],
  ["example.com:8443", "example.com", 443, false],
  ["example.com:8443", "api.example.com", 8443, true],
  ["*:8443", "anything.test", 8443, true],
  ["*:8443", "anything.test", 443, false],
  ["10.0.0.0/8", "10.9.8.7", 443, true],
  ["10.0.0.0/8", "11.0.0.1", 443, false],
  ["10.0.0.0/8", "10.example.com", 443, false],
  ["192.168.1.9", "192.168.1.9", 443, true],
  ["192.168.1.9:80", "192.168.1.9", 443, false],
  ["1.9", "192.168.1.9", 443, false],
  ["fd00::/8", "fd12::1", 443, true],
  ["fd00::/8", "fe80::1", 443, false],
  ["[2001:db8::1]", "2001:db8:0::1", 443, true],
  ["[2001:db8::1]:8443", "2001:db8::1", 443, false],
  ["2001:db8::1", "2001:db8::1", 443, true],
  ["https://api.example.com/", "api.example.com", 443, true],
  // What is none of these matches nothing, and breaks nothing.
  ["", "example.com", 443, false],
  [",, ,", "example.com", 443, false],
  ["10.0.0.0/99", "10.0.0.1", 443, false],
  ["10.0.0.0/8/8", "10.0.0.1", 443, false],
  ["exa*mple.com", "example.com", 443, false],
  ["[::1]:99999", "example.com", 443, false],
  ["::::", "example.com", 443, false],
  [".", "example.com", 443, false],
];

test("NO_PROXY names hosts, what is below them, addresses, ranges and ports", () => {
  for (const [text, host, port, isDirect] of MATCHES)
    assert.equal(new NoProxy(text).includes(host, port), isDirect, `${text} ${host}:${port}`);
});

const BAD: readonly (readonly [string, RegExp])[] = [
  ["", /is empty/],
  ["socks5://canary:canary@127.0.0.1:1080", /is a SOCKS proxy/],
  ["socks5h://127.0.0.1:1080", /is a SOCKS proxy/],
  ["ftp://proxy:21", /does not begin with/],
  ["http://", /is no address/],
  ["http://proxy:99999", /is no address/],
  ["http://user:canary/x@proxy:3128", /among its credentials/],
  ["http://user:canary#x@proxy:3128", /among its credentials/],
  ["user:canary?x@proxy:3128", /among its credentials/],
  ["http://proxy:3128/path", /has a path/],
  ["http://proxy:3128?q=canary", /has a path/],
  ["http://pro xy:3128", /has a space/],
  ["http：//proxy:3128", /full-width/],
  ["http://proxy:3128\u200b", /invisible/],
];

test("what is no proxy is refused in both languages, without a word of its value", () => {
  for (const [text, words] of BAD) {
    const result = readProxy(text);
    assert.ok(result.kind === "bad", text);
    assert.match(translator("en")(result.problem), words, text);
    for (const language of ["en", "zh-TW"] as const)
      for (const said of [result.problem, result.fix])
        assert.doesNotMatch(translator(language)(said), /canary/, text);
  }
});

test("a variable that cannot be used is named once, and its endpoints are asked directly", () => {
  const proxies = proxiesOf({ ALL_PROXY: "socks5://canary:canary@127.0.0.1:1080", HTTP_PROXY: "http://p:1" });
  assert.deepEqual(
    proxies.problems.map(({ variable }) => variable),
    ["ALL_PROXY"],
  );
  assert.deepEqual([proxies.for(HTTPS), proxies.for(HTTP)?.origin], [undefined, "http://p:1"]);
});
