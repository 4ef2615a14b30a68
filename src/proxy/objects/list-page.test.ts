// Tests of list-page.ts and list-query.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { runAtOnce } from "../../core/slices.ts";
import { readListPage } from "./list-page.ts";
import { listQueryOf, queryAt } from "./list-query.ts";

function read(
  text: string,
): ReturnType<typeof readListPage> extends Generator<void, infer Page> ? Page : never {
  return runAtOnce(readListPage(Buffer.from(text)));
}

test("every entry is the bytes that came, whatever stands between them", () => {
  const value = fc.jsonValue();
  fc.assert(
    fc.property(
      fc.array(value),
      fc.constantFrom("", " ", "\n\t "),
      fc.boolean(),
      (entries, space, hasMore) => {
        const texts = entries.map((entry) => JSON.stringify(entry));
        const data = `[${space}${texts.join(`${space},${space}`)}${space}]`;
        const page = read(`{"object":"list",${space}"data":${space}${data},"has_more":${hasMore}}`);
        assert.deepEqual(
          page?.entries.map(({ raw }) => raw.toString()),
          texts,
        );
        assert.equal(page?.hasMore, hasMore);
      },
    ),
  );
});

test("an entry's id and time, where it has them", () => {
  const page = read(
    '{"data":[{"id":"a","created_at":5},{"id":"b","created":6},{"id":7},"x",{"created_at":"5"}]}',
  );
  const told = page?.entries.map(({ id, madeAt }) => [id, madeAt]);
  assert.deepEqual(told, [
    ["a", 5],
    ["b", 6],
    [undefined, 0],
    [undefined, 0],
    [undefined, 0],
  ]);
});

test("what is no list is none", () => {
  for (const text of ["{}", '{"data":{}}', '{"data":"x"}', '{"list":[]}'])
    assert.equal(read(text), undefined);
  for (const text of ["[]", "", "{", "null"]) assert.throws(() => read(text), { code: "invalid_json" });
});

test("a query is read, and written for one endpoint", () => {
  const plain = listQueryOf("/v1/files?purpose=batch&limit=3&after=file-1&order=asc");
  assert.deepEqual(
    [plain.limit, plain.isNewestFirst, plain.cursor, plain.isTurned],
    [3, false, "file-1", false],
  );
  const turned = listQueryOf("/v1/files?before=file-1");
  assert.deepEqual([turned.isNewestFirst, turned.cursor, turned.isTurned], [false, "file-1", true]);
  for (const limit of ["0", "-1", "x", "1e9", ""])
    assert.equal(listQueryOf(`/v1/files?limit=${limit}`).limit, Number.POSITIVE_INFINITY, limit);
  const at = { after: "file-2", model: undefined, passesApiVersion: false };
  assert.equal(
    queryAt("/v1/files?purpose=batch&after=file-1&api-version=1&key=sk", plain, at),
    "?purpose=batch&after=file-2",
  );
  assert.equal(queryAt("/v1/files?before=file-1", turned, { ...at, after: undefined }), "?order=asc");
});
