// A scripted OpenAI-compatible endpoint over bare TCP sockets, so that it can misbehave in every way a peer can. The
// answers are in `answers.ts`, `behaviours.ts` and `faults.ts`.

import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { createSecureContext, TLSSocket } from "node:tls";
import { Condition } from "../condition.ts";
import { defaultAnswer, modelList } from "./answers.ts";
import { type Behaviour, type RecordedRequest, serveConnection } from "./fake-connection.ts";

/** Which requests a rule is for: a path (with or without the `/v1`), a path of one method, or a test. */
export type Matcher = string | ((request: RecordedRequest) => boolean);

/** What a new connection meets: service, a reset, or silence for ever (a stalled TLS handshake, for one). */
export type Welcome = "serve" | "reset" | "silent";

/** Options of `startFakeEndpoint`. */
export type FakeOptions = {
  /** What `GET /models` lists; `['m']` when absent. */
  readonly models?: readonly string[];
  /** Path of the base URL; `/v1` when absent. */
  readonly basePath?: string;
  /** PEM texts; with them it speaks TLS. */
  readonly tls?: { readonly key: string; readonly cert: string };
};

/** Starts one on a free loopback port. */
export async function startFakeEndpoint(options: FakeOptions = {}): Promise<FakeEndpoint> {
  const endpoint = new FakeEndpoint(options);
  await endpoint.reopen();
  return endpoint;
}

/** The same, closed when the test is over. */
export async function fakeFor(t: TestContext, options: FakeOptions = {}): Promise<FakeEndpoint> {
  const endpoint = await startFakeEndpoint(options);
  t.after(() => endpoint.close());
  return endpoint;
}

/** The endpoint. Requests for its list of models are kept apart from the others: discovery comes when it likes. */
export class FakeEndpoint {
  /** Every request but `GET …/models`, in order of arrival. */
  readonly requests: RecordedRequest[] = [];
  /** Every `GET …/models`. */
  readonly discoveries: RecordedRequest[] = [];
  /** Times that a connection was used again while a trap was set on it. */
  staleUses = 0;
  models: readonly string[];
  welcome: Welcome = "serve";
  readonly #options: FakeOptions;
  readonly #basePath: string;
  readonly #changed = new Condition();
  readonly #sockets = new Set<Socket>();
  #queue: Behaviour[] = [];
  #rules: { matcher: Matcher; behaviour: Behaviour }[] = [];
  #fallback: Behaviour | undefined;
  #server: Server | undefined;
  #port = 0;
  #connections = 0;

  constructor(options: FakeOptions) {
    this.#options = options;
    this.#basePath = options.basePath ?? "/v1";
    this.models = options.models ?? ["m"];
  }

  get port(): number {
    return this.#port;
  }

  /** The base URL for a configuration. */
  get url(): string {
    const scheme = this.#options.tls === undefined ? "http" : "https";
    return `${scheme}://127.0.0.1:${this.#port}${this.#basePath}`;
  }

  /** From now on answers matching requests so; the last rule that matches wins. */
  on(matcher: Matcher, behaviour: Behaviour): this {
    this.#rules.unshift({ matcher, behaviour });
    return this;
  }

  /** Answers every request but those for the list of models so, unless the script or a rule has another answer. */
  always(behaviour: Behaviour): this {
    this.#fallback = behaviour;
    return this;
  }

  /** One behaviour a request in turn (not for the list of models), before any rule. */
  script(behaviours: readonly Behaviour[]): this {
    this.#queue.push(...behaviours);
    return this;
  }

  /** Forgets rules, script and `always`. */
  behave(): this {
    this.#queue = [];
    this.#rules = [];
    this.#fallback = undefined;
    return this;
  }

  /** The `number`th request, from 1, as soon as its head is there. */
  async waitForRequest(number = 1): Promise<RecordedRequest> {
    return this.#nth(this.requests, number);
  }

  /** The `number`th request for the list of models. */
  async waitForDiscovery(number = 1): Promise<RecordedRequest> {
    return this.#nth(this.discoveries, number);
  }

  openConnections(): number {
    return this.#sockets.size;
  }

  totalConnections(): number {
    return this.#connections;
  }

  /** Resolves when exactly `count` connections are open. */
  whenOpenConnections(count: number): Promise<void> {
    return this.#changed.until(() => this.#sockets.size === count);
  }

  /** Stops listening and breaks every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, "close");
  }

  /** Stops listening; open connections live on. */
  refuseNew(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  /** Listens, after `close` on the same port as before. */
  async reopen(): Promise<void> {
    const { tls } = this.#options;
    const context = tls === undefined ? undefined : createSecureContext(tls);
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
      this.#track(socket);
      if (this.welcome === "reset") socket.resetAndDestroy();
      if (this.welcome !== "serve") return;
      const stream =
        context === undefined ? socket : new TLSSocket(socket, { isServer: true, secureContext: context });
      void serveConnection(this, { stream, tcp: socket, number: this.#connections });
    });
    server.listen(this.#port, "127.0.0.1");
    await once(server, "listening");
    this.#port = portOf(server);
    this.#server = server;
  }

  /** For the connections only. */
  record(request: RecordedRequest): void {
    const list = this.#isDiscovery(request) ? this.discoveries : this.requests;
    list.push(request);
    this.#changed.notify();
  }

  /** For the connections only. */
  staleUse(): void {
    this.staleUses += 1;
    this.#changed.notify();
  }

  /** For the connections only: script, then rules, then `always`, then what OpenAI would answer. */
  behaviourFor(request: RecordedRequest): Behaviour {
    const isDiscovery = this.#isDiscovery(request);
    const scripted = isDiscovery ? undefined : this.#queue.shift();
    if (scripted !== undefined) return scripted;
    const rule = this.#rules.find(({ matcher }) => this.#matches(matcher, request));
    if (rule !== undefined) return rule.behaviour;
    if (isDiscovery) return modelList(this.models);
    return this.#fallback ?? defaultAnswer(request.path);
  }

  #isDiscovery(request: RecordedRequest): boolean {
    return request.method === "GET" && pathOf(request) === `${this.#basePath}/models`;
  }

  #matches(matcher: Matcher, request: RecordedRequest): boolean {
    if (typeof matcher === "function") return matcher(request);
    const [first = "", second] = matcher.split(" ");
    if (second !== undefined && first !== request.method) return false;
    const path = second ?? first;
    return pathOf(request) === path || pathOf(request) === this.#basePath + path;
  }

  async #nth(list: readonly RecordedRequest[], number: number): Promise<RecordedRequest> {
    await this.#changed.until(() => list.length >= number);
    const request = list[number - 1];
    if (request === undefined) throw new RangeError(`no request ${number}`);
    return request;
  }

  #track(socket: Socket): void {
    this.#connections += 1;
    this.#sockets.add(socket);
    // Resets are what these tests are about; the reader has its own listener for those of a served socket.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#changed.notify();
    });
    this.#changed.notify();
  }
}

function pathOf(request: RecordedRequest): string {
  return request.path.split("?")[0] ?? "";
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("not listening on TCP");
  return address.port;
}
