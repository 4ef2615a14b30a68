// An endpoint that keeps objects: it makes ids of its own, tells of its own objects only, and lists them in pages. What
// it is asked is recorded. Over `node:http`, since it behaves well.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

/** A request as it got it. */
export type KeptRequest = {
  readonly method: string;
  /** Below `/v1`, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
};

type Entry = { readonly id: string; readonly [field: string]: unknown };

const PREFIXES: Readonly<Record<string, string>> = {
  "/files": "file-",
  "/batches": "batch_",
  "/responses": "resp_",
  "/conversations": "conv_",
  "/uploads": "upload_",
  "/vector_stores": "vs_",
  "/containers": "cntr_",
  "/skills": "skill_",
  "/evals": "eval_",
  "/fine_tuning/jobs": "ftjob-",
  "/videos": "video_",
  "/videos/characters": "char_",
  "/videos/edits": "video_",
  "/videos/extensions": "video_",
  "/chat/completions": "chatcmpl-",
  "/live/sessions": "sess_",
  "/realtime/calls": "rtc_",
};
/** Collections that are longer than one word, before those that they begin with. */
const COLLECTIONS = Object.keys(PREFIXES).sort((one, other) => other.length - one.length);

const REFUSAL = { error: { message: "no", type: "server_error", param: null, code: null } };

/** One endpoint. */
export class KeepingEndpoint {
  readonly name: string;
  readonly requests: KeptRequest[] = [];
  readonly models: readonly string[];
  /** By collection; the oldest first. */
  readonly objects = new Map<string, Entry[]>();
  /** Answers every request with this status while it is set. */
  status: number | undefined;
  /** Takes requests and closes their connections. */
  breaks = false;
  /** Answers every request with 200 and this text. */
  anything: string | undefined;
  /** Called for each request, before its answer. */
  onRequest: (() => void) | undefined;
  /** Key to the collections that it may see; undefined: one account. */
  isKeyed = false;
  url = "";
  #made = 0;

  constructor(name: string, models: readonly string[]) {
    this.name = name;
    this.models = models;
  }

  /** Its requests without those for the list of models, each as `POST /files`. */
  get asked(): readonly string[] {
    return this.requests.map(({ method, path }) => `${method} ${path}`);
  }

  /** Puts an object there as if it had been made past the gateway. */
  put(collection: string, fields: Readonly<Record<string, unknown>> = {}): string {
    return this.#make(collection, fields, "").id;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const url = new URL(request.url ?? "/", "http://x");
    const path = url.pathname.replace(/^\/v1/, "");
    if (path === "/models") {
      const data = this.models.map((id) => ({ id, object: "model", created: 1, owned_by: this.name }));
      send(response, 200, { object: "list", data });
      return;
    }
    const method = request.method ?? "";
    const kept = {
      method,
      path,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(pieces),
    };
    this.requests.push(kept);
    this.onRequest?.();
    if (this.breaks) {
      request.socket.destroy();
      return;
    }
    if (this.anything !== undefined) {
      const isPage = this.anything.startsWith("<");
      response.writeHead(200, { "content-type": isPage ? "text/html" : "application/json" });
      response.end(this.anything);
      return;
    }
    if (this.status === 404) send(response, 404, { detail: "Not Found" });
    else if (this.status !== undefined) send(response, this.status, REFUSAL);
    else this.#serve(kept, response);
  }

  #serve(request: KeptRequest, response: ServerResponse): undefined {
    const { method, path } = request;
    const account = this.isKeyed ? (request.headers.authorization ?? "") : "";
    const collection = COLLECTIONS.find((one) => path === one || path.startsWith(`${one}/`));
    if (path.startsWith("/realtime/") && path.endsWith("client_secrets")) {
      const { session } = JSON.parse(request.body.toString()) as { session?: unknown };
      return send(response, 200, { value: "ek_x", expires_at: 1, session });
    }
    if (collection === undefined) return send(response, 404, { detail: "Not Found" });
    const rest = path.slice(collection.length + 1);
    if (collection === "/live/sessions" && rest === "")
      return send(response, 200, { session: { id: this.put(collection) }, transport: {} });
    if (collection === "/realtime/calls" && rest === "") {
      response.writeHead(201, {
        "content-type": "application/sdp",
        location: `/v1/realtime/calls/${this.put(collection)}`,
      });
      response.end("v=0");
      return undefined;
    }
    if (rest === "" && method === "GET") return this.#list(collection, account, request, response);
    if (rest === "") return this.#create(collection, account, request, response);
    const [id = "", ...below] = rest.split("/");
    const found = (this.objects.get(collection) ?? []).find(
      (one) => one.id === id && one["account"] === account,
    );
    if (found === undefined) return send(response, 404, missing(id, collection));
    if (below.length > 0) return this.#below(below, found, request, response);
    if (method === "DELETE") {
      const others = (this.objects.get(collection) ?? []).filter((one) => one !== found);
      this.objects.set(collection, others);
      return send(response, 200, { id, object: "deleted", deleted: true });
    }
    if (method === "GET" && request.query.get("stream") === "true") return resume(response, found);
    send(response, 200, found);
  }

  #create(collection: string, account: string, request: KeptRequest, response: ServerResponse): undefined {
    const isJson = request.headers["content-type"]?.startsWith("application/json") === true;
    const fields = isJson && request.body.length > 0 ? (JSON.parse(request.body.toString()) as object) : {};
    const made = this.#make(collection, { ...fields }, account);
    if ("stream" in fields && fields.stream === true) return stream(response, made);
    send(response, 200, made);
  }

  #make(collection: string, fields: object, account: string): Entry {
    this.#made += 1;
    const id = `${PREFIXES[collection]}${this.name}${this.#made}`;
    const all = this.objects.get(collection) ?? [];
    const made = { id, object: "thing", created_at: 1_000 + all.length * 10, ...fields, account };
    this.objects.set(collection, [...all, made]);
    return made;
  }

  #list(collection: string, account: string, { query }: KeptRequest, response: ServerResponse): undefined {
    const all = (this.objects.get(collection) ?? []).filter((one) => one["account"] === account);
    const ordered = query.get("order") === "asc" ? all : all.toReversed();
    const after = query.get("after");
    const from = after === null ? 0 : ordered.findIndex((one) => one.id === after) + 1;
    if (after !== null && from === 0) return send(response, 400, missing(after, collection));
    const limit = Number(query.get("limit") ?? 20);
    const data = ordered.slice(from, from + limit);
    const hasMore = ordered.length > from + limit;
    const ends = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    send(response, 200, { object: "list", data, has_more: hasMore, ...ends });
  }

  #below(
    below: readonly string[],
    found: Entry,
    { method }: KeptRequest,
    response: ServerResponse,
  ): undefined {
    const [action = ""] = below;
    if (action === "content" || below.at(-1) === "content") {
      response.writeHead(200, { "content-type": "application/octet-stream" });
      response.end(Buffer.from(`content of ${found.id}`));
    } else if (action === "complete")
      send(response, 200, { ...found, status: "completed", file: this.#make("/files", {}, "") });
    else if (method === "GET" && below.length === 1)
      send(response, 200, { object: "list", data: [{ id: `${action}-1` }], has_more: false });
    else
      send(response, 200, { id: below[1] ?? found.id, object: "below", of: found.id, did: below.join("/") });
  }
}

function stream(response: ServerResponse, made: Entry): undefined {
  response.writeHead(200, { "content-type": "text/event-stream" });
  if (made.id.startsWith("resp_")) {
    response.write(eventOf("response.created", { response: made, sequence_number: 0 }));
    response.end(
      eventOf("response.completed", { response: { ...made, status: "completed" }, sequence_number: 1 }),
    );
    return;
  }
  response.write(
    `data: ${JSON.stringify({ id: made.id, choices: [{ index: 0, delta: { content: "x" } }] })}\n\n`,
  );
  const end = { id: made.id, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
  response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`);
}

function resume(response: ServerResponse, found: Entry): undefined {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.end(
    eventOf("response.completed", { response: { ...found, status: "completed" }, sequence_number: 7 }),
  );
}

function eventOf(type: string, fields: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

function missing(id: string, collection: string): object {
  const message = `No such ${collection.slice(1)} object: ${id}`;
  return { error: { message, type: "invalid_request_error", param: "id", code: null } };
}

function send(response: ServerResponse, status: number, value: unknown): undefined {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}

/** Starts one, closed when the test is over. */
export async function keepingFor(
  t: TestContext,
  name: string,
  models: readonly string[] = ["m"],
): Promise<KeepingEndpoint> {
  const endpoint = new KeepingEndpoint(name, models);
  const server = createServer((request, response) => void endpoint.answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return endpoint;
}
