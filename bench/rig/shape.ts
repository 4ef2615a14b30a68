// Load and endpoint of the public shape as a program in C (`shape.c`), compiled where there is a compiler: in TypeScript
// the two cost more than the gateway, and all three share the processors.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { LoadOrder, LoadReport } from "./load-order.ts";
import { MODELS, SHAPE_EVENTS, SHAPE_PLAIN, STREAM_END, STREAM_HEAD } from "./mock-answers.ts";
import { costOf, treeOf } from "./process-cost.ts";
import { requestOf } from "./request.ts";

/** What separates the pieces of a stream in its file. */
const BETWEEN_PIECES = Buffer.from([0]);
const SOURCE = resolve(import.meta.dirname, "shape.c");

/** What the program tells of a load. */
type Told = Pick<LoadReport, "answers" | "events" | "failed" | "seconds" | "latencies" | "firstEvents">;

/** The compiled program, in a folder of its own. */
export class ShapeProgram {
  readonly #folder: string;
  readonly #program: string;

  private constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /** Undefined where there is no compiler by the name of `cc`. */
  static compile(): ShapeProgram | undefined {
    const folder = mkdtempSync(join(tmpdir(), "oai-gateway-shape-"));
    const program = join(folder, "shape");
    if (spawnSync("cc", ["-O2", "-o", program, SOURCE], { stdio: "ignore" }).status !== 0) {
      rmSync(folder, { recursive: true });
      return undefined;
    }
    writeFileSync(join(folder, "models"), MODELS);
    writeFileSync(join(folder, "plain"), SHAPE_PLAIN);
    const pieces = [STREAM_HEAD, ...SHAPE_EVENTS, STREAM_END].flatMap((piece) => [piece, BETWEEN_PIECES]);
    writeFileSync(join(folder, "stream"), Buffer.concat(pieces));
    return new ShapeProgram(folder, program);
  }

  /** Starts the endpoint; it says its port. */
  async serve(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
    const child = spawn(this.#program, ["serve", this.#folder], { stdio: ["ignore", "pipe", "inherit"] });
    const [line]: unknown[] = await once(child.stdout, "data");
    return { child, port: Number(String(line)) };
  }

  /** Runs a load of closed loops. */
  async load(order: LoadOrder): Promise<LoadReport> {
    const { port, connections, events, warmMs, windowMs, pid, endpointPid, path, headers } = order;
    const file = join(this.#folder, "request");
    writeFileSync(file, requestOf(order, path, headers));
    const [before, ownBefore] = [costOf(treeOf(pid)), costOf([endpointPid])];
    const words = [port, connections, events, warmMs, windowMs, file].map(String);
    const child = spawn(this.#program, ["load", ...words], { stdio: ["ignore", "pipe", "inherit"] });
    const [told] = await Promise.all([text(child.stdout), once(child, "exit")]);
    const [after, ownAfter] = [costOf(treeOf(pid)), costOf([endpointPid])];
    const report = JSON.parse(told) as Told;
    // The window is a part of the time in which this was counted.
    const share = windowMs / (warmMs + windowMs);
    return {
      ...report,
      latencies: report.latencies.toSorted((one, other) => one - other),
      firstEvents: report.firstEvents.toSorted((one, other) => one - other),
      cpuSeconds: (after.cpuSeconds - before.cpuSeconds) * share,
      ownCpuSeconds: (ownAfter.cpuSeconds - ownBefore.cpuSeconds) * share,
      rssBytes: after.rssBytes,
      directLatencies: [],
      leftStreams: 0,
    };
  }

  /** Removes what was compiled. */
  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
