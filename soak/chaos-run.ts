// What the phases of `npm run chaos` share: the three endpoints, the gateway in front of them, load at a fixed rate, the
// table of numbers and the list of broken promises.

import { setTimeout as delay } from "node:timers/promises";
import type { EngineName } from "../src/config/schema/engine-name.ts";
import type { ChaosEndpoint } from "./chaos-endpoints.ts";
import { attemptCount, Client, type Outcome } from "./client.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { percentile } from "./statistics.ts";

/** Requests a second. */
const RATE = 500;
/** Calls to endpoints for each call of a client when everything fails (docs/faults.md, row 97). */
const MAX_AMPLIFICATION = 1.2;
/** Retries that a model has in any case, and those that no budget denies: the first at targets without a strike. */
const FREE_CALLS = 20;
/** After its return an endpoint has to be in use again within this time. */
const MAX_RETURN_MS = 60_000;

/** What happens during a phase: at which time, to what. */
type Event = readonly [atMs: number, action: () => Promise<unknown> | undefined];

/** One part of the run. It leaves all endpoints alive and in use. */
export type Phase = (chaos: Chaos) => Promise<void>;

/** One run. */
export class Chaos {
  readonly endpoints: readonly ChaosEndpoint[];
  #client: Client;
  readonly rows: string[][] = [];
  readonly broken: string[] = [];
  readonly #engine: EngineName | undefined;
  #number = 0;

  constructor(endpoints: readonly ChaosEndpoint[], client: Client, engine: EngineName | undefined) {
    this.endpoints = endpoints;
    this.#client = client;
    this.#engine = engine;
  }

  /** One request; with `abortAfterMs` its client gives up after so long. */
  async one(isStream = false, abortAfterMs?: number): Promise<Outcome> {
    this.#number += 1;
    const body = { model: "m", stream: isStream, messages: [{ role: "user", content: "hi" }] };
    return await this.#client.call({
      path: "/v1/chat/completions",
      body,
      id: `chaos-${this.#number}`,
      ...(abortAfterMs === undefined ? {} : { abortAfterMs }),
    });
  }

  /** Sends at a fixed rate, whatever comes back, while the events happen. */
  async load(seconds: number, events: readonly Event[], isStream = false, rate = RATE): Promise<Outcome[]> {
    const startMs = performance.now();
    const pending: Promise<Outcome>[] = [];
    const left = [...events];
    for (let now = 0; now < seconds * 1_000; now = performance.now() - startMs) {
      for (let [next] = left; next !== undefined && next[0] <= now; [next] = left) {
        left.shift();
        await next[1]();
      }
      const due = Math.floor((now * rate) / 1_000);
      while (pending.length < due) pending.push(this.one(isStream));
      await delay(2);
    }
    return Promise.all(pending);
  }

  /** Adds a line to the table and counts the calls that reached endpoints; gives calls per client call. */
  note(phase: string, taken: readonly Outcome[], failed: number): number {
    const times = taken.map((one) => one.durationMs);
    const calls = taken.reduce((sum, one) => sum + attemptCount(one), 0);
    const amplification = calls / Math.max(1, taken.length);
    const [p50, p95, p99, max] = [50, 95, 99, 100].map(
      (percent) => `${percentile(times, percent).toFixed(1)}`,
    );
    this.rows.push([
      phase,
      String(taken.length),
      String(failed),
      amplification.toFixed(3),
      p50 ?? "",
      p95 ?? "",
      p99 ?? "",
      max ?? "",
    ]);
    return amplification;
  }

  /** Calls to endpoints that the retry budget allows while everything fails, whatever was good before. */
  allowedCalls(taken: readonly Outcome[]): number {
    return Math.ceil(taken.length * MAX_AMPLIFICATION) + FREE_CALLS;
  }

  /** Notes a promise that is not kept. */
  check(isKept: boolean, promise: string, detail = ""): void {
    if (!isKept) this.broken.push(`${promise} ${detail}`.trim());
  }

  /** Runs something against a gateway of its own that has learnt nothing yet, with all endpoints alive. */
  async withFreshGateway(run: (gateway: GatewayProcess) => Promise<void>): Promise<void> {
    const shared = this.#client;
    await this.#reviveAll();
    const gateway = await GatewayProcess.start(configOf(this.endpoints), { engine: this.#engine });
    this.#client = new Client(gateway.port);
    try {
      await run(gateway);
    } finally {
      this.#client.close();
      this.#client = shared;
      await gateway.stop();
      this.broken.push(...gateway.complaints.slice(0, 5));
      await this.#reviveAll();
    }
  }

  async #reviveAll(): Promise<void> {
    for (const endpoint of this.endpoints) {
      endpoint.isBusy = false;
      if (!endpoint.isAlive) await endpoint.revive();
    }
  }

  /** Brings all back and waits until each is used again. */
  async settle(phase: string): Promise<void> {
    await this.#reviveAll();
    const startMs = performance.now();
    const before = this.endpoints.map(({ calls }) => calls);
    const isBack = (): boolean =>
      this.endpoints.every(({ calls }, index) => calls > (before[index] ?? 0) + 3);
    let failed = 0;
    while (!isBack() && performance.now() - startMs < MAX_RETURN_MS) {
      const taken = await this.load(0.5, [], false, 100);
      failed += taken.filter((one) => !isGood(one)).length;
    }
    const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
    process.stdout.write(
      `after "${phase}": all endpoints in use again after ${seconds} s, ${failed} failed meanwhile\n`,
    );
    this.check(
      isBack(),
      `${phase}: an endpoint that came back is not used again within ${MAX_RETURN_MS / 1_000} s`,
    );
    this.check(failed === 0, `${phase}: ${failed} requests failed after the endpoints had come back`);
  }
}

/** The gateway's configuration. */
export function configOf(endpoints: readonly ChaosEndpoint[]): Readonly<Record<string, unknown>> {
  return { endpoints: endpoints.map(({ name, fake }) => ({ name, base_url: fake.url })) };
}

/** Whether it was answered, whole. */
export function isGood(one: Outcome): boolean {
  return one.end === "whole" && one.status === 200;
}

/** The first of some failures, for the message. */
export function told(failures: readonly Outcome[]): string {
  const [first] = failures;
  if (first === undefined) return "";
  return `first: ${first.status} ${first.end} ${first.attempts} ${first.text.slice(0, 300)}`;
}
