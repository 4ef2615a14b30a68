// Answers a request with the bytes of a row, and tells what an engine told its caller.

import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import type { FlatHeaders } from "../../src/http/message.ts";
import type { OutboundClient, OutboundFailure, OutboundHandler, Route } from "../../src/upstream/client.ts";
import { clientFor, type MakeClient } from "../support/engines/outbound-rig.ts";

/** Longer bodies and fields are told by their length. */
const MAX_TOLD = 120;
const PROBE = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nprobe";
const CONNECT_MS = 30_000;
/** Turns of the loop in which what an endpoint does behind its answer is seen. */
const TURNS = 10;

/** What an endpoint does with a request. */
export type Answering = {
  readonly sent: readonly string[];
  readonly next: "open" | "fin" | "reset" | { readonly drip: string };
  readonly method: "GET" | "HEAD" | "POST";
};

/** An endpoint, and the engine that asks it. */
export class ResponseRig {
  readonly #client: OutboundClient;
  readonly #endpoint: ScriptedEndpoint;

  constructor(client: OutboundClient, endpoint: ScriptedEndpoint) {
    this.#client = client;
    this.#endpoint = endpoint;
  }

  /** Asks, and tells what became of it, as a row does. `isUsed`: on a connection that has served before. */
  async outcomeOf(answering: Answering, isUsed = false): Promise<string> {
    const route = this.#client.open({ origin: `http://127.0.0.1:${this.#endpoint.port}` });
    const before = this.#endpoint.connections;
    if (isUsed) await this.#ask(route, "GET");
    this.#endpoint.answering = answering;
    const told = await this.#ask(route, answering.method);
    await turns(TURNS);
    this.#endpoint.answering = undefined;
    const asked = this.#endpoint.connections;
    const probed = await this.#ask(route, "GET");
    // The next one finds no connection of this one.
    this.#client.retain([]);
    if (probed !== "200 =probe whole") return `${told}, and then ${probed}`;
    const isKept = this.#endpoint.connections === asked;
    if (asked !== before + 1) return `${told}, on ${asked - before} connections`;
    return `${told} ${isKept ? "kept" : "closed"}`;
  }

  #ask(route: Route, method: Answering["method"]): Promise<string> {
    const caller = new Caller();
    const body = method === "POST" ? Buffer.from("body") : undefined;
    const request = { method, path: "/", headers: [], body };
    this.#client.send(route, request, caller, { connectMs: CONNECT_MS });
    return caller.told;
  }
}

/** The endpoint and the engine, gone when the test is over. */
export async function responseRigFor(t: TestContext, make: MakeClient): Promise<ResponseRig> {
  const endpoint = new ScriptedEndpoint();
  await endpoint.listen(t);
  return new ResponseRig(clientFor(t, make), endpoint);
}

/** Notes what it is told. */
class Caller implements OutboundHandler {
  readonly told: Promise<string>;
  #resolve: (told: string) => void = () => {};
  #head = "";
  #body = "";

  constructor() {
    this.told = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onHead(status: number, headers: FlatHeaders): void {
    const at = headers.indexOf("x");
    this.#head = at === -1 ? `${status} ` : `${status} x=${shown(headers[at + 1] ?? "")} `;
  }

  onData(chunk: Buffer): boolean {
    this.#body += chunk.toString("latin1");
    return true;
  }

  onEnd(): void {
    this.#over("whole");
  }

  onFailure({ kind }: OutboundFailure): void {
    this.#over(`!${kind}`);
  }

  #over(end: string): void {
    const body = this.#body === "" ? "" : `=${shown(this.#body)} `;
    this.#resolve(`${this.#head}${body}${end}`);
  }
}

/** Answers each request as it is told to, or as usual. */
class ScriptedEndpoint {
  connections = 0;
  port = 0;
  answering: Answering | undefined;
  readonly #sockets = new Set<Socket>();

  async listen(t: TestContext): Promise<void> {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => this.#serve(socket));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address !== null && typeof address === "object") this.port = address.port;
    t.after(() => {
      for (const socket of this.#sockets) socket.destroy();
      server.close();
    });
  }

  #serve(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    let read = "";
    socket.on("data", (bytes: Buffer) => {
      read += bytes.toString("latin1");
      if (!isWhole(read)) return;
      read = "";
      void this.#answer(socket);
    });
    socket.on("end", () => socket.end());
    socket.on("error", () => undefined);
  }

  async #answer(socket: Socket): Promise<void> {
    const { sent, next } = this.answering ?? { sent: [PROBE], next: "open" };
    for (const piece of sent) {
      socket.write(piece, "latin1");
      await turns(2);
    }
    if (next === "fin") socket.end();
    else if (next === "reset") socket.resetAndDestroy();
    else if (typeof next === "object")
      while (!socket.destroyed) {
        socket.write(next.drip, "latin1");
        await turns(1);
      }
  }
}

function isWhole(request: string): boolean {
  const end = request.indexOf("\r\n\r\n");
  const length = Number(/content-length: (\d+)/i.exec(request)?.[1] ?? 0);
  return end !== -1 && request.length >= end + 4 + length;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

/** The text, or how long it is. */
function shown(text: string): string {
  return text.length <= MAX_TOLD ? text : `#${text.length}`;
}
