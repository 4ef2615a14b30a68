import assert from "node:assert/strict";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folderFor } from "../../test/support/folder.ts";
import { emptyConfig, type GatewayConfig } from "../config/compile.ts";
import type { Log } from "../core/summary.ts";
import { createSilentLog } from "../observe/silent-log.ts";
import { Configuration, type Reloadable, type ReloadWish } from "./configuration.ts";
import { checkReload } from "./reload-rules.ts";
import { NO_FLAGS, readSource } from "./source.ts";

/** Takes configurations as a gateway does, without serving anything. */
class Served implements Reloadable {
  readonly host: string;
  readonly origins: (string | undefined)[] = [];
  readonly taken: string[] = [];
  #config: GatewayConfig;

  constructor(config: GatewayConfig, host = "127.0.0.1") {
    this.#config = config;
    this.host = host;
  }

  config(): GatewayConfig {
    return this.#config;
  }

  reload(config: GatewayConfig, { isAsked = true, origin }: ReloadWish): readonly string[] {
    checkReload({ before: this.#config, after: config, boundHost: this.host, isAsked });
    this.#config = config;
    this.origins.push(origin?.kind);
    this.taken.push(config.plan.endpoints.map(({ name }) => name).join());
    return [];
  }

  certificate(): undefined {}

  renewCertificate(): void {}
}

type Rig = {
  readonly configuration: Configuration;
  readonly served: Served;
  readonly events: string[];
  readonly path: string;
  save(text: string): Promise<void>;
};

function fileWith(...names: readonly string[]): string {
  const rows = names.map((name) => `  - {name: ${name}, base_url: "http://127.0.0.1:1/v1"}`);
  return rows.length === 0 ? "endpoints: []\n" : `endpoints:\n${rows.join("\n")}\n`;
}

/** A configuration whose file lies in a folder of its own; without `text` there is none yet. */
async function rigOf(t: TestContext, text: string | undefined, host?: string): Promise<Rig> {
  const cwd = folderFor(t);
  const path = join(cwd, "config.yaml");
  const save = async (content: string): Promise<void> => {
    await writeFile(`${path}.new`, content);
    await rename(`${path}.new`, path);
  };
  if (text !== undefined) await save(text);
  const env = { HOME: cwd };
  const first = await readSource({ flag: undefined, cwd, env });
  if (first.kind === "broken") throw new Error("the first file is broken");
  const served = new Served(first.config, host);
  const events: string[] = [];
  const note = (event: string): number => events.push(event);
  const log: Log = { info: note, warn: note, error: note, flush: () => Promise.resolve() };
  const configuration = new Configuration({ served, log, cwd, env, flags: NO_FLAGS, first });
  t.after(() => configuration.close());
  return { configuration, served, events, path, save };
}

test("a new file is taken, and the log says so", async (t) => {
  const { configuration, served, events, save } = await rigOf(t, fileWith("a"));
  await save(fileWith("a", "b"));
  const end = await configuration.reload(false);
  assert.equal(end.kind === "taken" && !end.isNew, true);
  assert.deepEqual([served.taken, served.origins, events], [["a,b"], ["file"], ["reload"]]);
  assert.equal(configuration.file?.config.plan.endpoints.length, 2);
});

test("a broken file leaves the last good one in force, also when somebody asks", async (t) => {
  const { configuration, served, events, save } = await rigOf(t, fileWith("a"));
  await save("endpoints: [{name: ]");
  for (const isAsked of [false, true]) {
    const end = await configuration.reload(isAsked);
    assert.equal(end.kind === "broken" && end.problems.length > 0, true);
  }
  assert.deepEqual([served.taken, events], [[], ["reload_failed", "reload_failed"]]);
  assert.equal(configuration.file?.config.plan.endpoints.length, 1);
});

test("an empty file is a save under way, unless somebody asks for it", async (t) => {
  const { configuration, served, events, save } = await rigOf(t, fileWith("a"));
  await save("");
  assert.equal((await configuration.reload(false)).kind, "left_alone");
  assert.deepEqual([served.taken, events], [[], []]);
  assert.equal((await configuration.reload(true)).kind, "taken");
  assert.deepEqual(served.taken, [""]);
});

test("a save that takes every endpoint away is left alone and told; asked for, it is taken", async (t) => {
  const { configuration, served, events, save } = await rigOf(t, fileWith("a"));
  await save(fileWith());
  assert.equal((await configuration.reload(false)).kind, "left_alone");
  assert.deepEqual([served.taken, events], [[], ["config_without_endpoints"]]);
  assert.equal((await configuration.reload(true)).kind, "taken");
  assert.deepEqual(served.taken, [""]);
});

test("a file that would open the bound address to strangers is refused", async (t) => {
  const { configuration, served, events, save } = await rigOf(t, fileWith("a"), "0.0.0.0");
  await save(fileWith("b"));
  assert.deepEqual(await configuration.reload(true), { kind: "exposed", host: "0.0.0.0" });
  assert.deepEqual([served.taken, events], [[], ["reload_failed"]]);
  assert.equal(configuration.file?.config.plan.endpoints[0]?.name, "a");
});

test("a hundred reloads at once happen one after the other, and the last file is in force", async (t) => {
  const { configuration, served, save } = await rigOf(t, fileWith("a"));
  const ends: Promise<unknown>[] = [];
  for (let time = 0; time < 100; time++) {
    await save(fileWith(`e${time}`));
    ends.push(configuration.reload(time % 2 === 0));
  }
  await Promise.all(ends);
  assert.equal(served.taken.length, 100);
  assert.equal(served.taken.at(-1), "e99");
  assert.deepEqual(
    served.taken,
    [...served.taken].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1))),
  );
});

