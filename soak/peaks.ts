// `npm run peaks [-- --engine NAME]`: a gateway limited to 1 GiB under peaks of large bodies: 60 MiB in chunks, by length, packed, trickling
// at the end, with clients that leave. After each peak others must be served within 10 s. Then a thousand open streams with
// prompts of 300 KB, whose memory is bounded. Takes about a minute. Exit code 1 when something is not as promised.

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { startForgetfulEndpoint } from "../test/support/fakes/forgetful-endpoint.ts";
import { Client } from "./client.ts";
import { ENGINE_OPTION, engineNamed } from "./engine-option.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { markdownTable } from "./statistics.ts";

const MIB = 1024 * 1024;
const MEMORY_MIB = 1_024;
const BODY = bodyOf(60 * MIB);
const UPLOADS = 18;
const PATH = "/v1/chat/completions";

const SERVED_WITHIN_MS = 10_000;
const STREAMS = 1_000;
const PROMPT_BYTES = 300_000;
const MAX_STREAMS_RSS_MIB = 400;

/** How the uploads of one peak are sent. */
type Peak = { readonly name: string; readonly send: (socket: Socket) => Promise<void> };

function bodyOf(bytes: number): Buffer {
  return Buffer.from(`{"model":"nick","messages":[{"role":"user","content":"${"x".repeat(bytes)}"}]}`);
}

