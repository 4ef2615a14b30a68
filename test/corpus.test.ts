// Plays every input that fuzzing has kept (`fuzz/`, `test/corpus/`) again: what was wrong once stays right.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { OpenArea } from "../fuzz/area.ts";
import { AREAS } from "../fuzz/areas/all.ts";
import { readCorpus } from "../fuzz/corpus.ts";

const OPEN = new Map<string, Promise<OpenArea>>();

after(async () => {
  for (const open of OPEN.values()) await (await open).close();
});

function openArea(name: string): Promise<OpenArea> {
  const area = AREAS.find((candidate) => candidate.name === name);
  assert.ok(area !== undefined, `no area ${name}`);
  const open = OPEN.get(name) ?? area.open();
  OPEN.set(name, open);
  return open;
}

test("every area has inputs that are kept", () => {
  const names = new Set(readCorpus().map((entry) => entry.area));
  for (const area of AREAS) assert.ok(names.has(area.name), area.name);
});

for (const entry of readCorpus()) {
  test(`${entry.area}: ${entry.name}`, { todo: entry.open ?? false }, async () => {
    const open = await openArea(entry.area);
    assert.equal(await open.check(entry.input), undefined);
  });
}
