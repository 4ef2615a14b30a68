// One request on its way through the data plane without a socket: a client that can leave, endpoints that follow a
// script, and between them the real services. For unit tests of what works for a `Call`; whole gateways over real
// sockets are `world.ts`.

import { firstHeader } from "../../src/http/first-header.ts";
import type { FlatHeaders, InboundRequest, Reply } from "../../src/http/message.ts";
import { Loops } from "../../src/proxy/admit/loops.ts";
import { makeOverload } from "../../src/proxy/admit/overload.ts";
import { Call } from "../../src/proxy/exchange/call.ts";
import { Exchange } from "../../src/proxy/exchange/exchange.ts";
import type { Services } from "../../src/proxy/exchange/services.ts";
import { type MatchedOperation, peekRequest } from "../../src/proxy/request/read-request.ts";
import { resolveModel } from "../../src/proxy/request/resolve.ts";
import { Targets } from "../../src/proxy/target/targets.ts";
import { Rotations } from "../../src/routing/balancer.ts";
import { Routes } from "../../src/upstream/routes.ts";
import { Router } from "../../src/wires/paths/router.ts";
import { OPERATIONS, PATH_FORMS } from "../../src/wires/registry/wires.ts";
import { buildWorld } from "../../src/world.ts";
import { FakeOutbound, type Scripted, type SentCall } from "./fakes/fake-outbound.ts";
import { HeldClock } from "./held-clock.ts";
import { listedBy } from "./routing-fixtures.ts";
import { type ConfigObject, configOf, KeptLog } from "./start-gateway.ts";

/** What a rig is made of. */
export type CallRigParts = {
  /** Which models each endpoint has; their addresses are `http://NAME.test`. */
  readonly endpoints: Readonly<Record<string, readonly string[]>>;
  readonly config?: Omit<ConfigObject, "endpoints" | "server">;
  /** More of what an endpoint is configured with, by its name. */
  readonly more?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** What each call of an endpoint gets. */
  readonly script: (endpoint: string, call: SentCall) => Scripted;
};

/** A request as a client makes it: a chat about nothing, unless it says another. */
export type RiggedRequest = {
  readonly method?: string;
  readonly target?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Besides the Content-Type. Flat. */
  readonly headers?: FlatHeaders;
};

/** What a client has been sent. */
export class FakeReply implements Reply {
  isHeadSent = false;
  isClosed = false;
  status = 0;
  headers: FlatHeaders = [];
  text = "";
  isEnded = false;
  isDestroyed = false;
  #onAbort: () => void = () => undefined;

  head(status: number, headers: FlatHeaders): void {
    this.isHeadSent = true;
    this.status = status;
    this.headers = headers;
  }

  flush(): void {}

  write(chunk: Buffer): boolean {
    this.text += chunk.toString();
    return true;
  }

  end(chunk?: Buffer): void {
    this.text += chunk?.toString() ?? "";
    this.isEnded = true;
  }

  destroy(): void {
    this.isDestroyed = true;
  }

  onDrain(): void {}

  onAbort(listener: () => void): void {
    this.#onAbort = listener;
  }

  header(name: string): string | undefined {
    return firstHeader(this.headers, name);
  }

  /** The client goes away. */
  leave(): void {
    this.isClosed = true;
    this.#onAbort();
  }
}

/** A call, the client that waits for it, and all that has a part in it. */
export type CallRig = {
  readonly call: Call;
  readonly reply: FakeReply;
  readonly services: Services;
  readonly outbound: FakeOutbound;
  readonly clock: HeldClock;
  /** Endpoints in the order in which they were asked. */
  readonly asked: readonly string[];
  /** Another request to the same world. */
  another(request?: RiggedRequest): { readonly call: Call; readonly reply: FakeReply };
};

/** A call up to step 6, which nobody has answered yet. */
export function callRig(parts: CallRigParts, request: RiggedRequest = {}): CallRig {
  const clock = new HeldClock();
  const log = new KeptLog();
  const asked: string[] = [];
  const outbound = new FakeOutbound((sent) => {
    const endpoint = new URL(sent.origin).hostname.replace(/\.test$/, "");
    asked.push(endpoint);
    return parts.script(endpoint, sent);
  });
  const services = servicesOf(parts, { clock, log, outbound });
  const another = (other: RiggedRequest = {}) => callOf(services, other);
  return { ...another(request), services, outbound, clock, asked, another };
}

type Fakes = { readonly clock: HeldClock; readonly log: KeptLog; readonly outbound: FakeOutbound };

function servicesOf({ endpoints, config, more }: CallRigParts, fakes: Fakes): Services {
  const { clock, log, outbound } = fakes;
  const names = Object.keys(endpoints);
  const compiled = configOf({
    ...config,
    endpoints: names.map((name) => ({ name, base_url: `http://${name}.test/v1`, ...more?.[name] })),
  });
  const lists = names.map((name) => listedBy(name, ...(endpoints[name] ?? [])));
  const world = buildWorld(compiled, lists, new Rotations());
  const targets = new Targets({ clock, log });
  targets.configure(compiled.reliability.breaker, compiled.reliability.budget);
  targets.restWaits.maxMs = compiled.reliability.maxWaitMs;
  targets.gates.configure(compiled.plan.endpoints);
  return {
    clock,
    log,
    client: outbound,
    routes: new Routes(outbound),
    targets,
    overload: makeOverload(clock, log),
    router: new Router(OPERATIONS, PATH_FORMS),
    settled: { onSettled: () => {} },
    version: undefined,
    loops: new Loops(log),
    world: () => world,
    discovery: {
      hasFirstAnswers: () => true,
      firstAnswers: () => Promise.resolve(),
      askForUnknownName: () => Promise.resolve(),
      untold: () => ({ endpoints: [], isNobodyTold: false, waitMs: 1_000 }),
    },
    isDraining: () => false,
    isReady: () => true,
  };
}

function callOf(services: Services, given: RiggedRequest): { call: Call; reply: FakeReply } {
  const { method = "POST", target = "/v1/chat/completions", body = { model: "m", messages: [] } } = given;
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = ["content-type", "application/json", ...(given.headers ?? [])];
  const request: InboundRequest = {
    method,
    target,
    headers,
    header: (name) => firstHeader(headers, name),
    remoteAddress: "127.0.0.1",
    readBody: () => Promise.resolve(bytes),
  };
  const reply = new FakeReply();
  const exchange = new Exchange(services, request, reply);
  const match = operationOf(services, exchange);
  exchange.peek.contentType = "application/json";
  const name = peekRequest(exchange, match, bytes);
  if (typeof name !== "string") throw new RangeError("a body for a unit test has to be small");
  const model = resolveModel(exchange, match.operation, name);
  if (model instanceof Promise) throw new RangeError(`nobody has the model ${name}`);
  return { call: new Call(exchange, match.operation, model, name), reply };
}

function operationOf(services: Services, exchange: Exchange): MatchedOperation {
  const match = services.router.match(exchange.request.method, exchange.path);
  if (match.kind !== "operation") throw new RangeError(`${exchange.path} is no operation`);
  return match;
}
