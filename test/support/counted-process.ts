// A gateway whose costs are counted, and its endpoint: reads and writes of the system, and bytes that are allocated or held.
// A process of its own: the system tells how often its thread has read and written, and its heap grows by what was allocated,
// since nothing is collected meanwhile. Code runs as it is written, without V8's compilers, so that the counts are the same
// on each run. Linux, which alone counts so.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { Condition } from "./condition.ts";
import type { Allocated } from "./counted-gateway.ts";

const PROGRAM = fileURLToPath(new URL("./counted-gateway.ts", import.meta.url));
const V8_FLAGS = [
  "--expose-gc",
  "--single-threaded",
  "--no-opt",
  "--no-maglev",
  "--no-sparkplug",
  "--min-semi-space-size=64",
  "--max-semi-space-size=64",
];
const WARM_UP = 60;
const WINDOWS = 5;
const COUNTED = 100;
export const BODY: string = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }] });
export const STREAM_BODY: string = JSON.stringify({ model: "m", stream: true, messages: [] });
export const ANSWER: string = JSON.stringify({
  id: "1",
  model: "m",
  choices: [{ message: { content: "x" } }],
});
export const EVENT: string = `data: ${JSON.stringify({ id: "1", model: "m", choices: [{ delta: { content: "x" } }] })}\n\n`;
const LAST_EVENTS = `data: ${JSON.stringify({ id: "1", model: "m", choices: [{ delta: {}, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`;
const STREAM_HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/** Reads and writes of the gateway's thread so far, and what is allocated there. */
type Counts = { readonly reads: number; readonly writes: number; readonly bytes: number };

/** A gateway in a process of its own, in front of an endpoint of its own. */
export class Counted {
  readonly #pid: number;
  readonly #ask: (line: string) => Promise<Allocated>;
  readonly client: Socket;
  readonly endpoint: Endpoint;

  private constructor(
    pid: number,
    ask: (line: string) => Promise<Allocated>,
    client: Socket,
    endpoint: Endpoint,
  ) {
    this.#pid = pid;
    this.#ask = ask;
    this.client = client;
    this.endpoint = endpoint;
  }

