// `npm run soak -- --minutes N [--seed S] [--engine NAME]`: a gateway under mixed load for a long time, with endpoints that fail by
// script, clients that leave and a configuration that changes. Exit code 1 when an error has no cause in the script,
// or when memory or sockets grow.

import { randomInt } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Random } from "../fuzz/random.ts";
import { Client } from "./client.ts";
import { ENGINE_OPTION, engineNamed } from "./engine-option.ts";
import { FaultyEndpoint } from "./faulty-endpoint.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { Judge } from "./judge.ts";
import type { Sample } from "./sampler.ts";
import { Starvation } from "./starvation.ts";
import { markdownTable, slopeOf } from "./statistics.ts";

const WORKERS = 16;
const SAMPLE_MS = 10_000;
const MIB = 1024 * 1024;

/** What the fitted lines may rise over the second half of the run; noise of a collected heap stays well below. */
const MAX_HEAP_RISE_MIB = 4;
const MAX_RSS_RISE_MIB = 24;
const MAX_SOCKET_RISE = 12;

type TimedSample = Sample & { readonly atMinutes: number };

const PATH = "/v1/chat/completions";
const BIG = "x".repeat(2 * MIB);

class Soak {
  readonly #random: Random;
  readonly #endpoints: readonly FaultyEndpoint[];
  readonly #gateway: GatewayProcess;
  readonly #client: Client;
  readonly #judge: Judge;
  readonly #endMs: number;
  readonly samples: TimedSample[] = [];
  readonly starvation: Starvation;
  #number = 0;
  #reloads = 0;
  #isLastOut = false;

  constructor(random: Random, endpoints: readonly FaultyEndpoint[], gateway: GatewayProcess, endMs: number) {
    this.#random = random;
    this.#endpoints = endpoints;
    this.#gateway = gateway;
    this.#client = new Client(gateway.port);
    this.starvation = new Starvation(gateway.pid);
    this.#judge = new Judge(endpoints, this.starvation);
    this.#endMs = endMs;
  }

  get judge(): Judge {
    return this.#judge;
  }

  get reloads(): number {
    return this.#reloads;
  }

  /** Runs until its time is over. */
  async run(): Promise<void> {
    const workers = Array.from({ length: WORKERS }, () => this.#work());
    await Promise.all([...workers, this.#reload(), this.#vanish(), this.#sample()]);
    this.#client.close();
    this.starvation.end();
    await delay(1_500);
    await this.#take();
  }

  get #isOver(): boolean {
    return performance.now() >= this.#endMs;
  }

  async #work(): Promise<void> {
    while (!this.#isOver) {
      this.#number += 1;
      const call = this.#nextCall(`soak-${this.#number}`);
      const startedMs = performance.now();
      const outcome = await this.#client.call(call);
      this.#judge.take(call.id, call.kind, outcome, startedMs);
      await delay(this.#random.below(200));
    }
  }

  #nextCall(id: string): Parameters<Client["call"]>[0] & { readonly kind: string } {
    const messages = [{ role: "user", content: "hi" }];
    const drawn = this.#random.below(100);
    if (drawn < 35) return { id, kind: "plain", path: PATH, body: { model: "m", messages } };
    if (drawn < 70) return { id, kind: "stream", path: PATH, body: { model: "m", stream: true, messages } };
    if (drawn < 85)
      return { id, kind: "embeddings", path: "/v1/embeddings", body: { model: "embed", input: "x" } };
    if (drawn < 87)
      return {
        id,
        kind: "plain",
        path: PATH,
        body: { model: "m", messages: [{ role: "user", content: BIG }] },
      };
    const abortAfterMs = this.#random.below(150);
    return {
      id,
      kind: "abort",
      path: PATH,
      body: { model: "m", stream: drawn < 96, messages },
      abortAfterMs,
    };
  }

  /** A new configuration every three seconds; every fifth is broken, every fourth is without the last endpoint. */
  async #reload(): Promise<void> {
    for (let turn = 1; !this.#isOver; turn += 1) {
      await delay(3_000);
      await this.#save(turn);
      this.#reloads += 1;
    }
    await this.#gateway.save(configOf(this.#endpoints, 1));
  }

  async #save(turn: number): Promise<void> {
    if (turn % 5 === 0) return this.#gateway.save("endpoints: [{name: a, base_url: ");
    const last = this.#endpoints.at(-1);
    const isWithout = turn % 4 === 0;
    if (isWithout && !this.#isLastOut) last?.leave();
    await this.#gateway.save(configOf(this.#endpoints.slice(0, isWithout ? 2 : 3), 1 + (turn % 7)));
    if (!isWithout && this.#isLastOut) last?.join();
    this.#isLastOut = isWithout;
  }

  /** One endpoint goes away for four seconds in twenty. */
  async #vanish(): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      await delay(Math.min(16_000, Math.max(0, this.#endMs - performance.now())));
      if (!this.#isOver) await this.#endpoints[turn % this.#endpoints.length]?.disappear(4_000);
    }
  }

