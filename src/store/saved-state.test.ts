// Tests of saved-state.ts, on a real folder.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, mock, test } from "node:test";
import { KeptLog } from "../../test/support/kept-log.ts";
import { systemClock } from "../core/clock.ts";
import { FileSavedState, NoSavedState } from "./saved-state.ts";

const WRITER = join(import.meta.dirname, "../../test/support/state-writer.ts");

let folder = "";
let log = new KeptLog();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "saved-state-"));
  log = new KeptLog();
  await mkdir(own(), { recursive: true });
});

afterEach(async () => {
  mock.timers.reset();
  await rm(folder, { recursive: true, force: true });
});

/** Where the state of this configuration is. */
function own(path = folder): string {
  return join(path, "gateways", "b306d9ff847c120d");
}

function stateIn(path = folder): FileSavedState {
  return new FileSavedState({ dataDir: path, configFile: "/test" }, log, systemClock);
}

test("what was saved is there for the next process, private and without a rest", async () => {
  const state = stateIn(join(folder, "not", "there", "yet"));
  assert.equal(await state.load(), undefined);
  state.save(() => ({ rotation: [1, 2] }));
  await state.flush();
  const path = join(folder, "not", "there", "yet");
  assert.deepEqual(await stateIn(path).load(), { rotation: [1, 2] });
  assert.deepEqual(await readdir(own(path)), ["state.json"]);
  assert.equal((await stat(join(own(path), "state.json"))).mode & 0o077, 0);
  assert.equal(state.failures, 0);
  assert.deepEqual(log.events, []);
});

test("changes are written together, a second after the first of them, as they are then", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const state = stateIn();
  let count = 0;
  let asked = 0;
  const provide = (): number => {
    asked += 1;
    return count;
  };
  for (count = 1; count < 100; count++) state.save(provide);
  mock.timers.tick(999);
  assert.equal(asked, 0);
  mock.timers.tick(1);
  assert.equal(asked, 1);
  // While it is being written, and however slowly, later changes wait.
  count = 500;
  for (let more = 0; more < 100; more++) state.save(provide);
  mock.timers.tick(5_000);
  assert.equal(asked, 1);
  await state.flush();
  assert.equal(asked, 2);
  assert.equal(await stateIn().load(), 500);
});

test("a change while writing is written a second later without being told again", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const state = stateIn();
  state.save(() => "first");
  mock.timers.tick(1_000);
  const { promise, resolve } = Promise.withResolvers<void>();
  state.save(() => {
    resolve();
    return "second";
  });
  // The write is over at some turn of the event loop; from then on a second must pass.
  const passing = setInterval(() => mock.timers.tick(1_000), 5);
  await promise;
  clearInterval(passing);
  await state.flush();
  assert.equal(await stateIn().load(), "second");
});

test("what has not changed is not written again", async () => {
  const state = stateIn();
  state.save(() => ({ a: 1 }));
  await state.flush();
  await rm(join(own(), "state.json"));
  state.save(() => ({ a: 1 }));
  await state.flush();
  assert.deepEqual(await readdir(own()), []);
});

test("an unreadable document counts as none, is put aside, and is warned of once", async () => {
  const state = stateIn();
  for (const content of ["", '{"version":1,"sta', "[]", "7", "\0\0\0", "{}"]) {
    await writeFile(join(own(), "state.json"), content);
    assert.equal(await state.load(), undefined, content);
    assert.deepEqual(await readdir(own()), ["state.json.corrupt"]);
    assert.equal(await readFile(join(own(), "state.json.corrupt"), "utf8"), content);
  }
  assert.equal(state.failures, 6);
  assert.deepEqual(log.events, ["saved_state_failed"]);
  state.save(() => "anew");
  await state.flush();
  assert.equal(await stateIn().load(), "anew");
});

test("a document of another version is left as it is", async () => {
  await writeFile(join(own(), "state.json"), '{"version":2,"state":{}}');
  const state = stateIn();
  assert.equal(await state.load(), undefined);
  assert.deepEqual(await readdir(own()), ["state.json"]);
  assert.equal(state.failures, 0);
});

test("a folder that cannot be written loses the state and nothing else", async () => {
  // A file where the folder should be: fails for every user, root too.
  const blocked = join(folder, "blocked");
  await writeFile(blocked, "");
  const state = stateIn(blocked);
  assert.equal(await state.load(), undefined);
  for (let round = 0; round < 3; round++) {
    state.save(() => round);
    await state.flush();
  }
  assert.ok(state.failures >= 3);
  assert.deepEqual(log.events, ["saved_state_failed"]);
});

test("a provider that throws, or gives what is no JSON, loses that one save", async () => {
  const state = stateIn();
  state.save(() => {
    throw new Error("no");
  });
  await state.flush();
  state.save(() => 1n);
  await state.flush();
  assert.equal(state.failures, 2);
  state.save(() => "yes");
  await state.flush();
  assert.equal(await stateIn().load(), "yes");
});

test("half-written files of killed processes are removed once they are old", async () => {
  const old = join(own(), "state.json.7-abc.tmp");
  const fresh = join(own(), "state.json.8-def.tmp");
  for (const path of [old, fresh]) await writeFile(path, "{");
  await utimes(old, 1, 1);
  await mkdir(join(own(), "catalogue"));
  await stateIn().load();
  assert.deepEqual(await readdir(own()), ["catalogue", "state.json.8-def.tmp"]);
});

test("without a folder nothing is kept and nothing fails", async () => {
  const state = new NoSavedState();
  state.save();
  await state.flush();
  assert.equal(await state.load(), undefined);
});

/** Starts a process that saves in a loop, and waits for its first save. */
async function startWriter(who: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [WRITER, folder, who], { stdio: ["ignore", "pipe", "inherit"] });
  if (child.stdout === null) throw new Error("no output");
  await once(child.stdout, "data");
  return child;
}

function checkWhole(state: unknown): string {
  assert.ok(typeof state === "object" && state !== null && "filling" in state && "who" in state);
  const { who, filling } = state;
  assert.ok(typeof who === "string" && typeof filling === "string");
  assert.equal(filling.length, 200_000);
  assert.equal(filling, who.repeat(200_000));
  return who;
}

test("killed at any moment, the document is whole, and two that share it do not mix", async () => {
  const writers = await Promise.all(["a", "b"].map((who) => startWriter(who)));
  const reader = stateIn();
  const seen = new Set<string>();
  // Both go on writing while it is read, until each was seen and it was read often enough.
  for (let round = 0; round < 100 || seen.size < 2; round++) seen.add(checkWhole(await reader.load()));
  for (const writer of writers) {
    const exited = once(writer, "exit");
    writer.kill("SIGKILL");
    const [code] = await exited;
    assert.equal(code, null, "it had not ended by itself");
    checkWhole(await reader.load());
  }
  assert.equal(reader.failures, 0);
});

for (let round = 1; round <= 5; round++) {
  test(`killed in the middle of its writes, time ${round}: the next one starts with a whole document`, async () => {
    const writer = await startWriter("a");
    for (let reads = 0; reads < 2 * round; reads++) await readdir(own());
    const exited = once(writer, "exit");
    writer.kill("SIGKILL");
    await exited;
    const next = stateIn();
    assert.equal(checkWhole(await next.load()), "a");
    assert.equal(next.failures, 0);
  });
}
