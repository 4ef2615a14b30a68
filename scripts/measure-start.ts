// `npm run measure-start`: the time from the start of the command to the first answer of a model, and the memory at
// rest, for every spelling of the command. From the bundle (`npm run build` before), or from what is named:
// `-- --starts 5 --rest 4 node bin/oai-gateway.cjs`. Nothing in it fails. Linux reads the memory from /proc.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const BUNDLE = resolve(import.meta.dirname, "../dist/oai-gateway.js");

type Start = {
  readonly livezMs: number;
  readonly answerMs: number;
  readonly cpuMs: number | undefined;
  readonly restMib: number | undefined;
};

/** A gateway that was just started. */
type Started = { readonly port: number; readonly child: ChildProcess; readonly begunMs: number };

/** Every way to say that the gateway is to serve a file. */
const SPELLINGS: readonly ((file: string) => readonly string[])[] = [
  () => [],
  (file) => ["-c", file],
  (file) => ["serve", "-c", file],
  (file) => ["--lang", "zh-TW", "serve", "-c", file],
];

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { starts: { type: "string", default: "5" }, rest: { type: "string", default: "4" } },
  });
  const command = positionals.length > 0 ? positionals : [process.execPath, BUNDLE];
  const endpoint = await startEndpoint();
  const folder = mkdtempSync(join(tmpdir(), "oai-gateway-start-"));
  console.log(`${cpus().length} × ${cpus()[0]?.model.trim()}, ${process.platform}`);
  console.log(`${command.join(" ")}\n`);
  console.log(
    "| command | answers /livez | answers a chat | of the processor | at rest, unused | at rest after a chat |\n|---|---|---|---|---|---|",
  );
  try {
    for (const spelling of SPELLINGS) {
      const place = { folder, endpoint, restMs: Number(values.rest) * 1_000 };
      const starts: Start[] = [];
      // The first one fills the cache of compiled code, and is not counted.
      for (let count = 0; count <= Number(values.starts); count += 1)
        starts.push(await withGateway(command, spelling, place, (started) => timed(started, place)));
      const unusedMib = await withGateway(command, spelling, place, (started) => unused(started, place));
      console.log(row(spelling("F").join(" "), starts.slice(1), unusedMib));
    }
  } finally {
    endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(words: string, starts: readonly Start[], unusedMib: number | undefined): string {
  const of = (read: (start: Start) => number | undefined, unit: string): string => {
    const sorted = starts.map((start) => Math.round(read(start) ?? Number.NaN)).sort((a, b) => a - b);
    return `${sorted[Math.floor(sorted.length / 2)]} ${unit} (${sorted.join(", ")})`;
  };
  const cells = [
    of((s) => s.livezMs, "ms"),
    of((s) => s.answerMs, "ms"),
    of((s) => s.cpuMs, "ms"),
    `${Math.round(unusedMib ?? Number.NaN)} MiB`,
    of((s) => s.restMib, "MiB"),
  ];
  return `| \`oai-gateway ${words}\` | ${cells.join(" | ")} |`;
}

type Place = { readonly folder: string; readonly endpoint: Server; readonly restMs: number };

async function withGateway<T>(
  command: readonly string[],
  spelling: (file: string) => readonly string[],
  place: Place,
  use: (started: Started) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const file = join(place.folder, "config.yaml");
  const { port: there } = place.endpoint.address() as AddressInfo;
  writeFileSync(
    file,
    `server: {port: ${port}}\nendpoints:\n  - name: mock\n    base_url: http://127.0.0.1:${there}/v1\n`,
  );
  const [program = "", ...before] = command;
  const env = { PATH: process.env["PATH"], HOME: place.folder, LC_ALL: "C.UTF-8" };
  const begunMs = performance.now();
  const child = spawn(program, [...before, ...spelling(file)], { cwd: place.folder, env, stdio: "ignore" });
  try {
    return await use({ port, child, begunMs });
  } finally {
    child.kill("SIGTERM");
    if (child.exitCode === null) await once(child, "exit");
  }
}

async function timed({ port, child, begunMs }: Started, { restMs }: Place): Promise<Start> {
  await answers(port, "GET", "/livez", child);
  const livezMs = performance.now() - begunMs;
  await answers(port, "POST", "/v1/chat/completions", child);
  const answerMs = performance.now() - begunMs;
  const cpuMs = processorMs(child.pid);
  await new Promise((done) => setTimeout(done, restMs));
  return { livezMs, answerMs, cpuMs, restMib: residentMib(child.pid) };
}

/** The memory of a gateway that was asked for nothing, whose store has no thread yet. */
async function unused({ port, child }: Started, { restMs }: Place): Promise<number | undefined> {
  await answers(port, "GET", "/livez", child);
  await new Promise((done) => setTimeout(done, restMs));
  return residentMib(child.pid);
}

/** Asks until the answer is a 200. */
async function answers(port: number, method: string, path: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the gateway ended with ${child.exitCode}`);
    if ((await ask(port, method, path)) === 200) return;
    await new Promise((done) => setTimeout(done, 1));
  }
}

function ask(port: number, method: string, path: string): Promise<number | undefined> {
  return new Promise((done) => {
    const asked = request({ port, host: "127.0.0.1", method, path, agent: false });
    asked.on("error", () => done(undefined));
    asked.on("response", (answer) => {
      answer.resume().on("end", () => done(answer.statusCode));
    });
    asked.setHeader("content-type", "application/json");
    asked.end(method === "POST" ? '{"model":"m","messages":[{"role":"user","content":"hello"}]}' : undefined);
  });
}

async function startEndpoint(): Promise<Server> {
  const server = createServer((asked, answer) => {
    asked.resume();
    answer.setHeader("content-type", "application/json");
    if (asked.method === "GET") answer.end('{"object":"list","data":[{"id":"m","object":"model"}]}');
    else {
      answer.end(
        '{"id":"1","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}',
      );
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function freePort(): Promise<number> {
  const server = createNetServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function processorMs(pid: number | undefined): number | undefined {
  if (process.platform !== "linux") return undefined;
  // Behind the name, which may hold spaces: user and system time are the twelfth and thirteenth, in hundredths.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function residentMib(pid: number | undefined): number | undefined {
  if (process.platform !== "linux") return undefined;
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
}

await main();
