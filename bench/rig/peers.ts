// Starting and stopping what is measured: each afresh for each round and setting, in a folder of its own, its log in a
// file there.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { MockPorts } from "./mock-endpoint.ts";
import { costOf, treeOf } from "./process-cost.ts";
import type { Setting } from "./scenarios.ts";

/** Where one run of a peer works, and what it is to do there. */
export type Place = {
  readonly folder: string;
  readonly port: number;
  readonly setting: Setting;
  readonly endpoint: MockPorts;
};

/** Something to measure. */
export type Peer = {
  readonly name: string;
  /** In which settings it can be measured. */
  readonly settings: readonly Setting[];
  readonly command: (place: Place) => readonly string[];
  readonly env?: (place: Place) => Readonly<Record<string, string>>;
  /** Header lines of each request, each with its line end. */
  readonly headers?: (place: Place) => string;
  /** Where chats are asked for; `/v1/chat/completions` where it is left out. */
  readonly path?: string;
  /** Called when it listens, for what no file can tell it. */
  readonly prepare?: (place: Place) => Promise<void>;
  /** How long it may take to its first answer, in ms. */
  readonly startsWithinMs?: number;
};

/** A peer that answers. `startMs` is the time to its first answer to a chat, `idleRssBytes` its memory a second later. */
export type RunningPeer = {
  readonly port: number;
  readonly pid: number;
  readonly path: string;
  readonly headers: string;
  readonly startMs: number;
  readonly idleRssBytes: number;
  stop(): Promise<void>;
};

const STARTS_WITHIN_MS = 20_000;
const ANSWERS_WITHIN_MS = 2_000;
/** What has not ended by then has requests under way that nobody waits for. */
const STOPS_WITHIN_MS = 5_000;
const CHATS = "/v1/chat/completions";
const FIRST_CHAT = JSON.stringify({ model: "mock", messages: [{ role: "user", content: "Say hello." }] });
/** The gateway has one processor, load and endpoint share the other. */
const GATEWAY_PROCESSOR = "0";
const OTHER_PROCESSOR = "1";

/** Whether processes can be kept on processors of their own here: Linux with taskset, and two processors. */
export function canPin(): boolean {
  if (process.platform !== "linux" || availableParallelism() < 2) return false;
  return spawnSync("taskset", ["--version"], { stdio: "ignore" }).status === 0;
}

/** Starts processes, on processors of their own where `isPinned` and the setting ask for it. */
export class Starter {
  readonly #isPinned: boolean;
  readonly #children = new Set<ChildProcess>();

  /** What was started ends with this process, also when that is interrupted. */
  constructor(isPinned: boolean) {
    this.#isPinned = isPinned;
    process.on("exit", () => {
      for (const child of this.#children) child.kill("SIGKILL");
    });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
  }

  /** Ends a process with this one, who has started it. */
  own<Child extends ChildProcess>(child: Child): Child {
    this.#children.add(child);
    child.once("exit", () => this.#children.delete(child));
    return child;
  }

  /** Starts a peer and waits for its first answer. Throws when none comes in time, with the end of its log. */
  async peer(peer: Peer, setting: Setting, endpoint: MockPorts): Promise<RunningPeer> {
    const folder = mkdtempSync(join(tmpdir(), "oai-gateway-bench-"));
    const port = await freePort();
    const place = { folder, port, setting, endpoint };
    const logPath = join(folder, "log");
    const log = openSync(logPath, "a");
    const [headers, path] = [peer.headers?.(place) ?? "", peer.path ?? CHATS];
    const command = this.#pinned(peer.command(place), GATEWAY_PROCESSOR, setting);
    const startedMs = performance.now();
    const env = { ...process.env, NODE_ENV: "production", ...peer.env?.(place) };
    const child = spawn(command[0] ?? "", command.slice(1), {
      stdio: ["ignore", log, log],
      cwd: folder,
      env,
    });
    closeSync(log);
    this.own(child).on("error", () => undefined);
    const { pid } = child;
    if (pid === undefined) {
      rmSync(folder, { recursive: true, force: true });
      throw new Error(`${peer.name} cannot be started: ${command[0]} is not there`);
    }
    const stop = async (): Promise<void> => {
      child.kill("SIGTERM");
      const limit = setTimeout(() => child.kill("SIGKILL"), STOPS_WITHIN_MS);
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      clearTimeout(limit);
      rmSync(folder, { recursive: true, force: true });
    };
    try {
      const untilMs = startedMs + (peer.startsWithinMs ?? STARTS_WITHIN_MS);
      if (peer.prepare !== undefined) {
        await untilListening(port, child, untilMs);
        await peer.prepare(place);
      }
      await firstAnswer(`http://127.0.0.1:${port}${path}`, headers, child, untilMs);
    } catch (error) {
      const said = readFileSync(logPath, "utf8").slice(-600);
      await stop();
      throw new Error(`${peer.name} gave no answer\n${said}`, { cause: error });
    }
    const startMs = performance.now() - startedMs;
    await delay(1_000);
    return { port, pid, path, headers, startMs, idleRssBytes: costOf(treeOf(pid)).rssBytes, stop };
  }

  /** Starts one of the rig's own processes, away from the gateway's processor. */
  helper(file: string, args: readonly string[], setting: Setting): ChildProcess {
    const command = [process.execPath, join(import.meta.dirname, file), ...args];
    const [program = "", ...rest] = this.#pinned(command, OTHER_PROCESSOR, setting);
    return this.own(spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] }));
  }

  #pinned(command: readonly string[], processor: string, setting: Setting): readonly string[] {
    return this.#isPinned && setting !== "shape" ? ["taskset", "-c", processor, ...command] : command;
  }
}

async function untilListening(port: number, child: ChildProcess, untilMs: number): Promise<void> {
  while (performance.now() < untilMs && child.exitCode === null) {
    try {
      await (await ask(`http://127.0.0.1:${port}/`, {})).arrayBuffer();
      return;
    } catch {
      await delay(10);
    }
  }
}

async function firstAnswer(
  url: string,
  headers: string,
  child: ChildProcess,
  untilMs: number,
): Promise<void> {
  const pairs = headers.split("\r\n").filter((line) => line !== "");
  const own = pairs.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  let last = "no connection";
  while (performance.now() < untilMs && child.exitCode === null) {
    try {
      const answer = await ask(url, {
        method: "POST",
        headers: { "content-type": "application/json", ...Object.fromEntries(own) },
        body: FIRST_CHAT,
      });
      last = `${answer.status} ${(await answer.text()).slice(0, 300)}`;
      if (answer.ok) return;
    } catch {
      // Not listening yet.
    }
    await delay(5);
  }
  throw new Error(child.exitCode === null ? last : `exit code ${child.exitCode}`);
}

function ask(url: string, what: RequestInit): Promise<Response> {
  return fetch(url, { ...what, signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) });
}

/** A port of loopback that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return address.port;
}
