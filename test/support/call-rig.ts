// One request on its way through the data plane without a socket: a client that can leave, endpoints that follow a
// script, and between them the real services. For unit tests of what works for a `Call`; whole gateways over real
// sockets are `world.ts`.

import type { FlatHeaders } from "../../src/http/message.ts";
import { Call } from "../../src/proxy/exchange/call.ts";
import { Exchange } from "../../src/proxy/exchange/exchange.ts";
import type { Services } from "../../src/proxy/exchange/services.ts";
import { type MatchedOperation, peekRequest } from "../../src/proxy/request/read-request.ts";
import { resolveModel } from "../../src/proxy/request/resolve.ts";
import { Targets } from "../../src/proxy/target/targets.ts";
import { Rotations } from "../../src/routing/balancer.ts";
import { buildWorld } from "../../src/world.ts";
import { requestOf, servicesOf } from "./call-parts.ts";
import { FakeOutbound, type Scripted, type SentCall } from "./fakes/fake-outbound.ts";
import { KeptReply } from "./fakes/kept-reply.ts";
import { HeldClock } from "./held-clock.ts";
import { KeptLog } from "./kept-log.ts";
import { listedBy } from "./routing-fixtures.ts";
import { type ConfigObject, configOf } from "./start-gateway.ts";

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

/** A call, the client that waits for it, and all that has a part in it. */
export type CallRig = {
  readonly call: Call;
  readonly reply: KeptReply;
  readonly services: Services;
  readonly outbound: FakeOutbound;
  readonly clock: HeldClock;
  /** Endpoints in the order in which they were asked. */
  readonly asked: readonly string[];
  /** Another request to the same world. */
  another(request?: RiggedRequest): { readonly call: Call; readonly reply: KeptReply };
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
  const services = servicesFor(parts, { clock, log, outbound });
  const another = (other: RiggedRequest = {}) => callOf(services, other);
  return { ...another(request), services, outbound, clock, asked, another };
}

type Fakes = { readonly clock: HeldClock; readonly log: KeptLog; readonly outbound: FakeOutbound };

function servicesFor({ endpoints, config, more }: CallRigParts, fakes: Fakes): Services {
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
  return servicesOf({ clock, log, client: outbound, targets }, world);
}

function callOf(services: Services, given: RiggedRequest): { call: Call; reply: KeptReply } {
  const { method = "POST", target = "/v1/chat/completions", body = { model: "m", messages: [] } } = given;
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = ["content-type", "application/json", ...(given.headers ?? [])];
  const request = requestOf(method, target, headers);
  const reply = new KeptReply();
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
