// Answers that are kept in the store as well, in real files: they are there after a restart, within their bounds, and
// whatever becomes of the file costs no request more than a miss.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { open, readdir, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import type { Gateway } from "../../src/gateway.ts";
import { createSilentLog } from "../../src/observe/silent-log.ts";
import { openStore } from "../../src/store/threads/open-store.ts";
import { answerOf, HEADER, STREAM } from "../support/cache-world.ts";
import { Condition } from "../support/condition.ts";
import { json, stream } from "../support/fakes/behaviours.ts";
import { type FakeEndpoint, fakeFor } from "../support/fakes/fake-endpoint.ts";
import { cutAfter } from "../support/faults.ts";
import { folderFor } from "../support/folder.ts";
import { type ConfigObject, configOf, gatewayFor } from "../support/start-gateway.ts";
import { type Answer, ask, type WireRequest } from "../support/wire.ts";
import { chat } from "../support/world.ts";

const STORED = { store: true };
const LONG = { routing: { models: { m: { cache: { ttl: "10m" } } } }, cache: STORED };

type Rig = {
  readonly folder: string;
  readonly file: string;
  readonly fake: FakeEndpoint;
  /** Ends the gateway that is there, and starts another on the same files. */
  start(more?: ConfigObject): Promise<Gateway>;
  config(more?: ConfigObject): ConfigObject;
  /** Waits for the store as long as it takes. */
  ask(request: WireRequest): Promise<Answer>;
};

async function rig(t: TestContext): Promise<Rig> {
  const folder = folderFor(t);
  const fake = await fakeFor(t);
  fake.always(json(200, answerOf("first")));
  let running: Gateway | undefined;
  const config = (more: ConfigObject = LONG): ConfigObject => ({
    ...more,
    endpoints: [{ name: "a", base_url: fake.url }],
  });
  t.after(() => running?.close({ graceMs: 0 }));
  return {
    folder,
    file: join(folder, "answers.db"),
    fake,
    config,
    async start(more) {
      await running?.close();
      const { store } = configOf(config(more));
      const opened = openStore({ ...store, folder }, undefined, createSilentLog());
      const { gateway } = await gatewayFor(t, config(more), { store: opened });
      running = gateway;
      return gateway;
    },
    async ask(request) {
      t.mock.timers.enable({ apis: ["setTimeout"] });
      try {
        return await ask(running?.port ?? 0, request);
      } finally {
        t.mock.timers.reset();
      }
    },
  };
}

const asked = ({ fake }: Rig): number => fake.requests.filter(({ method }) => method === "POST").length;
const rows = (file: string): number => {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare("SELECT count(*) AS count FROM answer").get()?.["count"]);
  } finally {
    database.close();
  }
};

test("after a restart the same request is answered again without the endpoint", async (t) => {
  const world = await rig(t);
  await world.start();
  const first = await world.ask(chat());
  const gateway = await world.start();
  const second = await world.ask(chat());
  const third = await world.ask(chat());
  assert.deepEqual(
    [first, second, third].map((answer) => answer.header(HEADER)),
    ["miss", "hit", "hit"],
  );
  assert.deepEqual([second.status, second.text], [200, first.text]);
  assert.match(second.header("age") ?? "", /^\d+$/);
  assert.equal(asked(world), 1);
  const { hits, misses, stored } = gateway.snapshot().cache;
  assert.deepEqual([hits, misses, stored], [2, 0, { hits: 1, late: 0, failed: 0, lost: 0 }]);
  await gateway.store.flush();
  const [newest] = (await gateway.store.requests({ limit: 1 })).entries;
  assert.deepEqual([newest?.isCached, newest?.usage?.input, newest?.cost.nanoDollars], [true, 0, 0]);
});

test("a stream comes again as a stream, in the same bytes", async (t) => {
  const world = await rig(t);
  world.fake.always(stream(STREAM));
  await world.start();
  const first = await world.ask(chat("m", { stream: true }));
  await world.start();
  const second = await world.ask(chat("m", { stream: true }));
  assert.deepEqual([second.header(HEADER), second.text], ["hit", first.text]);
  assert.match(second.header("content-type") ?? "", /^text\/event-stream/);
});

test("an answer belongs to the client key that it was made for, unless the model is shared", async (t) => {
  const world = await rig(t);
  const keys = { server: { api_keys: ["key-of-the-desk", "key-of-the-phone"] } };
  const marks: (string | undefined)[] = [];
  for (const shared of [false, true]) {
    const more = { ...LONG, ...keys, routing: { models: { m: { cache: { ttl: "10m", shared } } } } };
    for (const key of ["key-of-the-desk", "key-of-the-phone", "key-of-the-desk"]) {
      await world.start(more);
      const answer = await world.ask({ ...chat(), headers: { authorization: `Bearer ${key}` } });
      marks.push(answer.header(HEADER));
    }
  }
  assert.deepEqual(marks, ["miss", "miss", "hit", "miss", "hit", "hit"]);
});