test("a reload that could not even be tried does not stop the next one", async (t) => {
  const { configuration, served } = await rigOf(t, fileWith("a"));
  const reload = t.mock.method(served, "reload", () => {
    throw new TypeError("a fault of our own");
  });
  await assert.rejects(configuration.reload(true), TypeError);
  reload.mock.restore();
  assert.equal((await configuration.reload(true)).kind, "taken");
});

test("a file that comes later is found, taken and watched", async (t) => {
  const { configuration, served, save, path } = await rigOf(t, undefined);
  assert.equal((await configuration.reload(true)).kind, "no_file");
  const saved = new Promise<void>((resolve) => configuration.watch(resolve));
  await save(fileWith("a"));
  const end = await configuration.reload(true);
  assert.equal(end.kind === "taken" && end.isNew && end.source.path, path);
  await save(fileWith("b"));
  await saved;
  assert.deepEqual(served.taken, ["a"]);
});

test("while the mock endpoints are served no file takes their place", async (t) => {
  const { configuration, served } = await rigOf(t, fileWith("a"));
  configuration.replace(emptyConfig(), "demo");
  assert.equal((await configuration.reload(true)).kind, "left_alone");
  assert.deepEqual(served.origins, ["demo"]);
});

test("flags win over what is put in force", async (t) => {
  const { served, path } = await rigOf(t, fileWith("a"));
  const flags = { host: "localhost", port: 4321, allowAnonymous: true };
  const first = await readSource({ flag: path, cwd: "/", env: {} }, flags);
  if (first.kind === "broken") throw new Error("broken");
  const log = createSilentLog();
  const configuration = new Configuration({ served, log, cwd: "/", env: {}, flags, first });
  await configuration.reload(true);
  const { host, port, allowAnonymous } = served.config().server;
  assert.deepEqual({ host, port, allowAnonymous }, flags);
});

test("a file that is put back while another text is read is in force at the end", async (t) => {
  // So long that it is read in a thread.
  const other = `${fileWith("a", "b")}# ${"x".repeat(16 * 1_024)}\n`;
  const { configuration, served, save } = await rigOf(t, fileWith("a"));
  const { promise: isPutBack, resolve } = Promise.withResolvers<void>();
  const saves = { count: 0 };
  const load = configuration.reader.load.bind(configuration.reader);
  configuration.reader.load = async (...asked) => {
    const loaded = await load(...asked);
    if (asked[0] === other) {
      await save(fileWith("a"));
      await isPutBack;
    }
    return loaded;
  };
  const ended = new Promise<void>((end) => {
    configuration.watch(() => {
      saves.count += 1;
      if (saves.count === 2) resolve();
      void configuration.reload(false).then(() => {
        if (served.taken.length === 2) end();
      });
    });
  });
  await save(other);
  await ended;
  assert.deepEqual(served.taken, ["a,b", "a"]);
});
