// Tests of endpoint-secrets.ts: which texts are secrets, and in which spellings they are found.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { EndpointSecrets } from "./endpoint-secrets.ts";

const KEY = "sk-Canary/with+odd=chars-0123456789";

function secretsOf(apiKey: string | undefined, ...fixedHeaders: readonly string[]): EndpointSecrets {
  return new EndpointSecrets({ credentials: [{ apiKey }], fixedHeaders });
}

const hexOf = (sign: string): string => sign.charCodeAt(0).toString(16).padStart(2, "0");
const each = (text: string, spell: (sign: string) => string): string => [...text].map(spell).join("");

/** How servers, and what stands before them, write what they were sent. */
const SPELLINGS: Readonly<Record<string, string>> = {
  "as it is": KEY,
  "in capitals": KEY.toUpperCase(),
  "slashes escaped": KEY.replaceAll("/", "\\/"),
  "JSON in JSON": KEY.replaceAll("/", "\\\\/"),
  "escaped by JSON": each(KEY, (sign) => `\\u00${hexOf(sign)}`),
  "escaped by JSON in capitals": each(KEY, (sign) => `\\u00${hexOf(sign).toUpperCase()}`),
  "escaped twice": each(KEY, (sign) => `\\\\u00${hexOf(sign)}`),
  "its first character escaped": `\\u0073${KEY.slice(1)}`,
  "escaped by JavaScript": each(KEY, (sign) => `\\x${hexOf(sign)}`),
  "as a code point": each(KEY, (sign) => `\\u{${hexOf(sign)}}`),
  "in a URL": encodeURIComponent(KEY),
  "in a URL in a URL": encodeURIComponent(encodeURIComponent(KEY)),
  "in a URL, every character": each(KEY, (sign) => `%${hexOf(sign)}`),
  "in HTML": each(KEY, (sign) => `&#${sign.charCodeAt(0)};`),
  "in HTML, hexadecimal": each(KEY, (sign) => `&#x${hexOf(sign)};`),
  "UTF-16, little endian": Buffer.from(KEY, "utf16le").toString("latin1"),
  "UTF-16, big endian": Buffer.from(KEY, "utf16le").swap16().toString("latin1"),
  "UTF-32": each(KEY, (sign) => `\0\0\0${sign}`),
  "in hexadecimal": Buffer.from(KEY).toString("hex"),
};

for (const [name, spelled] of Object.entries(SPELLINGS)) {
  test(`a key is found ${name}`, () => {
    const secrets = secretsOf(KEY);
    const text = `{"message":"bad ${spelled} given"}`;
    assert.equal(secrets.isIn(text), true);
    const masked = secrets.mask(text);
    assert.match(masked, /^\{"message":"bad (\0{0,3})\*\*\*(\0{0,3}) given"\}$/);
    const [[start, end] = [0, 0]] = secrets.placesIn(text);
    assert.ok(end - start >= KEY.length && end - start <= secrets.maxSpelledChars);
  });
}

test("a key is found in Base64 whatever stands before and behind it", () => {
  const secrets = secretsOf(KEY);
  for (const before of ["", "a", "ab", "Bearer ", "user:"]) {
    for (const after of ["", "b", "bc"]) {
      for (const alphabet of ["base64", "base64url"] as const) {
        const text = `x ${Buffer.from(before + KEY + after).toString(alphabet)} y`;
        assert.ok(secrets.isIn(text), text);
        assert.ok(!secrets.mask(text).includes(Buffer.from(KEY.slice(3, 30)).toString(alphabet)));
        assert.ok(secrets.isInHeaders(["x-a", text], false));
      }
    }
  }
});

test("half a key, another key and plain words are left alone", () => {
  const secrets = secretsOf(KEY);
  for (const text of [KEY.slice(0, -1), KEY.slice(1), "sk-other", "", "***", "\\u0073k-"]) {
    assert.equal(secrets.isIn(text), false, text);
    assert.equal(secrets.mask(text), text);
  }
});

test("configured headers are secrets by their name, or by the scheme in their value", () => {
  const rows: readonly (readonly [string, string, readonly string[]])[] = [
    ["authorization", "Bearer fixed-secret-1", ["fixed-secret-1"]],
    ["x-vendor", "bearer fixed-secret-2", ["fixed-secret-2"]],
    ["x-api-token", "fixed-secret-3", ["fixed-secret-3"]],
    ["x-custom-auth", "fixed-secret-4", ["fixed-secret-4"]],
    ["proxy-authorization", `Basic ${btoa("user:pass-word-5")}`, ["pass-word-5", btoa("user:pass-word-5")]],
    ["cookie", "a=1; session=fixed-secret-6", ["fixed-secret-6"]],
    ["cf-access-client-secret", "fixed-secret-7", ["fixed-secret-7"]],
  ];
  for (const [name, value, found] of rows) {
    const secrets = secretsOf(undefined, name, value);
    for (const secret of found) {
      assert.equal(secrets.mask(`<${secret}>`), "<***>", name);
      assert.ok(secrets.isInHeaders(["x-echo", `it was ${secret}`], false), name);
    }
  }
  assert.ok(secretsOf(undefined, "x-region", "somewhere-far", "x-title", "My application").isEmpty);
});

test("stand-ins for keys are none, and an endpoint without a key has nothing to hide", () => {
  for (const secrets of [secretsOf("ollama"), secretsOf(undefined)]) {
    assert.ok(secrets.isEmpty);
    assert.equal(secrets.mask("ollama"), "ollama");
    assert.equal(secrets.isIn("ollama"), false);
    assert.equal(secrets.isInHeaders(["x-a", "ollama"], true), false);
  }
});

test("the beginning of a key at the end of a piece is seen", () => {
  const secrets = secretsOf(KEY);
  for (let count = 1; count < KEY.length; count += 1) {
    assert.equal(secrets.beginningAtEnd(Buffer.from(`bad ${KEY.slice(0, count)}`)), count);
  }
  assert.equal(secrets.beginningAtEnd(Buffer.from("bad")), 0);
  assert.equal(secrets.beginningAtEnd(Buffer.from(KEY.slice(0, 5))), 5);
});

test("nothing of it shows where it is printed", () => {
  const secrets = secretsOf(KEY);
  secrets.isIn("compiled");
  for (const text of [JSON.stringify(secrets), inspect(secrets), String(secrets)]) {
    assert.ok(!text.includes("Canary"), text);
  }
});