test("what is broken, an error or not to be kept is not on the disk", async (t) => {
  const world = await rig(t);
  const { port } = await world.start({ ...LONG, retries: { attempts: 1 } });
  world.fake.script([
    cutAfter(stream(STREAM), { of: "pieces", count: 1, how: "reset" }),
    json(400, { error: { message: "no" } }),
  ]);
  await ask(port, chat("m", { stream: true }));
  await ask(port, chat("m", { seed: 1 }));
  await ask(port, { ...chat(), headers: { "cache-control": "no-store" } });
  await (await world.start()).store.flush();
  assert.equal(existsSync(world.file) ? rows(world.file) : 0, 0);
});

test("emptying removes the file, and so does a configuration that does not want it any more", async (t) => {
  const world = await rig(t);
  const gateway = await world.start();
  await world.ask(chat());
  await gateway.store.flush();
  assert.equal(rows(world.file), 1);
  if (process.platform !== "win32") assert.equal((await stat(world.file)).mode & 0o777, 0o600);
  await gateway.emptyCache();
  assert.deepEqual(
    (await readdir(world.folder)).filter((name) => name.startsWith("answers")),
    [],
  );
  assert.equal((await world.ask(chat())).header(HEADER), "miss");
  await gateway.store.flush();
  assert.equal(rows(world.file), 1);
  gateway.reload(configOf(world.config({ ...LONG, cache: {} })));
  await gateway.store.flush();
  assert.equal(existsSync(world.file), false);
  assert.equal(gateway.snapshot().cache.stored, undefined);
});

test("they take no more of the disk than is said, and those that were kept last are there", async (t) => {
  const world = await rig(t);
  world.fake.always(json(200, answerOf("x".repeat(100_000))));
  const gateway = await world.start({ ...LONG, cache: { ...STORED, store_size: "1MB" } });
  for (let seed = 0; seed < 30; seed += 1) await world.ask(chat("m", { seed }));
  await gateway.store.flush();
  assert.ok(rows(world.file) < 10, `${rows(world.file)} are kept`);
  assert.ok((await stat(world.file)).size < 2_000_000);
  await world.start();
  assert.equal((await world.ask(chat("m", { seed: 29 }))).header(HEADER), "hit");
});

const TROUBLES: Readonly<Record<string, (world: Rig, t: TestContext) => Promise<void>>> = {
  gone: ({ file }) => unlink(file),
  damaged: async ({ file }) => {
    const { size } = await stat(file);
    const handle = await open(file, "r+");
    await handle.write(Buffer.alloc(size, 7), 0, size, 0);
    await handle.close();
  },
  locked: async ({ file }, t) => {
    const other = new DatabaseSync(file);
    other.exec("BEGIN IMMEDIATE");
    t.after(() => other.close());
  },
  cut: async ({ file }) => {
    const handle = await open(file, "r+");
    await handle.truncate(5_000);
    await handle.close();
  },
};

for (const [name, trouble] of Object.entries(TROUBLES)) {
  test(`a file that is ${name} costs a miss, and no request fails`, async (t) => {
    const world = await rig(t);
    await world.start();
    await world.ask(chat());
    const gateway = await world.start();
    await world.ask(chat("m", { seed: 1 }));
    await gateway.store.flush();
    await trouble(world, t);
    for (const seed of [2, 3]) {
      const answer = await world.ask(chat("m", { seed }));
      assert.deepEqual([answer.status, answer.header(HEADER)], [200, "miss"]);
    }
    await gateway.store.flush();
    if (name === "locked") assert.ok((gateway.snapshot().cache.stored?.lost ?? 0) > 0);
    else {
      // It is begun anew by itself.
      const looked = new Condition();
      let seed = 10;
      const timer = setInterval(() => {
        seed += 1;
        void ask(gateway.port, chat("m", { seed })).then(() => looked.notify());
      }, 100);
      await looked.until(() => existsSync(world.file) && isWhole(world.file));
      clearInterval(timer);
    }
    assert.equal((await world.ask(chat("m", { seed: 2 }))).header(HEADER), "hit");
  });
}

test("a file that another program has for itself is not waited for", async (t) => {
  const world = await rig(t);
  await world.start();
  await world.ask(chat());
  await world.start({ ...LONG, store: { mode: "off" } });
  const other = new DatabaseSync(world.file);
  other.exec("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE");
  t.after(() => other.close());
  const gateway = await world.start();
  const answer = await world.ask(chat());
  assert.deepEqual([answer.status, answer.header(HEADER)], [200, "miss"]);
  await gateway.store.flush();
  const { stored } = gateway.snapshot().cache;
  assert.deepEqual([(stored?.failed ?? 0) > 0, stored?.lost], [true, 1]);
});

function isWhole(file: string): boolean {
  try {
    return rows(file) > 0;
  } catch {
    return false;
  }
}
