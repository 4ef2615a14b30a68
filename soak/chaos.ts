// `npm run chaos`: kills one, two and all of three endpoints under 500 requests a second and on single requests, and
// holds the gateway to its promises: nothing fails while one endpoint is left, streams that had begun say that they
// broke off, few calls are wasted when nothing is left, and all is well again afterwards. Exit code 1 when not.

import { setTimeout as delay } from "node:timers/promises";
import { ChaosEndpoint } from "./chaos-endpoints.ts";
import { impatientClients } from "./chaos-impatient.ts";
import { attemptCount, Client, endsWithErrorEvent, isWholeStream, type Outcome } from "./client.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { markdownTable, percentile } from "./statistics.ts";

const RATE = 500;
/** Calls to endpoints for each call of a client when everything fails (docs/faults.md, row 97). */
const MAX_AMPLIFICATION = 1.2;
/** Retries that a model has in any case, and those that no budget denies: the first at targets without a strike. */
const FREE_CALLS = 20;
/** After its return an endpoint has to be in use again within this time. */
const MAX_RETURN_MS = 60_000;

/** What happens during a phase: at which time, to what. */
type Event = readonly [atMs: number, action: () => Promise<unknown> | undefined];

class Chaos {
  readonly endpoints: readonly ChaosEndpoint[];
  readonly #client: Client;
  readonly rows: string[][] = [];
  readonly broken: string[] = [];
  #number = 0;

  constructor(endpoints: readonly ChaosEndpoint[], client: Client) {
    this.endpoints = endpoints;
    this.#client = client;
  }

