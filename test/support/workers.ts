// A gateway of several processes, started as a command, and connections of which it is known which process serves them.

import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type CliRun, startCli } from "./cli.ts";
import type { FakeEndpoint } from "./fakes/fake-endpoint.ts";
import { type Answer, openWire, requestBytes, type Wire, type WireRequest } from "./wire.ts";

/** The engines that every promise is tried on. */
export const ENGINES = ["fast", "node"] as const;

/** More connections than this come to one process alone only where another does not accept. */
const MOST_WIRES = 200;
/** Looks at something that is to become so within a tenth of a second; each is a request or more. */
const MOST_LOOKS = 5_000;

/** The configuration of a gateway with two processes, as an object. */
export function configOf(
  fakes: Readonly<Record<string, FakeEndpoint>>,
  more: {
    readonly server?: object;
    readonly endpoint?: Readonly<Record<string, object>>;
    readonly rest?: object;
  } = {},
): string {
  const endpoints = Object.entries(fakes).map(([name, fake]) => ({
    name,
    base_url: fake.url,
    ...more.endpoint?.[name],
  }));
  return JSON.stringify({ server: { port: 0, workers: 2, ...more.server }, endpoints, ...more.rest });
}

/** A connection that one process serves. */
export type WorkerWire = { readonly worker: number; readonly wire: Wire };

/** A running gateway of several processes. */
export class WorkersRun {
  readonly run: CliRun;
  readonly port: number;
  readonly #t: TestContext;
  #marks = 0;

  constructor(t: TestContext, run: CliRun, port: number) {
    this.#t = t;
    this.run = run;
    this.port = port;
  }

  /** Options by which another command means this gateway. */
  get at(): readonly string[] {
    const { folder } = this.run;
    return ["--config", join(folder, "config.yaml"), "--data-dir", join(folder, "xdg-data", "oai-gateway")];
  }

  /** The process that serves as this one now. */
  async pidOf(worker: number): Promise<number> {
    await this.run.says("stdout", new RegExp(`"event":"worker_started","worker":${worker},`));
    const all = [...this.run.stdout.matchAll(/"event":"worker_started","worker":(\d+),"pid":(\d+)/g)];
    return Number(all.findLast((match) => Number(match[1]) === worker)?.[2]);
  }

  /** Waits until a process has taken the place of one that had this id. */
  async replaced(worker: number, pid: number): Promise<void> {
    await this.run.says("stdout", new RegExp(`"worker_died","worker":${worker},"pid":${pid}`));
    const started = `"worker_started","worker":${worker},"pid":`;
    await this.run.says("stdout", new RegExp(`"worker_died","worker":${worker},"pid":${pid}[^]*${started}`));
  }

  /** A connection, with the process that serves it. */
  async open(): Promise<WorkerWire> {
    const wire = await openWire(this.port);
    this.#t.after(() => wire.close());
    this.#marks += 1;
    const path = `/v1/mark-${this.#marks}`;
    await wire.send(requestBytes({ path }));
    await wire.answer();
    const [, worker] = await this.run.says("stdout", new RegExp(`"path":"${path}"[^\\n]*"worker":(\\d+)`));
    return { worker: Number(worker), wire };
  }

  /** A connection that this process serves. */
  async openAt(worker: number): Promise<Wire> {
    for (let count = 0; count < MOST_WIRES; count++) {
      const found = await this.open();
      if (found.worker === worker) return found.wire;
      found.wire.close();
    }
    throw new Error(`process ${worker} accepts no connections`);
  }
}

/** Starts one, and waits until it has the lists of all endpoints. */
export async function workersFor(
  t: TestContext,
  config: string,
  env: Readonly<Record<string, string>> = {},
): Promise<WorkersRun> {
  const run = await startCli(t, [], { files: { "config.yaml": config }, env });
  const port = await run.port();
  await run.ready();
  t.after(() => assert.doesNotMatch(run.stdout, /"event":"internal"/));
  return new WorkersRun(t, run, port);
}

/** Sends a request on an open connection, and reads the answer. */
export async function askOn(wire: Wire, request: WireRequest): Promise<Answer> {
  await wire.send(requestBytes(request));
  return await wire.answer();
}

/** Asks until it is so; what comes of asking is given. */
export async function until<T>(look: () => Promise<T>, isMet: (seen: T) => boolean): Promise<T> {
  for (let count = 0; count < MOST_LOOKS; count++) {
    const seen = await look();
    if (isMet(seen)) return seen;
  }
  throw new Error(`not so after ${MOST_LOOKS} looks`);
}
