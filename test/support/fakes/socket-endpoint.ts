// An endpoint that speaks Responses over sockets of its own, over `ws`: a test says what it answers to each frame. It
// lists its models, and answers POST /v1/responses with an error, which shows who has come over HTTP.

import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { Duplex } from "node:stream";
import type { TestContext } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { Condition } from "../condition.ts";

const CONNECTIONS = new WeakMap<WebSocket, Duplex>();

/** What a socket is written to. */
export function connectionOf(socket: WebSocket): Duplex {
  const connection = CONNECTIONS.get(socket);
  if (connection === undefined) throw new RangeError("no socket of an endpoint here");
  return connection;
}

type Fields = Readonly<Record<string, unknown>>;

/** Answers one frame. */
export type FrameAnswer = (frame: Fields, socket: WebSocket, number: number) => void;

/** The endpoint. */
export class SocketEndpoint {
  /** What it was sent, as text, in its order. */
  readonly frames: string[] = [];
  readonly handshakes: IncomingMessage[] = [];
  readonly sockets: WebSocket[] = [];
  /** Requests by HTTP but for the list of models. */
  posts = 0;
  answer: FrameAnswer = says;
  readonly #changed = new Condition();
  readonly #http: Server;
  readonly #ws: WebSocketServer;

  constructor(models: readonly string[]) {
    this.#http = createServer((request, response) => {
      if (request.method === "GET") {
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify({ object: "list", data: models.map((id) => ({ id, object: "model" })) }));
        return;
      }
      this.posts += 1;
      request.resume();
      response.writeHead(418, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ error: { message: "by HTTP", type: "x", param: null, code: "by_http" } }),
      );
    });
    this.#ws = new WebSocketServer({ server: this.#http, path: "/v1/responses" });
    this.#ws.on("connection", (socket, request) => {
      this.handshakes.push(request);
      this.sockets.push(socket);
      CONNECTIONS.set(socket, request.socket);
      socket.on("error", () => undefined);
      socket.on("message", (data: Buffer) => {
        const text = data.toString();
        this.frames.push(text);
        this.#changed.notify();
        this.answer(JSON.parse(text) as Fields, socket, this.frames.length);
      });
      socket.on("close", () => this.#changed.notify());
    });
  }

  get url(): string {
    const address = this.#http.address();
    return `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : 0}/v1`;
  }

  async start(): Promise<void> {
    this.#http.listen(0, "127.0.0.1");
    await once(this.#http, "listening");
  }

  /** The frames as values. */
  get asked(): readonly Fields[] {
    return this.frames.map((text) => JSON.parse(text) as Fields);
  }

  async until(isMet: () => boolean): Promise<void> {
    await this.#changed.until(isMet);
  }

  close(): void {
    for (const socket of this.sockets) socket.terminate();
    this.#ws.close();
    this.#http.closeAllConnections();
    this.#http.close();
  }
}

/** One that is closed when the test is over. */
export async function socketEndpointFor(
  t: TestContext,
  models: readonly string[] = ["m"],
): Promise<SocketEndpoint> {
  const endpoint = new SocketEndpoint(models);
  await endpoint.start();
  t.after(() => endpoint.close());
  return endpoint;
}

/** The events of a response that says the number of its frame. */
export function eventsOf(frame: Fields, number: number): readonly Fields[] {
  const content = [{ type: "output_text", text: `answer ${number}`, annotations: [] }];
  const id = `msg_${number}`;
  const item = { id, type: "message", role: "assistant", status: "completed", content };
  const head = { id: `resp_${number}`, object: "response", created_at: 1, model: frame["model"] };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  return [
    { type: "response.created", response: { ...head, status: "in_progress", output: [] } },
    { type: "response.output_text.delta", item_id: id, output_index: 0, delta: `answer ${number}` },
    { type: "response.output_item.done", output_index: 0, item },
    { type: "response.completed", response: { ...head, status: "completed", output: [item], usage } },
  ].map((event, at) => ({ ...event, sequence_number: at }));
}

/** Answers so. */
export function says(frame: Fields, socket: WebSocket, number: number): void {
  for (const event of eventsOf(frame, number)) socket.send(JSON.stringify(event));
}
