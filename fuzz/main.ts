// `npm run fuzz -- --seconds N [--seed S] [--only AREA | --engine] [--count FILE]`: gives random inputs to the gateway until
// the time is over, and says which of them it did wrong. Every case follows from seed, area and number. With a file of
// counts it goes on behind the cases that are counted there, and adds to them. Exit code 1 on a finding.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { type Area, type Finding, finding, type OpenArea, TooSlow } from "./area.ts";
import { AREAS, ENGINE_AREAS } from "./areas/all.ts";
import { writeCorpus } from "./corpus.ts";
import { Counts } from "./counts.ts";
import { usedBytes } from "./memory.ts";
import { minimised } from "./minimise.ts";
import { Random, seedOf } from "./random.ts";
import { Watchdog } from "./watchdog.ts";

/** How long an area works before the next has its turn. */
const TURN_MS = 1_000;
/** Cases that warm an area up before its memory counts. */
const WARM_CASES = 500;
/** Between two looks at it, which cost two full collections each: as much as a hundred cases, or a thousand. */
const MEMORY_CASES = 5_000;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/** One fault is found again and again: only so many of a kind are kept. */
const MAX_OF_A_KIND = 3;

type Running = {
  readonly area: Area;
  readonly index: number;
  readonly open: OpenArea;
  /** The number of the next case, and that of the first in this run. */
  cases: number;
  readonly from: number;
  /** At which case its memory was looked at last. */
  lookedAt: number;
  baseBytes: number;
};

class Fuzzer {
  readonly #seed: number;
  readonly #counts: Counts | undefined;
  readonly #watchdog: Watchdog;
  readonly #found = new Map<string, number>();
  #stray: Finding | undefined;

  constructor(seed: number, counts: Counts | undefined) {
    this.#seed = seed;
    this.#counts = counts;
    this.#watchdog = new Watchdog(
      AREAS.map((area) => area.name),
      seed,
    );
    // Faults outside of any promise that a case waits for.
    process.on("uncaughtException", (error) => this.#keepStray("uncaught", error));
    process.on("unhandledRejection", (reason) => this.#keepStray("unhandled", reason));
  }

  /** Runs the areas in turns; gives the number of findings. */
  async run(areas: readonly Area[], seconds: number): Promise<number> {
    const endMs = performance.now() + seconds * 1_000;
    const running: Running[] = [];
    for (const area of areas) {
      const from = this.#counts?.of(area.name) ?? 0;
      const index = AREAS.indexOf(area);
      running.push({ area, index, open: await area.open(), cases: from, from, lookedAt: from, baseBytes: 0 });
    }
    while (performance.now() < endMs) {
      for (const one of running) {
        await this.#turn(one, Math.min(endMs, performance.now() + TURN_MS));
        this.#counts?.note(one.area.name, one.cases);
      }
    }
    for (const one of running) {
      await this.#checkMemory(one);
      process.stdout.write(`${one.area.name.padEnd(14)} ${String(one.cases - one.from).padStart(8)} cases\n`);
      await one.open.close();
    }
    await this.#watchdog.stop();
    return [...this.#found.values()].reduce((sum, count) => sum + count, 0);
  }

  async #turn(running: Running, endMs: number): Promise<void> {
    while (performance.now() < endMs) {
      const random = new Random(seedOf(this.#seed, running.area.name, running.cases));
      const input = running.area.make(random);
      const found = await this.#judge(running, input);
      if (found !== undefined) await this.#report(running, input, found);
      running.cases += 1;
      if (running.cases - running.from === WARM_CASES) running.baseBytes = await usedBytes();
    }
    if (running.cases - running.lookedAt >= MEMORY_CASES) await this.#checkMemory(running);
  }

  async #judge(running: Running, input: Buffer): Promise<Finding | undefined> {
    this.#watchdog.wind(running.index, input);
    this.#stray = undefined;
    try {
      const found = await running.open.check(input);
      return found ?? this.#stray;
    } catch (error) {
      if (error instanceof TooSlow) return finding("hang", error.message);
      return finding("threw", error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
  }

  async #report(running: Running, input: Buffer, found: Finding): Promise<void> {
    const key = `${running.area.name} ${found.kind}`;
    const count = (this.#found.get(key) ?? 0) + 1;
    this.#found.set(key, count);
    if (count > MAX_OF_A_KIND) return;
    const small = await minimised(input, found.kind, (smaller) => this.#judge(running, smaller));
    const shown = (await this.#judge(running, small)) ?? found;
    const path = writeCorpus(running.area.name, found.kind, small, shown.detail);
    const lines = [
      `FINDING ${key}: ${shown.detail}`,
      `  seed ${this.#seed}, case ${running.cases}, ${small.length} bytes: ${small.subarray(0, 200).toString("hex")}`,
      `  kept in ${path}`,
    ];
    process.stderr.write(`${lines.join("\n")}\n`);
  }

  async #checkMemory(running: Running): Promise<void> {
    running.lookedAt = running.cases;
    if (running.baseBytes === 0) return;
    const grown = (await usedBytes()) - running.baseBytes;
    if (grown < MAX_GROWTH_BYTES) return;
    running.baseBytes = await usedBytes();
    this.#found.set(`${running.area.name} memory`, 1);
    process.stderr.write(
      `FINDING ${running.area.name} memory: ${Math.round(grown / 1024 / 1024)} MiB more after ${running.cases - running.from} cases\n`,
    );
  }

  #keepStray(kind: string, reason: unknown): void {
    this.#stray = finding(kind, reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
    // Between two cases nobody would look at it.
    process.stderr.write(`${kind}: ${this.#stray.detail}\n`);
    this.#found.set(kind, (this.#found.get(kind) ?? 0) + 1);
  }
}

async function main(): Promise<number> {
  const options = {
    seconds: { type: "string" },
    seed: { type: "string" },
    only: { type: "string" },
    engine: { type: "boolean" },
    count: { type: "string" },
  } as const;
  const { values } = parseArgs({ options });
  const seconds = Number(values.seconds ?? 60);
  const wanted = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const counts = values.count === undefined ? undefined : Counts.open(values.count, wanted);
  // What was counted is of one seed: with another one the same cases could come again.
  const seed = counts?.seed ?? wanted;
  const among = values.engine === true ? ENGINE_AREAS : AREAS;
  const areas = among.filter((area) => values.only === undefined || area.name === values.only);
  if (!(seconds > 0) || !Number.isSafeInteger(seed) || areas.length === 0) {
    const names = AREAS.map((area) => area.name).join(", ");
    process.stderr.write(
      `usage: npm run fuzz -- --seconds N [--seed S] [--only AREA | --engine] [--count FILE]\n  areas: ${names}\n`,
    );
    return 2;
  }
  process.stdout.write(
    `fuzzing ${areas.map((area) => area.name).join(", ")} for ${seconds} s, seed ${seed}\n`,
  );
  const count = await new Fuzzer(seed, counts).run(areas, seconds);
  process.stdout.write(count === 0 ? "nothing found\n" : `${count} findings\n`);
  return count === 0 ? 0 : 1;
}

process.exit(await main());
