// Attempts without a network: one request at a model of two targets, endpoints whose answers are in the test's hand, a
// client that is kept, a clock that stands still. For unit tests of what an attempt is made of.

import type { TestContext } from "node:test";
import { createSilentLog } from "../../src/observe/silent-log.ts";
import { AccessRules } from "../../src/proxy/admit/access.ts";
import { Attempt, type AttemptOptions } from "../../src/proxy/attempt/attempt.ts";
import { sendAttempt } from "../../src/proxy/attempt/waiting.ts";
import { Call } from "../../src/proxy/exchange/call.ts";
import { Exchange } from "../../src/proxy/exchange/exchange.ts";
import type { Services, World } from "../../src/proxy/exchange/services.ts";
import type { AttemptOutcome } from "../../src/proxy/outcome/outcome.ts";
import { TargetRequest } from "../../src/proxy/target/target-request.ts";
import { Targets } from "../../src/proxy/target/targets.ts";
import { Rotations } from "../../src/routing/balancer.ts";
import type { Endpoint, Model } from "../../src/routing/model.ts";
import { ModelPages } from "../../src/routing/table/model-pages.ts";
import { RoutingTable } from "../../src/routing/table/table.ts";
import { requestOf, servicesOf } from "./call-parts.ts";
import { HeldOutbound } from "./fakes/held-outbound.ts";
import { KeptReply } from "./fakes/kept-reply.ts";
import { HeldClock } from "./held-clock.ts";
import { makeEndpoint, makeOverride, makePlan } from "./routing-fixtures.ts";

/** What the request and its endpoints are to be. */
export type RigOptions = {
  readonly path?: string;
  readonly method?: string;
  readonly isStream?: boolean;
  readonly endpoint?: Partial<Endpoint>;
  readonly world?: Partial<Pick<World, "keepAliveMs" | "holdsFirstEvent" | "failsOnEmptyAnswer">>;
};

/** One request under way. */
export class AttemptRig {
  readonly clock = new HeldClock();
  readonly client = new HeldOutbound();
  readonly reply = new KeptReply();
  readonly call: Call;
  readonly #targets: Targets;
  readonly #model: Model;
  readonly #context: TestContext;

  constructor(t: TestContext, options: RigOptions = {}) {
    t.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    this.#context = t;
    const log = createSilentLog();
    this.#targets = new Targets({ clock: this.clock, log });
    const overrides = [makeOverride("m", "a/m", "b/m")];
    const endpoints = ["a", "b"].map((name) => makeEndpoint(name, options.endpoint));
    const table = new RoutingTable(makePlan(endpoints, { overrides }), [], new Rotations());
    const model = table.resolve("m");
    if (model === undefined) throw new RangeError("no model");
    this.#model = model;
    const { clock, client } = this;
    const parts = { clock, log, client, targets: this.#targets };
    const services = servicesOf(parts, worldOf(table, clock, options.world));
    this.call = callOf(services, model, this.reply, options);
  }

  /** An attempt at the first target, or at the second, that was sent. */
  begin(options: Partial<AttemptOptions> = {}, at: 0 | 1 = 0): SentAttempt {
    const target = this.#model.targets[at];
    if (target === undefined) throw new RangeError(`no target ${at}`);
    const { isStream, marks, departure, operationKey: operation } = this.call;
    const request = new TargetRequest({
      isStream,
      operation,
      stickyKey: undefined,
      marks,
      departure,
      modelNow: () => this.#model,
      deadlineMs: Number.POSITIVE_INFINITY,
      awaitsRests: false,
    });
    const lease = this.#targets.acquireAt(this.#model, target, request);
    if (lease instanceof Promise) throw new RangeError("no endpoint has a limit");
    return new SentAttempt(this.call, lease, options);
  }

  /** The request, until its end. */
  get exchange(): Exchange {
    return this.call.exchange;
  }

  /** Lets time pass, on the clock and for timers. */
  pass(ms: number): void {
    this.clock.advance(ms);
    this.#context.mock.timers.tick(ms);
  }
}

/** An attempt whose end is told without a wait. */
export class SentAttempt {
  readonly attempt: Attempt;
  /** How it ended; undefined while it goes on. */
  end: AttemptOutcome | undefined;

  constructor(call: Call, lease: Attempt["lease"], options: Partial<AttemptOptions>) {
    const onSettled = (outcome: AttemptOutcome): void => {
      if (this.end !== undefined) throw new Error("settled twice");
      this.end = outcome;
      lease.end(outcome);
    };
    this.attempt = new Attempt(call, lease, { ...USUAL, onSettled, ...options });
    sendAttempt(this.attempt);
    call.departure.watch(() => this.attempt.abandon("client_gone"));
  }

  /** The outcome in short: its kind, then the fault of an answer, or code, status and reason of a failure. */
  get told(): readonly unknown[] {
    const { end } = this;
    if (end?.kind === "failed") return [end.kind, end.code, end.status, end.reason];
    return end?.kind === "answered" ? [end.kind, end.fault] : [end?.kind];
  }
}

const USUAL: Omit<AttemptOptions, "onSettled"> = {
  keepsErrors: false,
  holdsContextErrors: false,
  holdsFirstEvent: false,
  hasAnother: () => false,
  deadlineMs: Number.POSITIVE_INFINITY,
};

/** After what is to be done in the next tick. */
export function nextTick(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** An event of a chat's stream. */
export function event(fields: Readonly<Record<string, unknown>>): string {
  return `data: ${JSON.stringify(fields)}\n\n`;
}

/** A piece of a chat's text, as an event. */
export function textEvent(content: string): string {
  return event({ choices: [{ index: 0, delta: { content } }] });
}

function worldOf(table: RoutingTable, clock: HeldClock, given: RigOptions["world"]): World {
  const nobody = { host: "localhost", apiKeys: [], corsOrigins: [], allowedHosts: [] };
  return {
    table,
    access: new AccessRules({ ...nobody, passedHeaders: new Set(), passesUnknownPaths: false }),
    pages: new ModelPages(table),
    bodyLimits: { maxBytes: 1_000, idleMs: 1_000, totalMs: 1_000, minBytesPerSecond: 0, clock },
    writeStallMs: 60_000,
    keepAliveMs: undefined,
    holdsFirstEvent: false,
    asksForUsage: false,
    failsOnEmptyAnswer: false,
    bodyBytes: 0,
    endpoints: [],
    ...given,
  };
}

function callOf(services: Services, model: Model, reply: KeptReply, options: RigOptions): Call {
  const { path = "/v1/chat/completions", method = "POST", isStream = false } = options;
  const exchange = new Exchange(services, requestOf(method, path), reply);
  const match = services.router.match(method, path);
  if (match.kind !== "operation") throw new RangeError(`no operation ${path}`);
  exchange.peek.modelName = "m";
  exchange.peek.isStream = isStream;
  if (method === "POST") exchange.peek.body = Buffer.from('{"model":"m"}');
  return new Call(exchange, match.operation, model, "m");
}