  async #sample(): Promise<void> {
    while (!this.#isOver) {
      await delay(Math.min(SAMPLE_MS, Math.max(1, this.#endMs - performance.now())));
      await this.#take();
    }
  }

  async #take(): Promise<void> {
    const startedMs = performance.now();
    const sample = { ...(await this.#gateway.sample()), atMinutes: performance.now() / 60_000 };
    this.starvation.noteStill(startedMs, performance.now());
    this.samples.push(sample);
    const { heapBytes, rssBytes, sockets, timers } = sample;
    process.stdout.write(
      `${this.#number} calls, ${this.#judge.unexplained.length} unexplained; heap ${mib(heapBytes)} MiB, rss ${mib(rssBytes)} MiB, ${sockets} sockets, ${timers} timers\n`,
    );
  }
}

function configOf(endpoints: readonly FaultyEndpoint[], weight: number): Readonly<Record<string, unknown>> {
  const timeouts = { first_byte: "1s", idle: "1s" };
  const entries = endpoints.map(({ name, fake }, index) => ({
    name,
    base_url: fake.url,
    weight: index === 0 ? weight : 2,
    timeouts,
  }));
  return { endpoints: entries };
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(1);
}

/** The growth over the second half of the run, and what of it is too much. */
function growthOf(samples: readonly TimedSample[]): { readonly rows: string[][]; readonly faults: string[] } {
  // The last is taken at rest, and the lines are about the load.
  const half = samples.slice(0, -1).slice(Math.floor((samples.length - 1) / 2));
  const minutes = (half.at(-1)?.atMinutes ?? 0) - (half[0]?.atMinutes ?? 0);
  const measures = [
    {
      name: "heap after a full collection, MiB",
      of: (one: Sample) => one.heapBytes / MIB,
      limit: MAX_HEAP_RISE_MIB,
    },
    { name: "resident memory, MiB", of: (one: Sample) => one.rssBytes / MIB, limit: MAX_RSS_RISE_MIB },
    { name: "open sockets", of: (one: Sample) => one.sockets, limit: MAX_SOCKET_RISE },
    { name: "timers", of: (one: Sample) => one.timers, limit: MAX_SOCKET_RISE },
  ];
  const faults: string[] = [];
  const rows = measures.map(({ name, of, limit }) => {
    const slope = slopeOf(half.map((one) => [one.atMinutes, of(one)]));
    if (slope * minutes > limit)
      faults.push(`${name}: rises by ${(slope * minutes).toFixed(2)}, more than ${limit}`);
    const shown = [half[0], half.at(-1), samples.at(-1)].map((one) =>
      one === undefined ? "" : of(one).toFixed(1),
    );
    return [name, ...shown, `${slope.toFixed(3)} a minute`, String(limit)];
  });
  return { rows, faults };
}

async function main(): Promise<number> {
  const options = { minutes: { type: "string" }, seed: { type: "string" }, ...ENGINE_OPTION } as const;
  const { values } = parseArgs({ options });
  const engine = engineNamed(values.engine);
  const minutes = Number(values.minutes ?? 10);
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  if (!(minutes > 0) || !Number.isSafeInteger(seed)) {
    process.stderr.write("usage: npm run soak -- --minutes N [--seed S] [--engine NAME]\n");
    return 2;
  }
  process.stdout.write(`soaking for ${minutes} minutes, engine ${engine ?? "as usual"}, seed ${seed}\n`);
  const names = ["a", "b", "c"];
  const endpoints = await Promise.all(
    names.map((name, index) => FaultyEndpoint.start(name, new Random(seed + index + 1))),
  );
  const gateway = await GatewayProcess.start(configOf(endpoints, 1), { engine });
  const soak = new Soak(new Random(seed), endpoints, gateway, performance.now() + minutes * 60_000);
  await soak.run();
  await gateway.stop();
  await Promise.all(endpoints.map(({ fake }) => fake.close()));
  return report(soak, endpoints, gateway.complaints);
}

function report(soak: Soak, endpoints: readonly FaultyEndpoint[], complaints: readonly string[]): number {
  const { judge } = soak;
  const growth = growthOf(soak.samples);
  const faults = endpoints.map(({ name, counts, calls }) => {
    const told = [...counts].map(([fault, count]) => `${count} ${fault}`).join(", ");
    return [name, String(calls), told];
  });
  const text = [
    markdownTable(
      ["kind of call", "calls", "served", "failed as scripted", "starved", "unexplained"],
      judge.rows(),
    ),
    markdownTable(["endpoint", "calls", "scripted faults"], faults),
    markdownTable(
      ["process", "half-way", "end", "at rest", "slope of the second half", "allowed rise"],
      growth.rows,
    ),
    `${soak.reloads} reloads; failures by answer: ${judge.codes() || "none"}; endpoints or gateway had no time ${soak.starvation.told}`,
  ];
  process.stdout.write(`\n${text.join("\n\n")}\n`);
  const wrong = [...growth.faults, ...complaints.slice(0, 10), ...judge.unexplained.slice(0, 20)];
  for (const line of wrong) process.stderr.write(`WRONG ${line}\n`);
  process.stdout.write(wrong.length === 0 ? "nothing unexplained, nothing grows\n" : "NOT as promised\n");
  return wrong.length === 0 ? 0 : 1;
}

process.exit(await main());
