// What an event of a response costs in the gateway's processor time: as a chunk of a stream by HTTP, as a frame of a socket
// over an endpoint by HTTP, over one of chats, and over one that has a socket itself. Not a test: nothing here fails.
// Run: node bench/socket.bench.ts

import { fork } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";

const WORDS = 20_000;
const ROUNDS = 5;
const MODEL = { type: "response.create", model: "m", input: "hi", stream: true };

const CREATED = { type: "response.created", response: { id: "resp_1", model: "m", output: [] } };
const WORD = {
  type: "response.output_text.delta",
  sequence_number: 7,
  item_id: "msg_AbCdEfGhIjKlMnOpQrStUvWxYz012",
  output_index: 0,
  content_index: 0,
  delta: " hello",
  logprobs: [],
};
const COMPLETED = { type: "response.completed", response: { id: "resp_1", status: "completed", output: [] } };
const CHAT = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "m" };
const chatChunk = (delta: object, finish: string | null): string =>
  `data: ${JSON.stringify({ ...CHAT, choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const named = (event: { readonly type: string }): string =>
  `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

const RESPONSES = [named(CREATED), named(WORD), named(COMPLETED)] as const;
const CHATS = [
  chatChunk({ role: "assistant", content: "" }, null),
  chatChunk({ content: " hello" }, null),
  `${chatChunk({}, "stop")}data: [DONE]\n\n`,
] as const;

/** An endpoint whose streams are words, each sent by itself once the one before has left. */
function endpoint(hasSocket: boolean): Server {
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(426).end();
      return;
    }
    const [start, word, end] = request.url?.endsWith("/responses") === true ? RESPONSES : CHATS;
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(start);
      words(
        (next) => response.write(word, next),
        () => response.end(end),
      );
    });
  });
  if (!hasSocket) return server;
  const sockets = new WebSocketServer({ server });
  const text = JSON.stringify(WORD);
  sockets.on("connection", (socket) => {
    socket.on("message", () => {
      socket.send(JSON.stringify(CREATED));
      words(
        (next) => socket.send(text, next),
        () => socket.send(JSON.stringify(COMPLETED)),
      );
    });
  });
  return server;
}

function words(write: (next: () => void) => void, end: () => void): void {
  let left = WORDS;
  const step = (): void => {
    if (left === 0) end();
    else {
      left -= 1;
      write(() => setImmediate(step));
    }
  };
  step();
}

async function byHttp(port: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/responses`, {
    method: "POST",
    body: JSON.stringify(MODEL),
    headers: { "content-type": "application/json" },
  });
  for await (const _ of answer.body ?? []);
}

async function bySocket(port: number): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`);
  await new Promise((done) => socket.once("open", done));
  socket.send(JSON.stringify(MODEL));
  await new Promise<void>((done) => {
    socket.on("message", (data) => {
      if (String(data).includes("response.completed")) done();
    });
  });
  socket.close();
}

/** Microseconds of the gateway's processor time an event. */
async function cost(
  speaks: string,
  hasSocket: boolean,
  ask: (port: number) => Promise<void>,
): Promise<number> {
  const server = endpoint(hasSocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const child = fork(new URL("./translate-gateway.ts", import.meta.url), [String(port), speaks], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const once = (): Promise<number> =>
    new Promise((resolve) => child.once("message", (message) => resolve(Number(message))));
  const gatewayPort = await once();
  const spent = async (): Promise<number> => {
    const answer = once();
    child.send("cpu");
    return answer;
  };
  await ask(gatewayPort);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = await spent();
    await ask(gatewayPort);
    least = Math.min(least, ((await spent()) - before) / WORDS);
  }
  child.kill();
  server.closeAllConnections();
  server.close();
  return least;
}

const chunk = await cost("responses", false, byHttp);
console.log("| an event of Responses | processor time | ratio |\n|---|--:|--:|");
for (const [name, speaks, hasSocket, ask] of [
  ["a chunk of a stream, by HTTP on both sides", "responses", false, byHttp],
  ["a frame, over an endpoint by HTTP", "responses", false, bySocket],
  ["a frame, over an endpoint's own socket", "responses", true, bySocket],
  ["a chunk of a stream, over chats", "chat", false, byHttp],
  ["a frame, over chats", "chat", false, bySocket],
] as const) {
  const spent = await cost(speaks, hasSocket, ask);
  console.log(`| ${name} | ${spent.toFixed(1)} µs | ${(spent / chunk).toFixed(2)} |`);
}
