// Lists of objects over several endpoints: put together by time, page by page, with nothing lost and nothing twice.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { KeepingEndpoint } from "../support/fakes/keeping-endpoint.ts";
import { askedOf, gatewayBefore, type ObjectsWorld, objectsWorld } from "../support/objects-world.ts";

type ListAnswer = {
  readonly object: string;
  readonly data: readonly { readonly id: string }[];
  readonly first_id: string | null;
  readonly last_id: string | null;
  readonly has_more: boolean;
};

async function pageOf(w: Pick<ObjectsWorld, "gateway">, path: string, headers = {}): Promise<ListAnswer> {
  const answer = await fetch(`${w.gateway.url}${path}`, { headers });
  assert.equal(answer.status, 200, path);
  return (await answer.json()) as ListAnswer;
}

function idsOf({ data }: ListAnswer): readonly string[] {
  return data.map(({ id }) => id);
}

/** Files made in turn, so that their times go across the endpoints: alpha 0, 20, 40 …, beta 10, 30, 50 … */
function fill(w: ObjectsWorld, count: number): readonly string[] {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const endpoint: KeepingEndpoint = index % 2 === 0 ? w.alpha : w.beta;
    ids.push(endpoint.put("/files", { created_at: index * 10, bytes: "1.0" }));
  }
  return ids;
}

test("a list is that of all endpoints, the newest first or last, with the ends that pages are asked by", async (t) => {
  const w = await objectsWorld(t);
  const ids = fill(w, 7);
  const newest = await pageOf(w, "/files");
  assert.deepEqual(idsOf(newest), ids.toReversed());
  assert.deepEqual(
    [newest.object, newest.first_id, newest.last_id, newest.has_more],
    ["list", ids[6], ids[0], false],
  );
  assert.deepEqual(idsOf(await pageOf(w, "/files?order=asc&limit=3")), ids.slice(0, 3));
  const none = await pageOf(w, "/vector_stores");
  assert.deepEqual(none, { object: "list", data: [], first_id: null, last_id: null, has_more: false });
});

test("the official package pages through it, and every entry comes once, in order", async (t) => {
  const w = await objectsWorld(t);
  const ids = fill(w, 11);
  for (const limit of [1, 2, 3, 5, 20]) {
    const seen: string[] = [];
    for await (const file of w.openai.files.list({ limit, order: "asc" })) seen.push(file.id);
    assert.deepEqual(seen, ids, `limit ${limit}`);
  }
  askedOf(w);
  // Each page goes on where the one before has ended, and asks each endpoint once at most.
  const first = await w.openai.files.list({ limit: 4 });
  await first.getNextPage();
  const { alpha, beta } = askedOf(w);
  assert.deepEqual([alpha.length, beta.length], [2, 2]);
});

test("a page can be asked for from any entry, also by a gateway that never saw the one before", async (t) => {
  const w = await objectsWorld(t);
  const ids = fill(w, 9).toReversed();
  for (const [index, after] of ids.entries()) {
    const other = await gatewayBefore(t, [w.alpha, w.beta]);
    const page = await pageOf(other, `/files?limit=3&after=${after}`);
    assert.deepEqual(idsOf(page), ids.slice(index + 1, index + 4), after);
    assert.equal(page.has_more, index + 4 < ids.length, after);
  }
});

test("the page before an entry, in the order of the list", async (t) => {
  const w = await objectsWorld(t);
  const ids = fill(w, 9).toReversed();
  const page = await pageOf(w, `/files?limit=3&before=${ids[6]}`);
  assert.deepEqual(idsOf(page), ids.slice(3, 6));
  assert.deepEqual([page.first_id, page.last_id], [ids[3], ids[5]]);
  assert.deepEqual(idsOf(await pageOf(w, `/files?limit=3&before=${ids[3]}`)), ids.slice(0, 3));
});

test("entries of one second keep one order over the pages", async (t) => {
  const w = await objectsWorld(t);
  const all: string[] = [];
  for (let index = 0; index < 8; index++)
    all.push((index % 2 === 0 ? w.alpha : w.beta).put("/files", { created_at: 5 }));
  const whole = idsOf(await pageOf(w, "/files"));
  assert.deepEqual([...whole].sort(), [...all].sort());
  for (const after of whole) {
    const other = await gatewayBefore(t, [w.alpha, w.beta]);
    const rest = idsOf(await pageOf(other, `/files?after=${after}`));
    assert.deepEqual(rest, whole.slice(whole.indexOf(after) + 1));
  }
});

