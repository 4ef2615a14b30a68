// One mock endpoint of the demo: an OpenAI-compatible server on a loopback port with made-up answers, and the manners
// (speed, failures) of its profile. Needs no key and no network.

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../core/clock.ts";
import { eventText, type MockEvent } from "./mock-answers.ts";
import { mockAnswer, type RequestFields } from "./mock-operations.ts";
import { seededRandom, seedOf } from "./seeded-random.ts";

/** A span of milliseconds to draw from. */
type MsRange = readonly [minMs: number, maxMs: number];

/** How a mock endpoint behaves. */
export type MockProfile = {
  readonly name: string;
  /** What it serves. */
  readonly models: readonly string[];
  /** Wait before an answer's first byte. */
  readonly firstByte: MsRange;
  /** Wait between two events of a stream. */
  readonly betweenEvents: MsRange;
  /** So many of the first requests fail with 500, so that a failure is seen at once. */
  readonly failuresFirst: number;
  /** Share of later requests that fail with 500. */
  readonly failureShare: number;
  /** The last `length` of every `every` requests are answered 429. */
  readonly rateLimit: { readonly every: number; readonly length: number } | undefined;
};

/** What a mock endpoint takes from outside. */
export type MockSurroundings = {
  readonly clock: Clock;
  readonly seed: number;
  /** Waits; tests pass one that does not. */
  readonly wait: (ms: number) => Promise<void>;
};

/** A running mock endpoint. */
export type MockEndpoint = { readonly baseUrl: string; close(): Promise<void> };

const MAX_BODY_BYTES = 64 * 1024 * 1024;
const DEMO_HEADER = { "x-oai-gateway-demo": "1" };

/** Starts one on a free loopback port. */
export async function startMockEndpoint(
  profile: MockProfile,
  around: MockSurroundings,
): Promise<MockEndpoint> {
  const state = new MockState(profile, around);
  // A static import would load all of its exports with the gateway, WebSocket and fetch among them.
  const { createServer } = process.getBuiltinModule("node:http");
  const server = createServer((request, response) => {
    handle(state, request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** What an endpoint remembers from one request to the next. */
class MockState {
  readonly profile: MockProfile;
  readonly around: MockSurroundings;
  readonly #random: () => number;
  #count = 0;

  constructor(profile: MockProfile, around: MockSurroundings) {
    this.profile = profile;
    this.around = around;
    this.#random = seededRandom(seedOf(profile.name, around.seed));
  }

  /** Number of this request, from 1. */
  next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** The failure that this request meets, if any. */
  failureOf(number: number): MockFailure | undefined {
    const { failuresFirst, failureShare, rateLimit } = this.profile;
    if (rateLimit !== undefined && (number - 1) % rateLimit.every >= rateLimit.every - rateLimit.length) {
      return {
        status: 429,
        type: "rate_limit_error",
        code: "rate_limit_exceeded",
        message: "Slow down: mock rate limit.",
      };
    }
    if (number > failuresFirst && this.#random() >= failureShare) return undefined;
    return {
      status: 500,
      type: "server_error",
      code: null,
      message: "A made-up failure of the mock endpoint.",
    };
  }

  pause([minMs, maxMs]: MsRange): Promise<void> {
    return this.around.wait(minMs + this.#random() * (maxMs - minMs));
  }
}

type MockFailure = {
  readonly status: number;
  readonly type: string;
  readonly code: string | null;
  readonly message: string;
};

async function handle(state: MockState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  const body = await readBody(request);
  if (request.method === "GET") return replyToGet(response, path, state.profile.models);
  const fields = parseFields(body);
  if (fields === undefined) return fail(response, invalid(400, null, "The body is no JSON object."));
  const model = fields["model"];
  if (!state.profile.models.some((name) => name === model)) {
    return fail(response, invalid(404, "model_not_found", `The model \`${String(model)}\` does not exist`));
  }
  const number = state.next();
  const { clock, seed } = state.around;
  const context = {
    endpointName: state.profile.name,
    seed,
    id: `${state.profile.name}${number}`,
    createdSec: Math.floor(clock.wallMs() / 1000),
  };
  const answer = mockAnswer(path.replace(/^\/v1/, ""), fields, context);
  if (answer === undefined) return fail(response, invalid(404, null, `No such path: ${path}`));
  const failure = state.failureOf(number);
  if (failure !== undefined) return fail(response, failure);
  await state.pause(state.profile.firstByte);
  if (answer.kind === "stream") return sendStream(state, response, answer.events);
  const given = request.headers["x-request-id"];
  sendJson(response, 200, answer.value, { "x-request-id": given?.toString() ?? `req_${context.id}` });
}

/** Anything to be read is the list of models, one of them, or nothing. */
function replyToGet(response: ServerResponse, path: string, models: readonly string[]): void {
  const entries = models.map((id) => ({
    id,
    object: "model",
    created: 1_767_225_600,
    owned_by: "demo",
  }));
  const list = { object: "list", data: entries };
  const found = path === "/v1/models" ? list : entries.find(({ id }) => path === `/v1/models/${id}`);
  if (found === undefined) fail(response, invalid(404, null, `No such path: ${path}`));
  else sendJson(response, 200, found);
}

async function sendStream(
  state: MockState,
  response: ServerResponse,
  events: readonly MockEvent[],
): Promise<void> {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-cache",
    ...DEMO_HEADER,
  });
  for (const event of events) {
    if (response.destroyed) return;
    response.write(eventText(event));
    await state.pause(state.profile.betweenEvents);
  }
  response.end();
}

function sendJson(
  response: ServerResponse,
  status: number,
  value: object,
  headers: Record<string, string> = {},
): void {
  const body = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    ...DEMO_HEADER,
    ...headers,
  });
  response.end(body);
}

function fail(response: ServerResponse, failure: MockFailure): void {
  const { status, message, type, code } = failure;
  const headers: Record<string, string> = status === 429 ? { "retry-after": "2" } : {};
  sendJson(response, status, { error: { message, type, param: null, code } }, headers);
}

function invalid(status: number, code: string | null, message: string): MockFailure {
  return { status, type: "invalid_request_error", code, message };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error("body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parseFields(body: Buffer): RequestFields | undefined {
  try {
    const value: unknown = JSON.parse(body.toString());
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