  async one(isStream = false): Promise<Outcome> {
    this.#number += 1;
    const body = { model: "m", stream: isStream, messages: [{ role: "user", content: "hi" }] };
    return await this.#client.call({
      path: "/v1/chat/completions",
      body,
      id: `chaos-${this.#number}`,
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

  check(isKept: boolean, promise: string, detail = ""): void {
    if (!isKept) this.broken.push(`${promise} ${detail}`.trim());
  }

  /** Brings all back and waits until each is used again. */
  async settle(phase: string): Promise<void> {
    for (const endpoint of this.endpoints) {
      endpoint.isBusy = false;
      if (!endpoint.isAlive) await endpoint.revive();
    }
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

function isGood(one: Outcome): boolean {
  return one.end === "whole" && one.status === 200;
}

function told(failures: readonly Outcome[]): string {
  const [first] = failures;
  if (first === undefined) return "";
  return `first: ${first.status} ${first.end} ${first.attempts} ${first.text.slice(0, 300)}`;
}

/** One, then two of three are killed under load; plain requests, then streams. */
async function killUnderLoad(chaos: Chaos, isStream: boolean): Promise<void> {
  const [a, b] = chaos.endpoints;
  const phase = `one, then two of three killed, ${isStream ? "streams" : "plain"}`;
  const taken = await chaos.load(
    8,
    [
      [1_500, () => a?.kill()],
      [4_500, () => b?.kill()],
    ],
    isStream,
  );
  const killed = new Set([a?.name, b?.name]);
  const broke = taken.filter(
    (one) => isStream && one.status === 200 && killed.has(one.endpoint) && !isWholeStream(one),
  );
  const failures = taken.filter(
    (one) => !(isStream ? isWholeStream(one) : isGood(one)) && !broke.includes(one),
  );
  const dishonest = broke.filter((one) => !endsWithErrorEvent(one));
  chaos.note(phase, taken, failures.length);
  chaos.check(
    failures.length === 0,
    `${phase}: ${failures.length} requests lost while an endpoint was left;`,
    told(failures),
  );
  chaos.check(
    dishonest.length === 0,
    `${phase}: ${dishonest.length} broken streams end without an error event;`,
    told(dishonest),
  );
  if (isStream)
    process.stdout.write(
      `${broke.length} streams had begun at a killed endpoint; ${dishonest.length} of them hide it\n`,
    );
  await chaos.settle(phase);
}

/** All are killed, or say that they are busy; and come back. */
async function allGone(chaos: Chaos, how: "killed" | "busy"): Promise<void> {
  const phase = `all three ${how}`;
  const take = (endpoint: ChaosEndpoint): Promise<unknown> | undefined => {
    if (how === "killed") return endpoint.kill();
    endpoint.isBusy = true;
    return undefined;
  };
  await chaos.load(1, []);
  for (const endpoint of chaos.endpoints) await take(endpoint);
  const reached = chaos.endpoints.reduce((sum, { calls }) => sum + calls, 0);
  const taken = await chaos.load(4, []);
  const reachedNow = chaos.endpoints.reduce((sum, { calls }) => sum + calls, 0) - reached;
  const failed = taken.filter((one) => !isGood(one)).length;
  const calls = Math.round(chaos.note(phase, taken, failed) * taken.length);
  const allowed = chaos.allowedCalls(taken);
  chaos.check(calls <= allowed, `${phase}: ${calls} calls for ${failed} requests, more than ${allowed}`);
  chaos.check(
    reachedNow <= allowed,
    `${phase}: ${reachedNow} calls reached the endpoints, more than ${allowed}`,
  );
  const odd = taken.filter((one) => one.status < 429 || !/"code":"\w+"/.test(one.text));
  chaos.check(
    odd.length === 0,
    `${phase}: ${odd.length} answers are no error in OpenAI's envelope;`,
    told(odd),
  );
  const slow = percentile(
    taken.map((one) => one.durationMs),
    99,
  );
  chaos.check(slow < 2_000, `${phase}: a failure takes ${Math.round(slow)} ms`);
  const hintless = taken.filter((one) => one.retryAfter === undefined).length;
  const statuses = [...new Set(taken.map((one) => one.status))].join(", ");
  process.stdout.write(`${phase}: status ${statuses}; ${hintless} of ${taken.length} without Retry-After\n`);
  await chaos.settle(phase);
}

/** The same, one request after the other. */
async function singly(chaos: Chaos): Promise<void> {
  for (const count of [1, 2]) {
    for (const endpoint of chaos.endpoints.slice(0, count)) if (endpoint.isAlive) await endpoint.kill();
    const taken: Outcome[] = [];
    for (let sent = 0; sent < 30; sent += 1) taken.push(await chaos.one(sent % 2 === 1));
    const failures = taken.filter((one) => !isGood(one));
    chaos.note(`single requests, ${count} of three killed`, taken, failures.length);
    chaos.check(
      failures.length === 0,
      `single requests, ${count} killed: ${failures.length} lost;`,
      told(failures),
    );
  }
  await chaos.endpoints[2]?.kill();
  const none = await chaos.one();
  chaos.check(none.status >= 500, "single requests, all killed: not a 5xx", told([none]));
  chaos.note("single request, all killed", [none], 1);
  await chaos.settle("single requests");
}

async function main(): Promise<number> {
  const endpoints = await Promise.all(["a", "b", "c"].map((name) => ChaosEndpoint.start(name)));
  const config = { endpoints: endpoints.map(({ name, fake }) => ({ name, base_url: fake.url })) };
  const gateway = await GatewayProcess.start(config);
  const client = new Client(gateway.port);
  const chaos = new Chaos(endpoints, client);
  const quiet = await chaos.load(3, []);
  chaos.note("nothing killed", quiet, quiet.filter((one) => !isGood(one)).length);
  await singly(chaos);
  await impatientClients(chaos, client);
  await killUnderLoad(chaos, false);
  await killUnderLoad(chaos, true);
  await allGone(chaos, "killed");
  await allGone(chaos, "busy");
  client.close();
  await gateway.stop();
  await Promise.all(endpoints.map((endpoint) => endpoint.kill()));
  const head = ["phase", "requests", "failed", "calls a request", "p50 ms", "p95 ms", "p99 ms", "max ms"];
  process.stdout.write(`\n${markdownTable(head, chaos.rows)}\n\n`);
  const broken = [...chaos.broken, ...gateway.complaints.slice(0, 5)];
  for (const line of broken) process.stderr.write(`BROKEN ${line}\n`);
  process.stdout.write(
    broken.length === 0 ? "every promise is kept\n" : `${broken.length} promises are broken\n`,
  );
  return broken.length === 0 ? 0 : 1;
}

process.exit(await main());