test("entries keep the bytes that the endpoint wrote", async (t) => {
  const w = await objectsWorld(t);
  w.alpha.put("/files", { note: 'a\u00e9 , ] } " \\ x', list: [[], {}, ["]"]] });
  w.beta.put("/files");
  const sent = JSON.stringify((w.alpha.objects.get("/files") ?? [])[0]);
  const text = await (await fetch(`${w.gateway.url}/files`)).text();
  assert.ok(text.includes(sent), text);
});

test("what is listed is known: its home is not asked for again", async (t) => {
  const w = await objectsWorld(t);
  const [, second = ""] = fill(w, 2);
  await pageOf(w, "/files");
  askedOf(w);
  await w.openai.files.delete(second);
  assert.deepEqual(askedOf(w), { alpha: [], beta: [`DELETE /files/${second}`] });
});

test("an endpoint that does not answer leaves the others' part, with a word; one without such lists is none", async (t) => {
  const w = await objectsWorld(t);
  const ids = fill(w, 4);
  w.alpha.status = 500;
  const partly = await fetch(`${w.gateway.url}/files`);
  assert.equal(partly.headers.get("x-oai-gateway-warning"), "incomplete list: could not be asked: alpha");
  assert.deepEqual(idsOf((await partly.json()) as ListAnswer), [ids[3], ids[1]]);
  w.alpha.status = 404;
  const without = await fetch(`${w.gateway.url}/files`);
  assert.equal(without.headers.get("x-oai-gateway-warning"), null);
  await without.body?.cancel();
  w.beta.status = 400;
  const refused = await fetch(`${w.gateway.url}/files?limit=0`);
  assert.ok(refused.status === 400 || refused.status === 404, String(refused.status));
  assert.match(await refused.text(), /"error"/);
});

test("the list of one endpoint, by the header, is passed on as it is", async (t) => {
  const w = await objectsWorld(t);
  const ids = fill(w, 4);
  const page = await pageOf(w, "/files", { "x-oai-gateway-endpoint": "beta" });
  assert.deepEqual(idsOf(page), [ids[3], ids[1]]);
  assert.deepEqual(askedOf(w), { alpha: [], beta: ["GET /files"] });
  const unknown = await fetch(`${w.gateway.url}/files`, { headers: { "x-oai-gateway-endpoint": "bta" } });
  assert.equal(unknown.status, 400);
  assert.match(await unknown.text(), /unknown_endpoint|Did you mean `beta`/);
});

test("a list of chats by their model asks each endpoint by its own name for that", async (t) => {
  const w = await objectsWorld(t, { routing: { model_overrides: { nick: ["alpha/a"] } } });
  w.alpha.put("/chat/completions");
  w.beta.put("/chat/completions");
  assert.deepEqual(idsOf(await pageOf(w, "/chat/completions?model=nick")), ["chatcmpl-alpha1"]);
  assert.equal(w.alpha.requests[0]?.query.get("model"), "a");
  assert.equal(w.beta.requests.length, 0);
});

test("two keys of one account: each entry comes once", async (t) => {
  const more = { alpha: { api_keys: ["sk-1", "sk-2"] } };
  const w = await objectsWorld(t, { more });
  const ids = fill(w, 7);
  for (const limit of [1, 2, 3, 20]) {
    const seen: string[] = [];
    for await (const file of w.openai.files.list({ limit, order: "asc" })) seen.push(file.id);
    assert.deepEqual(seen, ids, `limit ${limit}`);
  }
});

test("the log has an attempt for each endpoint that was asked for its part, however many pages it gave", async (t) => {
  const w = await objectsWorld(t);
  fill(w, 4);
  await pageOf(w, "/files?limit=3");
  w.alpha.breaks = true;
  await pageOf(w, "/files");
  w.alpha.breaks = false;
  w.alpha.status = 404;
  await pageOf(w, "/files");
  const told = [];
  for (let count = 0; count < 3; count++) {
    const { attempts, status } = await w.gateway.log.nextSummary();
    const tries = attempts.map((one) => [one.endpoint, one.outcome, one.status, one.isPart]);
    told.push([status, ...tries]);
  }
  const beta = ["beta", "ok", 200, true];
  assert.deepEqual(told, [
    [200, ["alpha", "ok", 200, true], beta],
    [200, ["alpha", "upstream_reset", undefined, true], beta],
    [200, ["alpha", "refused", 404, true], beta],
  ]);
});
