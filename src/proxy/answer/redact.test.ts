// Tests of `redact.ts`: whatever the pieces, the whole comes out with every key masked and nothing else changed.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { makeEndpoint } from "../../../test/support/routing-fixtures.ts";
import { EndpointSecrets } from "../../routing/endpoint-secrets.ts";
import { ErrorRedactor, redactedHeaders } from "./redact.ts";

const KEYS = ["sk-abcdefgh", "sk-abcdefgh/ijkl", "other-key-1234"];
const ENDPOINT = makeEndpoint("a", {
  credentials: [
    { id: 1, apiKey: KEYS[0] },
    { id: 2, apiKey: KEYS[1] },
    { id: 3, apiKey: KEYS[2] },
  ],
  fixedHeaders: [
    "authorization",
    "Bearer fixed-secret-1",
    "x-region",
    "somewhere-far",
    "x-api-token",
    "short",
  ],
});

const secretsOf = (...keys: readonly string[]): EndpointSecrets =>
  new EndpointSecrets({ credentials: keys.map((apiKey) => ({ apiKey })), fixedHeaders: [] });

test("headers without a key are the same list", () => {
  const clean = ["content-type", "application/json", "x-a", "sk-abcdefg"];
  assert.equal(redactedHeaders(clean, ENDPOINT, false), clean);
  assert.deepEqual(redactedHeaders(["x-a", `1 ${KEYS[1]} 2`], ENDPOINT, false), ["x-a", "1 *** 2"]);
});

const word = fc.oneof(
  fc.constantFrom(...KEYS, "sk-abc", "efgh", "***", "other-key-123"),
  fc.string({ maxLength: 12 }),
);

/** Filler that makes some bodies too long to be held. */
const filler = fc.constantFrom("", "x".repeat(70_000));

test("any body in any pieces comes out as if it had been masked whole", () => {
  const secrets = secretsOf("sk-abcdefgh/ijkl", "other-key-1234");
  fc.assert(
    fc.property(
      fc.array(word),
      filler,
      fc.array(word),
      fc.array(fc.nat(80_000)),
      (before, fill, after, cuts) => {
        const text = `${before.join("")}${fill}${after.join("")}`;
        const bytes = Buffer.from(text);
        const redactor = new ErrorRedactor(secrets, []);
        const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length].sort(
          (one, two) => one - two,
        );
        let from = 0;
        const out: Buffer[] = [];
        for (const end of ends) {
          out.push(redactor.push(bytes.subarray(from, end)));
          from = end;
        }
        out.push(redactor.finish());
        const masked = Buffer.from(secrets.mask(bytes.toString("latin1")), "latin1");
        assert.ok(Buffer.concat(out).equals(masked));
      },
    ),
    { numRuns: 200 },
  );
});

test("a length that was said fits what is passed on, and is left out where it is not known in time", () => {
  const received = ["content-length", "40", "etag", '"1"', "x-a", "b"];
  const held = new ErrorRedactor(secretsOf("other-key-1234"), []);
  held.push(Buffer.from("an other-key-1234"));
  held.finish();
  assert.deepEqual(held.headers(received), ["x-a", "b", "content-length", "6"]);
  const long = new ErrorRedactor(secretsOf("other-key-1234"), []);
  long.push(Buffer.alloc(70_000));
  assert.equal(long.isHolding, false);
  assert.deepEqual(long.headers(received), ["x-a", "b"]);
  const clean = new ErrorRedactor(secretsOf("other-key-1234"), []);
  clean.push(Buffer.from("nothing"));
  clean.finish();
  assert.equal(clean.headers(received), received);
});

test("an id of an endpoint is cut where it is no id any more", () => {
  const long = ["x-request-id", "i".repeat(60_000), "x-other", "o".repeat(200)];
  assert.deepEqual(redactedHeaders(long, ENDPOINT, false), [
    "x-request-id",
    "i".repeat(128),
    "x-other",
    "o".repeat(200),
  ]);
});
