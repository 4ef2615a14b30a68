// What an event of a response costs in the gateway's processor time: as a chunk of a stream by HTTP, as a frame of a socket
// over an endpoint by HTTP, over one of chats, and over one that has a socket itself; back to back, of which fifty are read
// at once, and apart, as a model's come. Not a test: nothing here fails.
// Run: node bench/socket.bench.ts

import { fork } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import { WordPace } from "./word-pace.ts";

const WORDS = 50_000;
const WORDS_APART = 4_000;
const ROUNDS = 7;
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

/** An endpoint whose streams are words, each sent by itself. */
function endpoint(hasSocket: boolean, pace: WordPace): Server {
  const server = createServer((request, response) => {
    if (request.method !== "POST") {
      response.writeHead(426).end();
      return;
    }
    const [start, word, end] = request.url?.endsWith("/responses") === true ? RESPONSES : CHATS;
    request.resume().on("end", () => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(start);
      pace.send(
        (next) => response.write(word, next),
        () => response.end(end),
      );
    });
  });
  if (!hasSocket) return server;
  const sockets = new WebSocketServer({ server });
  const text = JSON.stringify(WORD);
  sockets.on("connection", (socket, { socket: connection }) => {
    socket.on("message", () => {
      socket.send(JSON.stringify(CREATED));
      pace.send(
        (next) => {
          // As `node:http` has the words of one turn leave in one write.
          connection.cork();
          socket.send(text, next);
          process.nextTick(() => connection.uncork());
        },
        () => socket.send(JSON.stringify(COMPLETED)),
      );
    });
  });
  return server;
}

async function byHttp(port: number, pace: WordPace): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/responses`, {
    method: "POST",
    body: JSON.stringify(MODEL),
    headers: { "content-type": "application/json" },
  });
  for await (const _ of answer.body ?? []) pace.noteRead();
}

async function bySocket(port: number, pace: WordPace): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/responses`);
  await new Promise((done) => socket.once("open", done));
  socket.send(JSON.stringify(MODEL));
  await new Promise<void>((done) => {
    socket.on("message", (data) => {
      pace.noteRead();
      if (String(data).includes("response.completed")) done();
    });
  });
  socket.close();
}

type Way = {
  readonly speaks: string;
  readonly hasSocket: boolean;
  readonly ask: (port: number, pace: WordPace) => Promise<void>;
};

/** One way through a gateway, which can be measured again and again. */
type Measured = {
  /** Microseconds of the gateway's processor time an event. */
  round(): Promise<number>;
  close(): void;
};

async function measured({ speaks, hasSocket, ask }: Way, isApart: boolean): Promise<Measured> {
  const words = isApart ? WORDS_APART : WORDS;
  const pace = new WordPace(words, isApart);
  const server = endpoint(hasSocket, pace);
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
  await ask(gatewayPort, pace);
  return {
    round: async () => {
      const before = await spent();
      await ask(gatewayPort, pace);
      return ((await spent()) - before) / words;
    },
    close: () => {
      child.kill();
      server.closeAllConnections();
      server.close();
    },
  };
}

const STREAM: Way = { speaks: "responses", hasSocket: false, ask: byHttp };

const WAYS: readonly (readonly [string, Way])[] = [
  ["a chunk of a stream, by HTTP on both sides", STREAM],
  ["a frame, over an endpoint by HTTP", { ...STREAM, ask: bySocket }],
  ["a frame, over an endpoint's own socket", { speaks: "responses", hasSocket: true, ask: bySocket }],
  ["a chunk of a stream, over chats", { speaks: "chat", hasSocket: false, ask: byHttp }],
  ["a frame, over chats", { speaks: "chat", hasSocket: false, ask: bySocket }],
];

console.log("| an event of Responses | processor time | ratio |\n|---|--:|--:|");
for (const isApart of [false, true]) {
  // In turn, since a shared machine changes its mind.
  const ways = await Promise.all(WAYS.map(([, way]) => measured(way, isApart)));
  const least = ways.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, way] of ways.entries()) {
      least[at] = Math.min(least[at] ?? 0, await way.round());
    }
  }
  for (const way of ways) way.close();
  for (const [at, [name]] of WAYS.entries()) {
    const [spent = 0, chunk = 1] = [least[at], least[0]];
    console.log(
      `| ${isApart ? "words apart" : "back to back"}: ${name} | ${spent.toFixed(1)} µs | ${(spent / chunk).toFixed(2)} |`,
    );
  }
}
