// Table tests of every rule of the configuration: a line each, with what it guards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chineseOf, english, englishText } from "../../../test/support/config/english.ts";
import { endpoint, overrides, placesOf, problemsOf, server } from "../../../test/support/config/samples.ts";
import { ACCESS_CASES } from "../../../test/support/config/samples-access.ts";
import { type Case, LIMIT_CASES } from "../../../test/support/config/samples-limits.ts";
import { SLIP_CASES } from "../../../test/support/config/samples-slips.ts";
import { CONFIG_CODES } from "../report/codes.ts";

const CASES: readonly Case[] = [
  ...LIMIT_CASES,
  ...SLIP_CASES,
  ...ACCESS_CASES,
  // The file as a whole.
  [
    "an indentation that differs from its neighbours",
    endpoint(" weight: 1"),
    ["OG101 4:6"],
    /indented 5 spaces but its neighbours use 4.*remove 1 space before "weight"/,
  ],
  ["one space too few", endpoint().replace("    base_url", "   base_url"), ["OG101 3:4"], /add 1 space/],
  ["a tab", "endpoints:\n\t- name: a\n", ["OG101 2:1"], /tab/],
  ["a quote that is not closed", 'endpoints:\n  - name: "a\n', ["OG102 2:11"], /no closing quote/],
  ["an open bracket", "endpoints: [\n", ["OG102 2:1"]],
  ["only the first syntax error", 'a: "\nb: [\n', ["OG102 1:4"]],
  ["a list in place of a block", "- a\n", ["OG104 1:1"]],
  ["a text in place of a block", "hello\n", ["OG104 1:1"]],
  ["two documents", `${endpoint()}---\na: 1\n`, ["OG104 4:1"]],
  ["an anchor that is not there", endpoint("api_key: *secret"), ["OG104 4:14"]],
  ["a tag", endpoint("api_key: !env KEY"), ["OG104 4:19"]],
  ["an anchor within itself", endpoint("headers: &x {a: *x}"), ["OG104 1:1"]],
  [
    "a key given twice, both places named",
    endpoint("weight: 1", "weight: 2"),
    ["OG103 5:5"],
    /4:5: first given here/,
  ],
  ["an empty file is no error", "", ["OG126 1:1"]],
  ["a file of comments", "# nothing\n", ["OG126 1:1"]],
  // Form.
  [
    "a swapped letter",
    endpoint("wieght: 2"),
    ["OG110 4:5"],
    /unknown key "wieght" in endpoints\[0\] \(a\).*did you mean "weight"\?/,
  ],
  [
    "unknown keys at every level",
    `${endpoint("timeouts: {conect: 1}")}servr: 1\nlog: {colour: x}\n`,
    ["OG110 4:16", "OG110 5:1", "OG110 6:7"],
  ],
  ["an unknown key inside a choice", endpoint("models: {includ: [a]}"), ["OG110 4:14"], /"include"/],
  [
    "a misspelt needed key is one problem, not two",
    "endpoints:\n  - name: a\n    base_ulr: http://h/v1\n",
    ["OG110 3:5"],
  ],
  [
    "a name from Object.prototype is unknown too",
    endpoint("constructor: 1", "__proto__: 1", "toString: 1"),
    ["OG110 4:5", "OG110 5:5", "OG110 6:5"],
  ],
  ["needed keys", "endpoints:\n  - weight: 1\n", ["OG111 2:5", "OG111 2:5"]],
  ["a key with nothing behind it", "endpoints:\n  - name:\n    base_url: http://h/v1\n", ["OG111 2:5"]],
  ["wrong types", "endpoints: 5\nrouting: []\nserver: x\n", ["OG112 1:12", "OG112 2:10", "OG112 3:9"]],
  ["a number in place of a text", endpoint("ca_file: 5"), ["OG112 4:14"], /quotes: "5"/],
  ["the same, of what may be a secret", endpoint("organization: 5"), ["OG112 4:19"], /put it into quotes/],
  ["yes is no flag in YAML 1.2", endpoint("enabled: yes"), ["OG112 4:14"], /write true/],
  ["an unknown choice", "routing: {mode: merg}\n", ["OG126 1:1", "OG112 1:17"], /did you mean "merge"/],
  ["an empty entry", "endpoints:\n  -\n  - name: a\n    base_url: http://h/v1\n", ["OG112 2:4"]],
  // Fault 86: weights.
  ["weight 0 drains", endpoint("weight: 0"), []],
  ["weight 1000", endpoint("weight: 1000"), []],
  ["a negative weight", endpoint("weight: -1"), ["OG113 4:13"]],
  ["weight 1001", endpoint("weight: 1001"), ["OG113 4:13"]],
  ["weight 1e9", endpoint("weight: 1e9"), ["OG113 4:13"]],
  ["a fraction", endpoint("weight: 1.5"), ["OG113 4:13"], /whole/],
  ["not a number", endpoint("weight: .nan"), ["OG113 4:13"]],
  ["infinity", endpoint("weight: .inf"), ["OG113 4:13"]],
  [
    "a word",
    endpoint("weight: two"),
    ["OG112 4:13"],
    /endpoints\[0\]\.weight must be a whole number from 0 to 1000, found "two"/,
  ],
  // Units.
  [
    "durations",
    endpoint("timeouts: {connect: 250ms, first_byte: {stream: 2m, plain: 600}, idle: 0.5s, total: 1h}"),
    [],
  ],
  ["one first_byte for both", endpoint("timeouts: {first_byte: 90s}"), []],
  ["no duration", endpoint("timeouts: {connect: soon, idle: 5 parsecs}"), ["OG114 4:25", "OG114 4:37"]],
  [
    "a duration of nothing",
    endpoint("timeouts: {connect: 0, idle: -1, total: 30d}"),
    ["OG114 4:25", "OG114 4:34", "OG114 4:45"],
  ],
  ["sizes", server("max_body: 32MB"), []],
  ["no size", server("max_body: big"), ["OG115 5:13"]],
  ["an absurd size", server("max_body: 9999GiB"), ["OG115 5:13"]],
  // Names.
  [
    "the same name twice, both places named (fault 86)",
    `${endpoint()}  - name: a\n    base_url: http://h/v1\n`,
    ["OG121 4:11"],
    /2:11: first used here/,
  ],
  [
    "names that cannot be",
    'endpoints:\n  - {name: "", base_url: "http://h/v1"}\n  - {name: a/b, base_url: "http://h/v1"}\n  - {name: "*", base_url: "http://h/v1"}\n  - {name: "a\\nb", base_url: "http://h/v1"}\n',
    ["OG120 2:12", "OG120 3:12", "OG120 4:12", "OG120 5:12"],
  ],
  ["a name in Chinese", 'endpoints:\n  - {name: 本地, base_url: "http://h/v1"}\n', []],
  // Fault 83: addresses; the whole table is in base-url.test.ts.
  ["a bad address", endpoint().replace("http://h:1/v1", "h:1/v1"), ["OG122 3:15"], /"http:\/\/h:1\/v1"/],
  ["a metadata address", endpoint().replace("h:1", "[::ffff:169.254.169.254]"), ["OG123 3:15"]],
  [
    "a pasted path is used without it",
    endpoint().replace("/v1", "/v1/chat/completions"),
    ["OG124 3:15"],
    /used is http:\/\/h:1\/v1/,
  ],
  [
    "a well-known server without its path",
    endpoint().replace("http://h:1/v1", "https://api.openai.com"),
    ["OG127 3:15"],
    /"https:\/\/api.openai.com\/v1"/,
  ],
  // Headers.
  ["headers", endpoint("headers: {X-A: b, api-key: c, Authorization: Basic x}"), []],
  ["Authorization beside api_key", endpoint("api_key: k", "headers: {authorization: x}"), ["OG125 5:15"]],
  [
    "headers of the gateway itself",
    endpoint("headers: {Host: x, Transfer-Encoding: x, Content-Type: x}"),
    ["OG125 4:15", "OG125 4:24", "OG125 4:46"],
  ],
  [
    "a header name that HTTP does not know",
    endpoint('headers: {"a b": x, "": y}'),
    ["OG125 4:15", "OG125 4:25"],
  ],
  ["a header value with a line break", endpoint('headers: {a: "x\\r\\nEvil: y"}'), ["OG125 4:18"]],
  [
    "the same header twice",
    endpoint("headers: {A: x, a: y, OpenAI-Project: z}", "project: p"),
    ["OG125 4:21", "OG125 4:27"],
  ],
  // Models.
  ["exact names and patterns", endpoint('models: [a, "b/c"]'), []],
  ["patterns", endpoint('models: {include: ["gpt-*", "*"], exclude: ["*-test"]}'), []],
  ["a pattern among exact names", endpoint('models: ["gpt-*"]'), ["OG120 4:14"], /include/],
  ["a list and patterns", endpoint("models: {list: [a], include: [b]}"), ["OG112 4:25"]],
  ["an empty model name", endpoint('models: [""]'), ["OG120 4:14"]],
  // Fault 90: variables.
  [
    "a missing variable",
    endpoint("api_key: ${OPENAI_APIKEY}"),
    ["OG130 4:14"],
    /\$\{OPENAI_APIKEY\} is not set.*did you mean \$\{OPENAI_API_KEY\}.*\.env next to config\.yaml/,
  ],
  [
    "a missing variable makes no second problem",
    endpoint().replace("http://h:1/v1", "${NOPE_URL}"),
    ["OG130 3:15"],
  ],
  ["a default", endpoint("api_key: ${NOPE:-}"), []],
  ["a broken reference", endpoint("api_key: ${KEY"), ["OG131 4:14"]],
  [
    "a line break in a variable",
    endpoint("api_key: ${LINES}"),
    ["OG132 4:14"],
    /\$\{LINES\}\) has a line break/,
  ],
  ["quotes in a variable", endpoint("api_key: ${QUOTED}"), ["OG132 4:14"], /quotes around/],
  ['"Bearer " before a key', endpoint("api_key: Bearer sk-1"), ["OG132 4:14"]],
  ["a variable that is empty", endpoint("api_key: ${EMPTY}"), ["OG134 4:14"], /EMPTY/],
  ["a number out of a variable", server("port: ${PORT}", "allow_anonymous: ${NOPE:-true}"), []],
  ["no number out of a variable", server("port: ${KEY}"), ["OG112 5:9"], /found the value of \$\{KEY\}/],
  ["a proxy", endpoint("proxy: http://user:${KEY}@proxy:3128"), []],
  ["no proxy", endpoint("proxy: off"), []],
  ["no proxy, as YAML has it", endpoint("proxy: false"), []],
  ["a proxy that is none", endpoint("proxy: true"), ["OG145 4:12"], /names no proxy/],
  ["a SOCKS proxy", endpoint("proxy: socks5://u:p@h:1080"), ["OG145 4:12"], /HTTP port of that proxy/],
  [
    "no certificate",
    server("tls: {cert_file: none.pem, key_file: none.pem}"),
    ["OG146 5:20"],
    /cannot be read/,
  ],
  // Who may call.
  [
    "another address without keys",
    server("host: 0.0.0.0"),
    ["OG140 5:9"],
    /server\.api_keys.*server\.allow_anonymous/,
  ],
  ["another address with keys", server("host: 0.0.0.0", "api_keys: [abc]"), []],
  ["another address, anonymous on purpose", server('host: "::"', "allow_anonymous: true"), []],
  ["loopback in its forms", server('host: "::1"'), []],
  ["127.0.0.2 is loopback", server("host: 127.0.0.2"), []],
  ["every origin without keys", server('cors_origins: ["*"]'), ["OG140 5:18"]],
  ["an empty client key", server('api_keys: ["", "${EMPTY}"]'), ["OG141 5:14", "OG141 5:18"]],
  ["a client key with nothing", server("api_keys:", "  -"), ["OG112 6:6", "OG141 6:6"]],
  ["the same client key twice", server("api_keys: [abc, abc]"), ["OG141 5:19"], /5:14: first given here/],
  ["no client key", server("api_keys: []"), ["OG143 5:13"]],
  ["a client key with a space", server('api_keys: ["a b"]'), ["OG132 5:14"]],
  ["no host", server('host: "http://127.0.0.1:80"'), ["OG144 5:9"], /"127\.0\.0\.1"/],
  ["an empty host would be every address", server('host: ""'), ["OG144 5:9"]],
  [
    "origins and hosts",
    server('cors_origins: ["https://a.b/", "http://localhost:3000"]', "allowed_hosts: [ai.example.com]"),
    [],
  ],
  [
    "no origin, no host",
    server("cors_origins: [a.b]", 'allowed_hosts: ["http://x"]'),
    ["OG144 5:18", "OG144 6:19"],
  ],
  ["ports", server("port: 70000"), ["OG113 5:9"]],
  // Fault 85 and targets.
  ["targets in all forms", overrides("m:", "  - a/x/y:z", "  - {target: a/w, weight: 0}", '  - "*"'), []],
  ["no slash", overrides("m: [x]"), ["OG150 9:9"], /"a\/x"/],
  ["no model", overrides("m: [a/]"), ["OG150 9:9"]],
  ["no endpoint", overrides("m: [/x]"), ["OG150 9:9"]],
  ["an empty target", overrides('m: [""]'), ["OG150 9:9"]],
  ["an unknown endpoint", overrides("m: [ofF/x]"), ["OG151 9:9"], /did you mean "off\/x"/],
  ["an override that names itself", overrides("m: [m]"), ["OG152 9:9"], /"\*"/],
  [
    "two that name each other, both places named",
    overrides("m: [n]", "n: [a/x, m]"),
    ["OG152 9:9", "OG152 10:14"],
    /10:5: override "n" is defined here/,
  ],
  [
    "a circle of three, slashes and all",
    overrides("m: [x/n]", "x/n: [o]", "o: [m]"),
    ["OG152 9:9", "OG152 10:11", "OG152 11:9"],
  ],
  ["a chain that is no circle", overrides("m: [n]", "n: [a/x]"), ["OG150 9:9"], /"a\/x"/],
  ["the same target twice", overrides("m: [a/x, a/x]"), ["OG153 9:14"], /9:9: first given here/],
  ["no targets", overrides("m: []"), ["OG154 9:5"]],
  ["a text in place of a list", overrides("m: a/x"), ["OG112 9:8"], /list/],
  ["a target that is not enabled", overrides("m: [off/x]"), ["OG156 9:9"]],
  [
    "an override in place of a pin, both places named",
    overrides("a/x: [a/y]"),
    ["OG157 9:5"],
    /2:12: endpoint "a" is defined here/,
  ],
  ["override names", overrides('"*": [a/x]', '"": [a/x]'), ["OG120 9:5", "OG120 10:5"]],
  ["a weight out of range", overrides("m: [{target: a/x, weight: 1001}]"), ["OG113 9:31"]],
  ["one warning in mode prefix", overrides("m: [nope]", "n: []").replace("merge", "prefix"), ["OG155 8:3"]],
];

for (const [guards, text, places, detail] of CASES) {
  test(`guards: ${guards}`, () => {
    assert.deepEqual(placesOf(text), places);
    for (const problem of english(problemsOf(text))) assert.notEqual(problem.fix ?? "", "", problem.message);
    if (detail !== undefined) assert.match(englishText(problemsOf(text)).replaceAll("\n", " "), detail);
  });
}

test("every problem, its notes and its fix are said in Chinese", () => {
  for (const [, text] of CASES)
    for (const { message, fix, related = [] } of problemsOf(text))
      for (const words of [message, fix, ...related.map((other) => other.message)]) {
        const said = chineseOf(words);
        assert.match(said, /[\u4e00-\u9fff]/, JSON.stringify(words));
        assert.doesNotMatch(said, /[a-z]+ (?:is|are|has|the|a|of|in|to) [a-z]+/, JSON.stringify(words));
      }
});

test("every code that points into a file has a case", () => {
  const seen = new Set(CASES.flatMap(([, , places]) => places.map((place) => place.slice(0, 5))));
  const absent = Object.keys(CONFIG_CODES).filter((code) => !seen.has(code));
  assert.deepEqual(absent, ["OG100", "OG105", "OG136", "OG137", "OG139", "OG176"]);
});
