// `npm run fuzz -- --seconds N [--seed S] [--only AREA | --engine]`: gives random inputs to the gateway until the time is
// over, and says which of them it did wrong. Every case follows from seed, area and number. Exit code 1 on a finding.

import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { type Area, type Finding, finding, type OpenArea, TooSlow } from "./area.ts";
import { AREAS, ENGINE_AREAS } from "./areas/all.ts";
import { writeCorpus } from "./corpus.ts";
import { usedBytes } from "./memory.ts";
import { minimised } from "./minimise.ts";
import { Random, seedOf } from "./random.ts";
import { Watchdog } from "./watchdog.ts";

/** How long an area works before the next has its turn. */
const TURN_MS = 1_000;
/** Cases that warm an area up before its memory counts. */
const WARM_CASES = 500;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;
/** One fault is found again and again: only so many of a kind are kept. */
const MAX_OF_A_KIND = 3;

type Running = {
  readonly area: Area;
  readonly index: number;
  readonly open: OpenArea;
  cases: number;
  baseBytes: number;
};

class Fuzzer {
  readonly #seed: number;
  readonly #watchdog: Watchdog;
  readonly #found = new Map<string, number>();
  #stray: Finding | undefined;

  constructor(seed: number) {
    this.#seed = seed;
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
      running.push({ area, index: AREAS.indexOf(area), open: await area.open(), cases: 0, baseBytes: 0 });
    }
    while (performance.now() < endMs) {
      for (const one of running) await this.#turn(one, Math.min(endMs, performance.now() + TURN_MS));
    }
    for (const one of running) {
      process.stdout.write(`${one.area.name.padEnd(14)} ${String(one.cases).padStart(8)} cases\n`);
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
      if (running.cases === WARM_CASES) running.baseBytes = await usedBytes();
    }
    await this.#checkMemory(running);
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
    if (running.baseBytes === 0) return;
    const grown = (await usedBytes()) - running.baseBytes;
    if (grown < MAX_GROWTH_BYTES) return;
    running.baseBytes = await usedBytes();
    this.#found.set(`${running.area.name} memory`, 1);
    process.stderr.write(
      `FINDING ${running.area.name} memory: ${Math.round(grown / 1024 / 1024)} MiB more after ${running.cases} cases\n`,
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
  } as const;
  const { values } = parseArgs({ options });
  const seconds = Number(values.seconds ?? 60);
  const seed = values.seed === undefined ? randomInt(2 ** 31) : Number(values.seed);
  const among = values.engine === true ? ENGINE_AREAS : AREAS;
  const areas = among.filter((area) => values.only === undefined || area.name === values.only);
  if (!(seconds > 0) || !Number.isSafeInteger(seed) || areas.length === 0) {
    const names = AREAS.map((area) => area.name).join(", ");
    process.stderr.write(
      `usage: npm run fuzz -- --seconds N [--seed S] [--only AREA | --engine]\n  areas: ${names}\n`,
    );
    return 2;
  }
  process.stdout.write(
    `fuzzing ${areas.map((area) => area.name).join(", ")} for ${seconds} s, seed ${seed}\n`,
  );
  const count = await new Fuzzer(seed).run(areas, seconds);
  process.stdout.write(count === 0 ? "nothing found\n" : `${count} findings\n`);
  return count === 0 ? 0 : 1;
}

process.exit(await main());
