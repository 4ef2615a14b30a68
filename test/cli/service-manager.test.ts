// What a service manager hears of a gateway, over its socket: by a stand-in for its program, and by the program itself
// where this machine has it.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startCli } from "../support/cli.ts";
import { Condition } from "../support/condition.ts";
import { fakeFor } from "../support/fakes/fake-endpoint.ts";
import { folderFor } from "../support/folder.ts";

/** A manager: the messages that it was sent so far. */
type Manager = {
  readonly socket: string;
  readonly path: string;
  readonly told: string[];
  readonly heard: Condition;
};

/** A stand-in for `systemd-notify` that hands its arguments to a socket of streams. */
async function standIn(t: TestContext, program?: string): Promise<Manager> {
  const folder = folderFor(t);
  const [socket, told, heard] = [join(folder, "notify"), [] as string[], new Condition()];
  const script = `#!${process.execPath}
const { connect } = require("node:net");
const names = Object.keys(process.env).filter((name) => name !== "NOTIFY_SOCKET" && name !== "PATH");
const socket = connect(process.env.NOTIFY_SOCKET, () => socket.end([...process.argv.slice(2), ...names].join("\\n")));
`;
  await writeFile(join(folder, "systemd-notify"), program ?? script);
  await chmod(join(folder, "systemd-notify"), 0o755);
  const server = createServer((connection) => {
    let text = "";
    connection.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    connection.on("end", () => {
      told.push(text);
      heard.notify();
    });
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  t.after(() => new Promise((resolve) => server.close(resolve)));
  return { socket, path: `${folder}:/usr/bin:/bin`, told, heard };
}

async function startUnder(t: TestContext, { socket, path }: Manager, env: Record<string, string> = {}) {
  const endpoint = await fakeFor(t, { models: ["one", "two"] });
  const config = `server: {port: 0}\nendpoints:\n  - {name: e, base_url: "${endpoint.url}", api_key: sk-canary-0123456789}\n`;
  const options = { files: { "config.yaml": config }, env: { ...env, NOTIFY_SOCKET: socket, PATH: path } };
  return startCli(t, [], options);
}

/** The first message from `from` on that has this line, and where it stands. */
async function hears({ told, heard }: Manager, line: RegExp, from = 0): Promise<number> {
  const find = () => told.findIndex((text, index) => index >= from && line.test(text));
  await heard.until(() => find() !== -1);
  return find();
}

test("ready, a reload, the stop, and what is served meanwhile", async (t) => {
  const manager = await standIn(t);
  const run = await startUnder(t, manager);
  const ready = await hears(manager, /^READY=1$/m);
  assert.equal(ready, 0);
  await hears(manager, /^STATUS=http:\/\/127\.0\.0\.1:\d+\/v1, endpoints: 1, models: 2$/m);
  run.kill("SIGHUP");
  const reloading = await hears(manager, /^RELOADING=1\nMONOTONIC_USEC=\d+$/m);
  await hears(manager, /^READY=1$/m, reloading + 1);
  // A file that is broken ends the reload as well: what was in force serves on.
  await writeFile(join(run.folder, "config.yaml"), "endpoints: [");
  const again = await hears(manager, /^RELOADING=1$/m, reloading + 1);
  await hears(manager, /^READY=1\nSTATUS=.*models: 2$/m, again + 1);
  run.kill("SIGTERM");
  await hears(manager, /^STOPPING=1$/m, again + 1);
  assert.equal((await run.ended).code, 0);
  // Its environment, in which keys may be, went to nobody.
  assert.doesNotMatch(manager.told.join("\n"), /HOME|canary/);
});

test("the watchdog hears that the event loop turns", async (t) => {
  const manager = await standIn(t);
  await startUnder(t, manager, { WATCHDOG_USEC: "400000" });
  const first = await hears(manager, /^WATCHDOG=1$/);
  await hears(manager, /^WATCHDOG=1$/, first + 1);
});

test("systemd-notify itself is understood by a socket of datagrams", async (t) => {
  const python = "python3";
  const hasBoth = ["systemd-notify", python].every(
    (name) => spawnSync(name, ["--version"], { env: { PATH: "/usr/bin:/bin" } }).status === 0,
  );
  if (!hasBoth) return t.skip("needs systemd-notify and python3 of the system");
  for (const abstract of [false, true]) {
    const name = join(folderFor(t), "notify");
    const socket = abstract ? `@${name}` : name;
    const manager: Manager = { socket, path: "/usr/bin:/bin", told: [], heard: new Condition() };
    const server = spawn(
      python,
      [
        "-c",
        `import socket, sys, json
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace("@", "\\0", 1) if sys.argv[1][0] == "@" else sys.argv[1])
print(json.dumps("LISTENING"), flush=True)
while True: print(json.dumps(s.recv(4096).decode()), flush=True)`,
        socket,
      ],
      { stdio: ["ignore", "pipe", "inherit"], env: { PATH: "/usr/bin:/bin" } },
    );
    t.after(() => server.kill("SIGKILL"));
    let text = "";
    server.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      manager.told.push(...lines.map((line) => String(JSON.parse(line))));
      manager.heard.notify();
    });
    await hears(manager, /LISTENING/);
    const run = await startUnder(t, manager);
    await hears(manager, /^READY=1\nSTATUS=/);
    run.kill("SIGTERM");
    await hears(manager, /^STOPPING=1/);
    assert.equal((await run.ended).code, 0);
  }
});
