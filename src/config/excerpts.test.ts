// What of a configuration is shown in its problems: keys, punctuation, and values of keys that the schema marks.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { toldOf } from "../../test/support/config/english.ts";
import { endpoint, server } from "../../test/support/config/samples.ts";
import { configFromText } from "./file/load.ts";

function problemsOf(text: string) {
  const result = configFromText(text, { file: "config.yaml", env: {} });
  return result.kind === "ok" ? result.warnings : result.problems;
}

function toldOfText(text: string): string {
  return toldOf(problemsOf(text));
}

/** A line as it is shown with a problem in it or in the next one. */
function shownLine(text: string, number: number): string | undefined {
  return problemsOf(text)
    .flatMap((problem) => problem.excerpt)
    .find((line) => line.line === number)?.text;
}

// Of no form by which it could be known.
const CANARY = "correct-horse-battery-staple";
const STARS = "*".repeat(CANARY.length);

const LINES: readonly (readonly [what: string, line: string, shown: string])[] = [
  ["a number", "weight: 10", "weight: 10"],
  ["a number in place of which a word stands", "weight: ten", "weight: ten"],
  ["a text too long for a number", `weight: ${CANARY}`, `weight: ${STARS}`],
  ["a flag", "enabled: false", "enabled: false"],
  ["durations in braces", "timeouts: {connect: 5s, idle: 1m}", "timeouts: {connect: 5s, idle: 1m}"],
  ["names of models", 'models: [gpt-4o, "a b"]', 'models: [gpt-4o, "a b"]'],
  ["one name in place of a list", "models: gpt-4o", "models: gpt-4o"],
  ["a key of an account", `api_key: ${CANARY}`, `api_key: ${STARS}`],
  ["… in quotes", `api_key: "${CANARY}"`, `api_key: "${STARS}"`],
  ["… in a list", `api_keys: ['${CANARY}']`, `api_keys: ['${STARS}']`],
  ["a variable in its place", "api_key: ${KEY}", "api_key: ${KEY}"],
  ["a variable with a default", `api_key: "\${KEY:-${CANARY}}"`, `api_key: "*******${STARS}*"`],
  ["a text with a variable", `api_key: "x${CANARY}\${KEY}"`, `api_key: "*${STARS}******"`],
  ["headers", `headers: {x-one: ${CANARY}}`, `headers: {x-one: ${STARS}}`],
  ["a key that is not known", `api_kye: ${CANARY}`, `api_kye: ${STARS}`],
  ["a block below it", `other: {weight: ${CANARY}, x: [1]}`, `other: {weight: ${STARS}, x: [*]}`],
  ["a comment", `weight: 10 # ${CANARY}: x`, `weight: 10 #${"*".repeat(CANARY.length + 4)}`],
  ["a tag", `weight: !${CANARY} 1`, `weight: *${STARS} 1`],
  ["an anchor that nothing names", `api_key: &${CANARY} 1`, `api_key: &${STARS} *`],
];

for (const [what, line, shown] of LINES) {
  test(`shown: ${what}`, () => {
    assert.equal(shownLine(endpoint(line, "no_key: 1"), 4), `    ${shown}`);
  });
}

const ADDRESSES: readonly (readonly [written: string, shown: string])[] = [
  ["https://h.io/v1", "https://h.io/v1"],
  ["https://u:p@h.io/v1", "https://****h.io/v1"],
  ["https://u:p/x@h.io/v1?a=b", "https://******h.io/v1****"],
  ["https://h.io/v1?api-version=2024-10-21", "https://h.io/v1?api-version=2024-10-21"],
  ["https://h.io/v1?api-version=1&key=2", "https://h.io/v1********************"],
  ["https://h.io/#x", "https://h.io/**"],
  ["https://u:secret", "https://********"],
  ["https://user?x@h.io", "https://***********"],
  ["https://h.io/?key=@secret", "https://*****************"],
  ["https://[::1]:8080/v1", "https://[::1]:8080/v1"],
  ["https://${HOST}/v1", "https://${HOST}/v1"],
  ["localhost:11434/v1", "localhost:11434/v1"],
  ["api.example.com", "api.example.com"],
  [CANARY, STARS],
  [`https://h.io/v1 ${CANARY}`, `https://h.io/v1*${STARS}`],
];

for (const [written, shown] of ADDRESSES) {
  test(`an address is shown without credentials: ${written}`, () => {
    const text = endpoint("no_key: 1").replace("http://h:1/v1", written);
    assert.equal(shownLine(text, 3), `    base_url: ${shown}`);
  });
}

