// What a plain request and an event of a stream cost the fast engine: reads and writes of the system, and bytes that are
// allocated. Counted, never timed, in a gateway that is a process of its own: the system tells how often its thread has
// read and written, and its heap grows by what was allocated, since nothing is collected meanwhile. Code runs as it is
// written, without V8's compilers, so that the counts are the same on each run. Linux, which alone counts so.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Condition } from "../support/condition.ts";
import type { Allocated } from "../support/counted-gateway.ts";

/** One from the client, one from the endpoint. */
const READS_A_REQUEST = 2;
/** One to the endpoint, one to the client. */
const WRITES_A_REQUEST = 2;
/** A key that is looked up, an admission and the headers that tell of it: 43,800 with the request, and a tenth. */
const MOST_BYTES_OF_BOUNDS = 16_000;
const READS_AN_EVENT = 1;
const WRITES_AN_EVENT = 1;
/** 28,780 as measured, and a twelfth: the sums of many small objects, which any new one adds to; 2,400 count what is used. */
const MOST_BYTES_A_REQUEST = 31_200;
/** 1,760 as measured, and a twelfth. */
const MOST_BYTES_AN_EVENT = 1_900;
/** 30,042 as measured, and a tenth: with the entry that the store is given, and the batch that is copied to its thread. */
const MOST_BYTES_A_KEPT_REQUEST = 33_000;

const PROGRAM = fileURLToPath(new URL("../support/counted-gateway.ts", import.meta.url));
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
const BODY = JSON.stringify({ model: "m", messages: [{ role: "user", content: "hello" }] });
const STREAM_BODY = JSON.stringify({ model: "m", stream: true, messages: [] });
const ANSWER = JSON.stringify({ id: "1", model: "m", choices: [{ message: { content: "x" } }] });
const EVENT = `data: ${JSON.stringify({ id: "1", model: "m", choices: [{ delta: { content: "x" } }] })}\n\n`;
const STREAM_HEAD =
  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

/** Reads and writes of the gateway's thread so far, and what is allocated there. */
type Counts = { readonly reads: number; readonly writes: number; readonly bytes: number };

/** A gateway in a process of its own, in front of the endpoint of this test. */
class Counted {
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
}

function head(status: number): string {
  return `HTTP/1.1 ${status} OK\r\nContent-Type: application/json\r\n`;
}

function framed(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}

function requestOf(body: string, headers = ""): string {
  return `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n${headers}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** Resolves when as much of this has come as ends in the words. */
function comes(socket: Socket, words: string): Promise<void> {
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

const options = { skip: process.platform !== "linux" };

test(
  "a plain request is two reads and two writes, and few bytes are allocated for it",
  options,
  async (t) => {
    const counted = await Counted.start(t);
    const request = requestOf(BODY);
    const counts = await counted.least(async () => {
      const answered = comes(counted.client, ANSWER);
      counted.client.write(request);
      await answered;
    });
    assert.deepEqual([counts.reads, counts.writes], [READS_A_REQUEST, WRITES_A_REQUEST]);
    assert.ok(counts.bytes > 0 && counts.bytes <= MOST_BYTES_A_REQUEST, `${counts.bytes} bytes a request`);
  },
);

test("a request that is kept in the store costs an entry and its copy", options, async (t) => {
  const counted = await Counted.start(t, "kept");
  const request = requestOf(BODY);
  const counts = await counted.least(async () => {
    const answered = comes(counted.client, ANSWER);
    counted.client.write(request);
    await answered;
  });
  assert.ok(counts.bytes <= MOST_BYTES_A_KEPT_REQUEST, `${counts.bytes} bytes a request`);
});

test(
  "an event of a stream is one read and one write, and few bytes are allocated for it",
  options,
  async (t) => {
    const counted = await Counted.start(t);
    const begun = comes(counted.client, EVENT);
    counted.client.write(requestOf(STREAM_BODY));
    await begun;
    const counts = await counted.least(async () => {
      const passed = comes(counted.client, EVENT);
      counted.endpoint.sendEvent();
      await passed;
    });
    assert.deepEqual([counts.reads, counts.writes], [READS_AN_EVENT, WRITES_AN_EVENT]);
    assert.ok(counts.bytes > 0 && counts.bytes <= MOST_BYTES_AN_EVENT, `${counts.bytes} bytes an event`);
  },
);

test(
  "a key with limits and a budget adds no read and no write to a request, and few bytes",
  options,
  async (t) => {
    const limits = {
      requests: { minute: 1_000_000, day: 9_000_000 },
      tokens: { minute: 90_000_000 },
      parallel: 9,
    };
    const key = { name: "phone", key: "sk-phone-0123456789", limits, budget: { usd: 1_000, per: "day" } };
    const price = { price: { input: 1, output: 1 } };
    const more = { server: { port: 0, engine: "fast", api_keys: [key] } };
    const counted = await Counted.start(t, "off", more, price);
    const request = requestOf(BODY, "Authorization: Bearer sk-phone-0123456789\r\n");
    const counts = await counted.least(async () => {
      const answered = comes(counted.client, ANSWER);
      counted.client.write(request);
      await answered;
    });
    assert.deepEqual([counts.reads, counts.writes], [READS_A_REQUEST, WRITES_A_REQUEST]);
    const most = MOST_BYTES_A_REQUEST + MOST_BYTES_OF_BOUNDS;
    assert.ok(counts.bytes > 0 && counts.bytes <= most, `${counts.bytes} bytes a request`);
  },
);
