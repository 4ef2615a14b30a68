// Tests of head-bytes.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HeadBytes } from "./head-bytes.ts";

const END = Buffer.from("\r\n\r\n");

/** Few bytes, so that ends and what is nearly one come often. */
const BYTES = fc.array(fc.constantFrom(0x0d, 0x0a, 0x0d, 0x0a, 0x61, 0x00), { maxLength: 40 });

test("the end of a head is found where the native search finds it", () => {
  fc.assert(
    fc.property(BYTES, (whole) => {
      const heads = new HeadBytes();
      heads.add(Buffer.from(whole));
      assert.equal(heads.end(), Buffer.from(whole).indexOf(END));
    }),
  );
});

test("the same however the reads are cut", () => {
  fc.assert(
    fc.property(BYTES, fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }), (rest, cuts) => {
      // A head that is empty is none.
      const all = Buffer.from([0x61, ...rest]);
      const heads = new HeadBytes();
      let at = 0;
      let end = -1;
      for (const cut of [...cuts, all.length]) {
        if (at >= all.length || end !== -1) break;
        heads.add(Buffer.from(all.subarray(at, at + cut)));
        at += cut;
        end = heads.end();
        assert.equal(end, all.subarray(0, at).indexOf(END));
      }
    }),
  );
});