function head(...lines: readonly string[]): string {
  return `POST ${PATH} HTTP/1.1\r\nhost: a\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;
}

async function write(socket: Socket, bytes: Buffer | string): Promise<void> {
  if (socket.destroyed || socket.writableEnded) return;
  if (!socket.write(bytes))
    await Promise.race([once(socket, "drain"), once(socket, "close")]).catch(() => []);
}

async function sendChunks(socket: Socket, isEnded: boolean): Promise<void> {
  await write(socket, head("transfer-encoding: chunked"));
  for (let at = 0; at < BODY.length; at += 65_536) {
    const piece = BODY.subarray(at, at + 65_536);
    await write(socket, `${piece.length.toString(16)}\r\n`);
    await write(socket, piece);
    await write(socket, "\r\n");
  }
  if (isEnded) await write(socket, "0\r\n\r\n");
}

const PACKED = gzipSync(BODY);
const PEAKS: readonly Peak[] = [
  { name: "in chunks, never ended", send: (socket) => sendChunks(socket, false) },
  { name: "in chunks", send: (socket) => sendChunks(socket, true) },
  {
    name: "by length",
    send: async (socket) => {
      await write(socket, head(`content-length: ${BODY.length}`));
      await write(socket, BODY);
    },
  },
  {
    name: "gzip",
    send: async (socket) => {
      await write(socket, head("content-encoding: gzip", `content-length: ${PACKED.length}`));
      await write(socket, PACKED);
    },
  },
];

async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => undefined);
  socket.setMaxListeners(0);
  await once(socket, "connect");
  return socket;
}

/** How many of the uploads were answered, by status. */
async function peak(port: number, one: Peak): Promise<string> {
  const statuses = new Map<string, number>();
  const sockets = await Promise.all(Array.from({ length: UPLOADS }, () => openSocket(port)));
  const uploads = sockets.map(async (socket) => {
    const answered = once(socket, "data").then(
      ([piece]) => String(piece).slice(9, 12),
      () => "none",
    );
    await one.send(socket);
    const status = await Promise.race([answered, delay(3_000, "none")]);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  });
  await Promise.all(uploads);
  for (const socket of sockets) socket.destroy();
  return [...statuses].map(([status, count]) => `${count} × ${status}`).join(", ");
}

/** Milliseconds until a small request is served; undefined when none was in time. */
async function untilServed(client: Client): Promise<number | undefined> {
  const startedMs = performance.now();
  for (let number = 0; ; number += 1) {
    const messages = [{ role: "user", content: "hi" }];
    const outcome = await client.call({ path: PATH, body: { model: "m", messages }, id: `after-${number}` });
    const tookMs = performance.now() - startedMs;
    if (outcome.status === 200) return tookMs;
    if (tookMs > SERVED_WITHIN_MS) return undefined;
    await delay(100);
  }
}

async function openStreams(port: number): Promise<Socket[]> {
  const prompt = `{"model":"m","stream":true,"messages":[{"role":"user","content":"${"x".repeat(PROMPT_BYTES)}"}]}`;
  const request = Buffer.from(head(`content-length: ${prompt.length}`) + prompt);
  const sockets: Socket[] = [];
  while (sockets.length < STREAMS) {
    const some = await Promise.all(Array.from({ length: 20 }, () => openSocket(port)));
    await Promise.all(
      some.map(async (socket) => {
        const answered = once(socket, "data");
        socket.write(request);
        const [piece] = await answered;
        if (!String(piece).startsWith("HTTP/1.1 200")) throw new Error(String(piece));
      }),
    );
    sockets.push(...some);
  }
  return sockets;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: ENGINE_OPTION });
  const endpoint = await startForgetfulEndpoint();
  const config = {
    endpoints: [{ name: "one", base_url: endpoint.url }],
    routing: { model_overrides: { nick: ["one/m"] } },
  };
  const setting = {
    engine: engineNamed(values.engine),
    env: { PRETENDED_MEMORY_MIB: String(MEMORY_MIB), MALLOC_ARENA_MAX: "2", ...passedOn() },
    nodeArgs: ["--max-old-space-size=512", "--import", new URL("pretend-memory.ts", import.meta.url).href],
  };
  const wrong: string[] = [];
  const rows: string[][] = [];
  const peaks = await GatewayProcess.start(config, setting);
  const client = new Client(peaks.port);
  await untilServed(client);
  for (const one of PEAKS) {
    const answers = await peak(peaks.port, one);
    const rssAtEnd = await peaks.residentBytes();
    const servedMs = await untilServed(client);
    if (servedMs === undefined) wrong.push(`after the peak "${one.name}" nothing was served for 10 s`);
    const rssAfter = await peaks.residentBytes();
    const shown = servedMs === undefined ? "never" : `${Math.round(servedMs)} ms`;
    rows.push([one.name, answers, shown, `${mib(rssAtEnd)}`, `${mib(rssAfter)}`]);
  }
  const complaints = [...peaks.complaints];
  client.close();
  await peaks.stop();
  const streams = await GatewayProcess.start(config, setting);
  await untilServed(new Client(streams.port));
  const before = await streams.residentBytes();
  const sockets = await openStreams(streams.port);
  const rss = await streams.residentBytes();

  if (rss > MAX_STREAMS_RSS_MIB * MIB) wrong.push(`${STREAMS} streams hold ${mib(rss)} MiB`);
  for (const socket of sockets) socket.destroy();
  await streams.stop();
  endpoint.close();
  wrong.push(...complaints, ...streams.complaints);
  const header = [
    `${UPLOADS} bodies of 60 MiB`,
    "answers",
    "others served after",
    "rss MiB at the end",
    "then",
  ];
  process.stdout.write(`${markdownTable(header, rows)}\n\n`);
  process.stdout.write(
    `${STREAMS} open streams with prompts of ${PROMPT_BYTES} bytes: rss ${mib(rss)} MiB (${mib(before)} before)\n`,
  );
  for (const line of wrong) process.stderr.write(`WRONG ${line}\n`);
  return wrong.length === 0 ? 0 : 1;
}

/** Settings of the allocator to try out. */
function passedOn(): Record<string, string> {
  const found = Object.entries(process.env).filter(([name]) => name.startsWith("MALLOC_"));
  return Object.fromEntries(found.map(([name, value]) => [name, value ?? ""]));
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB);
}

process.exit(await main());