  /** `more`: what else the configuration says; `price`: of the endpoint. */
  static async start(
    t: TestContext,
    store: "kept" | "off" = "off",
    more: object = {},
    price: object = {},
  ): Promise<Counted> {
    const endpoint = await Endpoint.start(t);
    const config = {
      server: { port: 0, engine: "fast" },
      store: { mode: "memory" },
      endpoints: [
        { name: "alpha", base_url: `http://127.0.0.1:${endpoint.port}/v1`, models: ["m"], ...price },
      ],
      ...more,
    };
    const child = spawn(process.execPath, [...V8_FLAGS, PROGRAM, JSON.stringify(config), store], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    t.after(() => child.kill("SIGKILL"));
    const said: string[] = [];
    const heard = new Condition();
    createInterface(child.stdout).on("line", (line) => {
      said.push(line);
      heard.notify();
    });
    child.on("exit", () => heard.notify());
    const next = async (): Promise<string> => {
      await heard.until(() => said.length > 0 || child.exitCode !== null);
      const line = said.shift();
      if (line === undefined) throw new Error(`the gateway ended with ${child.exitCode}`);
      return line;
    };
    const client = connect(Number(await next()), "127.0.0.1");
    client.on("error", () => undefined);
    t.after(() => client.destroy());
    await once(client, "connect");
    const ask = async (line: string): Promise<Allocated> => {
      child.stdin.write(`${line}\n`);
      return JSON.parse(await next()) as Allocated;
    };
    return new Counted(child.pid ?? 0, ask, client, endpoint);
  }

  /** The least that each of `COUNTED` steps costs, over some windows: whatever else goes on can only add to it. */
  async least(step: () => Promise<void>): Promise<Counts> {
    for (let index = 0; index < WARM_UP; index += 1) await step();
    const windows: Counts[] = [];
    for (let window = 0; window < WINDOWS; window += 1) {
      const before = await this.#ask("collect");
      const start = this.#systemCalls();
      for (let index = 0; index < COUNTED; index += 1) await step();
      const end = this.#systemCalls();
      const after = await this.#ask("look");
      assert.equal(after.collections, before.collections, "a collection would hide what was allocated");
      windows.push({
        reads: (end.reads - start.reads) / COUNTED,
        writes: (end.writes - start.writes) / COUNTED,
        bytes: (after.bytes - before.bytes) / COUNTED,
      });
    }
    const leastOf = (read: (counts: Counts) => number): number => Math.min(...windows.map(read));
    return {
      reads: leastOf(({ reads }) => reads),
      writes: leastOf(({ writes }) => writes),
      bytes: Math.round(leastOf(({ bytes }) => bytes)),
    };
  }

  /** Bytes that each of so many streams holds in the gateway, once so many events of each have passed. */
  async heldByStreams(streams: number, events: number): Promise<number> {
    // What the first ones leave behind for good is not counted.
    const first = await this.#openStreams(streams, events);
    const before = await this.#ask("collect");
    const then = await this.#openStreams(streams, events);
    const after = await this.#ask("collect");
    for (const client of [...first, ...then]) client.destroy();
    return Math.round((after.bytes - before.bytes) / streams);
  }

  async #openStreams(streams: number, events: number): Promise<readonly Socket[]> {
    const clients: Socket[] = [];
    for (let index = 0; index < streams; index += 1) {
      const client = connect(this.client.remotePort ?? 0, "127.0.0.1");
      client.on("error", () => undefined);
      clients.push(client);
      await once(client, "connect");
      const begun = comes(client, EVENT);
      client.write(requestOf(STREAM_BODY));
      await begun;
      for (let sent = 1; sent < events; sent += 1) {
        const passed = comes(client, EVENT);
        this.endpoint.sendEvent();
        await passed;
      }
    }
    return clients;
  }

  /** Of the thread that serves, as the system counts them (proc_pid_io(5)): others write files and compile. */
  #systemCalls(): Omit<Counts, "bytes"> {
    const text = readFileSync(`/proc/${this.#pid}/task/${this.#pid}/io`, "latin1");
    const of = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(text)?.[1]);
    return { reads: of("syscr"), writes: of("syscw") };
  }
}

/** Answers a plain request at once; of a stream it sends the head, and each event when it is told to. */
class Endpoint {
  readonly port: number;
  readonly #state: { stream: Socket | undefined };

  private constructor(port: number, state: { stream: Socket | undefined }) {
    this.port = port;
    this.#state = state;
  }

  static async start(t: TestContext): Promise<Endpoint> {
    const state: { stream: Socket | undefined } = { stream: undefined };
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        if (!bytes.includes('"stream":true')) {
          socket.write(`${head(200)}Content-Length: ${ANSWER.length}\r\n\r\n${ANSWER}`);
          return;
        }
        state.stream = socket;
        socket.write(STREAM_HEAD + framed(EVENT));
      });
    });
    t.after(() => server.close());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Endpoint((server.address() as AddressInfo).port, state);
  }

  sendEvent(): void {
    this.#state.stream?.write(framed(EVENT));
  }

  endStream(): void {
    this.#state.stream?.write(`${framed(LAST_EVENTS)}0\r\n\r\n`);
  }
}

function head(status: number): string {
  return `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\n`;
}

function framed(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

/** The bytes of a request for a chat; `headers`: more lines, each with its end. */
export function requestOf(body: string, headers = ""): string {
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Resolves when the words have come. */
export function comes(socket: Socket, words: string): Promise<void> {
  let text = "";
  return new Promise((resolve) => {
    const take = (bytes: Buffer): void => {
      text += bytes.toString("latin1");
      if (!text.includes(words)) return;
      socket.off("data", take);
      resolve();
    };
    socket.on("data", take);
  });
}