const BROKEN: readonly (readonly [written: string, shown: string])[] = [
  [`api_key: ${CANARY}`, `api_key: ${STARS}`],
  [`- {"name":"${CANARY}", weight: 3}`, `- {"name":"${STARS}", weight: *}`],
  [`api_key：“${CANARY}”`, `api_key：“${STARS}”`],
  ["api_key: ${KEY} # a b", "api_key: ${KEY} # * *"],
  [`${CANARY}: 1`, `${STARS}: *`],
];

for (const [written, shown] of BROKEN) {
  test(`of a file that cannot be read known keys and punctuation are shown: ${written}`, () => {
    assert.equal(shownLine(`${written}\n"\n`, 1), shown);
  });
}

test("a text that an anchor gives to a key of an account is hidden wherever it stands", () => {
  const text = `x-a: &a ${CANARY}\n${endpoint("api_key: *a", "organization: *a", "api_kye: 1")}`;
  assert.ok(!toldOfText(text).includes(CANARY));
});

test("an anchor that is used is shown by its use", () => {
  const text = `x-a: &times\n  connect: 0s\n${endpoint("timeouts: *times")}`;
  assert.equal(shownLine(text, 2), "  connect: 0s");
});

test("a message names no key that may be a secret", () => {
  const key = "ab12-cd34-ef56-gh78";
  for (const text of [
    `${key}: 1`,
    endpoint(`headers: {${key}: "a\\nb"}`),
    endpoint(`${key}: 1`, `${key}: 2`),
  ])
    assert.ok(!toldOfText(text).includes(key), toldOfText(text));
});

test("of a header that is written with its value the name is shown", () => {
  const text = server(`pass_headers: ["X-One: ${CANARY}", X-Two]`);
  assert.ok(!toldOfText(text).includes(CANARY), toldOfText(text));
  assert.match(toldOfText(text), /: "X-One…"/);
});

/** Files with a canary where no value is shown. */
const HOLDERS: readonly string[] = [
  endpoint(`api_key: ${CANARY}`, "weight: 1"),
  endpoint("api_keys:", "  - ${KEY}", `  - ${CANARY}`, "weight: 1"),
  endpoint(`headers: {X-One: b, authorization: "Bearer ${CANARY}"}`),
  endpoint("headers:", "  x-one: |", `    ${CANARY}`, "    more"),
  endpoint().replace("http://h:1/v1", CANARY),
  endpoint(`wieght: ${CANARY}`, `other: [{a: ${CANARY}}]`),
  endpoint(`timeouts: {connect: 5s, conect: ${CANARY}} # ${CANARY}`),
  endpoint(`api_key: "\${KEY:-${CANARY}}"`),
  server(`api_keys: [${CANARY}, ${CANARY}]`, "port: 1"),
  server("api_keys:", `  - ${CANARY}`, "queue: {max: 3}"),
  `# ${CANARY}\nx-key: &key ${CANARY}\n${endpoint("api_key: *key")}`,
  `server: ${CANARY}\nendpoints: ${CANARY}\nlog: ${CANARY}\n`,
];

/** The same in an address, where a change that removes a sign would make a host or a path of it, which are shown. */
const ADDRESS_HOLDERS: readonly string[] = [
  endpoint().replace("http://", `http://me:${CANARY}@`),
  endpoint().replace("/v1", `/v1?key=${CANARY}`),
];

const PIECES = [
  "[",
  "{",
  "]",
  "}",
  "- ",
  ": ",
  ":",
  "\t",
  "\n",
  " ",
  "&a ",
  "*a",
  "<<: ",
  "${",
  "!!",
  "：",
  "|",
  "#",
  ",",
];

/** Files that differ from a good one in up to three places. */
function brokenFrom(texts: readonly string[], mostRemoved: number): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(1_000),
    removed: fc.nat(mostRemoved),
    added: fc.oneof(fc.constant(""), fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })),
  });
  return fc.tuple(fc.constantFrom(...texts), fc.array(change, { maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((current, { at, removed, added }) => {
      const from = at % (current.length + 1);
      return current.slice(0, from) + added + current.slice(from + removed);
    }, text),
  );
}

test("no output holds what is not marked as showable, however broken the file is", () => {
  const files = fc.oneof(brokenFrom(HOLDERS, 3), brokenFrom(ADDRESS_HOLDERS, 0));
  fc.assert(
    fc.property(files, (text) => assert.ok(!toldOfText(text).includes(CANARY), text)),
    { numRuns: 300 },
  );
});
