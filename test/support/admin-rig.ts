// A gateway with its admin side, in this process, over a store in memory; and a client that speaks JSON with it.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { KeyBook } from "../../src/accounts/key-book.ts";
import { KeyTable } from "../../src/accounts/key-table.ts";
import { Pepper } from "../../src/accounts/pepper.ts";
import { Admin } from "../../src/admin/admin.ts";
import { configFromText } from "../../src/config/file/load.ts";
import type { Clock } from "../../src/core/clock.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type Gateway, startGateway } from "../../src/gateway.ts";
import { Overlay } from "../../src/overlay/overlay.ts";
import type { RunningStore } from "../../src/store/store.ts";
import { ConfigEditor } from "../../src/supervise/config-editor.ts";
import { baseOf, Configuration } from "../../src/supervise/configuration.ts";
import { NO_FLAGS } from "../../src/supervise/source.ts";
import { folderFor } from "./folder.ts";
import { KeptLog } from "./kept-log.ts";
import { MemoryStore } from "./memory-store.ts";

/** What a request to it may say. */
export type AdminAsk = {
  readonly body?: unknown;
  /** A body as it stands, JSON or not. */
  readonly text?: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What it is answered. */
export type AdminTold = {
  readonly status: number;
  /** Parsed; the text where it is no JSON; undefined where there is none. */
  readonly value: unknown;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};

/** The rig. */
export type AdminRig = {
  readonly gateway: Gateway;
  readonly admin: Admin;
  readonly overlay: Overlay;
  readonly store: MemoryStore;
  readonly log: KeptLog;
  readonly dataDir: string;
  readonly ask: (method: string, path: string, ask?: AdminAsk) => Promise<AdminTold>;
  /** Sets the password by the link, and gives a session's token. */
  readonly logIn: () => Promise<string>;
};

/** The password of `logIn`. */
export const PASSWORD = "correct horse battery staple";

/** Starts one, closed when the test is over. */
export async function adminFor(
  t: TestContext,
  given: {
    readonly admin?: Readonly<Record<string, unknown>>;
    readonly clock?: Clock;
    readonly token?: string;
    /** A configuration file that is on the disk, in the data folder, in place of `config` and `admin`. */
    readonly file?: string;
    /** What keeps requests, in place of a list in memory that adds nothing up. */
    readonly kept?: RunningStore;
    /** The configuration file, beside `admin` and the port. */
    readonly config?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<AdminRig> {
  const dataDir = folderFor(t);
  const log = new KeptLog();
  const store = new MemoryStore();
  const clock = given.clock ?? systemClock;
  const keys = new KeyBook({ store, pepper: new Pepper(dataDir), table: new KeyTable(), clock, log });
  await keys.load();
  t.after(() => keys.close());
  const text =
    given.file ??
    JSON.stringify({ ...given.config, server: { port: 0 }, ...(given.admin && { admin: given.admin }) });
  const path = given.file === undefined ? "config.yaml" : join(dataDir, "config.yaml");
  if (given.file !== undefined) await writeFile(path, text, { mode: 0o640 });
  const loaded = configFromText(text, { file: "config.yaml", path, env: {} });
  assert.equal(loaded.kind, "ok", JSON.stringify(loaded));
  const { config } = loaded;
  const overlay = new Overlay({ store, folder: dataDir, env: {}, log });
  const token = given.token;
  const { kept } = given;
  const options = { clock, log, dataDir, keys, overlay, config, version: "1.2.3", token };
  const admin = new Admin({ ...options, store: kept ?? store });
  const gateway = await startGateway({
    ...{ config, log, sinks: [log], dataDir: undefined, parts: [admin.part], store: kept },
  });
  admin.serve(gateway);
  const first = { ...loaded, kind: "file", path, shown: "config.yaml" } as const;
  const source = { cwd: dataDir, env: {}, flags: NO_FLAGS, first };
  const configuration = new Configuration({ served: gateway, log, overlay, ...source });
  overlay.over(baseOf(first));
  if (given.file !== undefined) admin.edit(new ConfigEditor(configuration));
  t.after(() => configuration.close());
  t.after(() => gateway.close({ graceMs: 0 }));
  const ask: AdminRig["ask"] = (method, path, said = {}) => send(gateway.port, method, path, said);
  const logIn = async (): Promise<string> => {
    const { value } = await admin.askLocally({ method: "GET", target: "/setup" });
    const secret = String(Object(value).url).split("#")[1];
    const told = await ask("POST", "/admin/v1/setup", { body: { secret, password: PASSWORD } });
    return String(Object(told.value).token);
  };
  return { gateway, admin, overlay, store, log, dataDir, ask, logIn };
}

function send(port: number, method: string, path: string, said: AdminAsk): Promise<AdminTold> {
  const text = said.text ?? (said.body === undefined ? undefined : JSON.stringify(said.body));
  const headers = {
    ...(text === undefined ? {} : { "content-type": "application/json" }),
    ...(said.token === undefined ? {} : { authorization: `Bearer ${said.token}` }),
    ...said.headers,
  };
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      let got = "";
      answer.setEncoding("utf8").on("data", (piece: string) => {
        got += piece;
      });
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, value: parsed(got), text: got, headers: answer.headers }),
      );
    });
    sent.on("error", reject).end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
