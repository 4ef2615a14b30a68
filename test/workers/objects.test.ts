// Stored objects where several processes serve: what was made through one is found through the others, at once, whose it
// is included, and all of it outlives a restart.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { startCli } from "../support/cli.ts";
import { type KeepingEndpoint, keepingFor } from "../support/fakes/keeping-endpoint.ts";
import type { Answer, Wire } from "../support/wire.ts";
import { askOn, ENGINES, WorkersRun, workersFor } from "../support/workers.ts";

const ANN = { authorization: "Bearer sk-ann" };
const BEN = { authorization: "Bearer sk-ben" };

type Keeping = {
  readonly alpha: KeepingEndpoint;
  readonly beta: KeepingEndpoint;
  readonly gateway: WorkersRun;
};

async function keepingWorld(t: TestContext, server: object = {}): Promise<Keeping> {
  const alpha = await keepingFor(t, "alpha");
  const beta = await keepingFor(t, "beta");
  const endpoints = [alpha, beta].map(({ name, url }) => ({ name, base_url: url }));
  const config = JSON.stringify({ server: { port: 0, workers: 2, ...server }, endpoints });
  return { alpha, beta, gateway: await workersFor(t, config) };
}

/** Ends a gateway, and starts another one with what it has kept. */
async function restarted(t: TestContext, { run, at }: WorkersRun): Promise<WorkersRun> {
  run.kill("SIGTERM");
  await run.ended;
  const next = await startCli(t, at);
  const port = await next.port();
  await next.ready();
  return new WorkersRun(t, next, port);
}

async function bothOf(gateway: WorkersRun): Promise<readonly [Wire, Wire]> {
  return [await gateway.openAt(1), await gateway.openAt(2)];
}

function idOf({ status, body }: Answer): string {
  assert.equal(status, 200, body.toString());
  return (JSON.parse(body.toString()) as { id: string }).id;
}

/** What the endpoints were asked since this was called last. */
function askedOf({ alpha, beta }: Keeping): readonly string[] {
  const asked = [...alpha.asked, ...beta.asked];
  alpha.requests.length = 0;
  beta.requests.length = 0;
  return asked;
}

function listedIn({ status, body, text }: Answer): readonly string[] {
  assert.equal(status, 200, text);
  const { data } = JSON.parse(body.toString()) as { data: readonly { readonly id: string }[] };
  return data.map(({ id }) => id);
}

for (const engine of ENGINES)
  test(`${engine}: what is made through one process is read, cancelled and listed through the other`, async (t) => {
    const world = await keepingWorld(t, { engine });
    const [one, other] = await bothOf(world.gateway);
    for (let count = 0; count < 6; count++) {
      const [from, to] = count % 2 === 0 ? [one, other] : [other, one];
      const id = idOf(
        await askOn(from, { path: "/v1/responses", body: { model: "m", input: "x", background: true } }),
      );
      askedOf(world);
      // The very next request, well before a batch is told by itself.
      assert.equal(idOf(await askOn(to, { path: `/v1/responses/${id}` })), id);
      assert.equal((await askOn(to, { method: "POST", path: `/v1/responses/${id}/cancel` })).status, 200);
      assert.deepEqual(askedOf(world), [`GET /responses/${id}`, `POST /responses/${id}/cancel`]);
    }
    const made = [];
    for (const wire of [one, other, one, other]) {
      const answer = await askOn(wire, { path: "/v1/vector_stores", body: { name: "x" } });
      made.push(idOf(answer));
    }
    for (const wire of [one, other])
      assert.deepEqual(
        listedIn(await askOn(wire, { path: "/v1/vector_stores" })).toSorted(),
        made.toSorted(),
      );
    // A page of one process goes on in the other.
    const first = listedIn(await askOn(one, { path: "/v1/vector_stores?limit=2" }));
    const next = listedIn(await askOn(other, { path: `/v1/vector_stores?limit=2&after=${first.at(-1)}` }));
    assert.deepEqual([...first, ...next].toSorted(), made.toSorted());
  });

test("whose an object is holds in every process, from the first moment on, and in lists", async (t) => {
  const keys = [
    { name: "ann", key: "sk-ann" },
    { name: "ben", key: "sk-ben" },
  ];
  const world = await keepingWorld(t, { api_keys: keys });
  const [one, other] = await bothOf(world.gateway);
  for (let count = 0; count < 6; count++) {
    const id = idOf(await askOn(one, { path: "/v1/vector_stores", headers: ANN, body: {} }));
    askedOf(world);
    assert.equal((await askOn(other, { path: `/v1/vector_stores/${id}`, headers: BEN })).status, 404);
    assert.deepEqual(askedOf(world), []);
    const next = idOf(await askOn(one, { path: "/v1/vector_stores", headers: ANN, body: {} }));
    assert.deepEqual(listedIn(await askOn(other, { path: "/v1/vector_stores", headers: BEN })), []);
    assert.ok(listedIn(await askOn(other, { path: "/v1/vector_stores", headers: ANN })).includes(next));
    const body = { model: "m", input: "x", previous_response_id: id };
    assert.equal((await askOn(other, { path: "/v1/responses", headers: BEN, body })).status, 404);
  }
});

test("an id that nobody has is asked for once, whichever processes are asked for it", async (t) => {
  const world = await keepingWorld(t);
  const [one, other] = await bothOf(world.gateway);
  askedOf(world);
  assert.equal((await askOn(one, { path: "/v1/files/file-nobody" })).status, 404);
  assert.equal(askedOf(world).length, 2);
  for (const wire of [other, one, other])
    assert.equal((await askOn(wire, { path: "/v1/files/file-nobody" })).status, 404);
  assert.deepEqual(askedOf(world), []);
});

test("what is known outlives a process that is killed, and a restart of all", async (t) => {
  const keys = [
    { name: "ann", key: "sk-ann" },
    { name: "ben", key: "sk-ben" },
  ];
  const world = await keepingWorld(t, { api_keys: keys });
  const [one, other] = await bothOf(world.gateway);
  const ids = [];
  for (const wire of [one, other])
    ids.push(idOf(await askOn(wire, { path: "/v1/files", headers: ANN, body: {} })));
  // Both have told by now: each knows the other's.
  for (const wire of [one, other])
    for (const id of ids)
      assert.equal((await askOn(wire, { path: `/v1/files/${id}`, headers: ANN })).status, 200);
  const pid = await world.gateway.pidOf(1);
  process.kill(pid, "SIGKILL");
  await world.gateway.replaced(1, pid);
  const anew = await world.gateway.openAt(1);
  askedOf(world);
  const last = idOf(await askOn(anew, { path: "/v1/files", headers: ANN, body: {} }));
  for (const id of ids)
    assert.equal((await askOn(anew, { path: `/v1/files/${id}`, headers: BEN })).status, 404);
  assert.deepEqual(askedOf(world), ["POST /files"]);
  const next = await restarted(t, world.gateway);
  askedOf(world);
  for (const wire of await bothOf(next))
    for (const id of [...ids, last]) {
      assert.equal((await askOn(wire, { path: `/v1/files/${id}`, headers: BEN })).status, 404);
      assert.equal(idOf(await askOn(wire, { path: `/v1/files/${id}`, headers: ANN })), id);
    }
  assert.equal(askedOf(world).length, 6);
});
