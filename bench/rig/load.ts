// The load on one gateway for one measurement. A process of its own, so that its cost is not the gateway's; takes a
// `LoadOrder` as its only argument and prints a `LoadReport`, both JSON.

import { setTimeout as delay } from "node:timers/promises";
import { type Answered, Caller } from "./caller.ts";
import type { LoadOrder, LoadReport } from "./load-order.ts";
import { costOf, treeOf } from "./process-cost.ts";
import { requestOf } from "./request.ts";

/** The longest run, whatever was ordered. */
const MAX_MS = 120_000;
/** A gateway that refuses connections is not asked again at once. */
const RECONNECT_MS = 20;
/** How long after the last client has left the endpoint's streams are counted. */
const LEAVING_MS = 2_000;
const CHATS = "/v1/chat/completions";

class Load {
  readonly #order: LoadOrder;
  readonly #request: Buffer;
  readonly #direct: Buffer;
  #isMeasuring = false;
  #isOver = false;
  #answers = 0;
  #events = 0;
  #failed = 0;
  readonly #callers = new Set<Caller>();
  readonly #latencies: number[] = [];
  readonly #firstEvents: number[] = [];
  readonly #directLatencies: number[] = [];

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#request = requestOf(order, order.path, order.headers);
    this.#direct = requestOf(order, CHATS, "");
  }

  async run(): Promise<LoadReport> {
    const { kind, pid, endpointPid, rampMs, warmMs, windowMs } = this.#order;
    if (kind === "open") this.#startOpen();
    else await this.#startClosed(rampMs);
    await delay(warmMs);
    const pids = treeOf(pid);
    const own = [process.pid, endpointPid];
    const [before, ownBefore] = [costOf(pids), costOf(own)];
    const startedMs = performance.now();
    this.#isMeasuring = true;
    await delay(windowMs);
    this.#isMeasuring = false;
    const [after, ownAfter] = [costOf(pids), costOf(own)];
    const seconds = (performance.now() - startedMs) / 1_000;
    this.#isOver = true;
    return {
      answers: this.#answers,
      events: this.#events,
      failed: this.#failed,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      ownCpuSeconds: ownAfter.cpuSeconds - ownBefore.cpuSeconds,
      seconds,
      rssBytes: after.rssBytes,
      latencies: sorted(this.#latencies),
      firstEvents: sorted(this.#firstEvents),
      directLatencies: sorted(this.#directLatencies),
      leftStreams: kind === "leaving" ? await this.#streamsLeft() : 0,
    };
  }

  async #startClosed(rampMs: number): Promise<void> {
    const { connections } = this.#order;
    for (let index = 0; index < connections; index += 1) {
      this.#askForEver();
      if (rampMs > 0 && index % 10 === 9) await delay((rampMs * 10) / connections);
    }
  }

  #askForEver(): void {
    const { port, kind, stream } = this.#order;
    let sentMs = 0;
    let hasBegun = false;
    const caller: Caller = new Caller(port, {
      onAnswer: (answer) => {
        this.#take(answer, performance.now() - sentMs, this.#latencies);
        if (answer.status === 0) this.#askLater(caller);
        else if (!this.#isOver) ask();
      },
      onEvents: (count) => {
        if (this.#isMeasuring) this.#events += count;
        if (!hasBegun && this.#isMeasuring && stream) this.#firstEvents.push(performance.now() - sentMs);
        hasBegun = true;
        if (kind === "leaving" && !this.#isOver) this.#leave(caller);
      },
    });
    const ask = (): void => {
      sentMs = performance.now();
      hasBegun = false;
      caller.send(this.#request);
    };
    this.#callers.add(caller);
    ask();
  }

  /** The connection is gone; another takes its place. */
  #askLater(caller: Caller): void {
    caller.close();
    this.#callers.delete(caller);
    setTimeout(() => {
      if (!this.#isOver) this.#askForEver();
    }, RECONNECT_MS);
  }

  #leave(caller: Caller): void {
    caller.close();
    this.#callers.delete(caller);
    if (this.#isMeasuring) this.#answers += 1;
    // Behind the read that is under way.
    setImmediate(() => {
      if (!this.#isOver) this.#askForEver();
    });
  }

  async #streamsLeft(): Promise<number> {
    for (const caller of this.#callers) caller.close();
    await delay(LEAVING_MS);
    const answer = await fetch(`http://127.0.0.1:${this.#order.directPort}/open-streams`);
    const { streams } = (await answer.json()) as { streams: number };
    return streams;
  }

  /** Requests are due at even times, whatever became of those before them; every second one goes to the endpoint itself. */
  #startOpen(): void {
    const { port, directPort, rate } = this.#order;
    const lanes = [new Lane(port), new Lane(directPort)] as const;
    const startedMs = performance.now();
    let sent = 0;
    const timer = setInterval(() => {
      if (this.#isOver) {
        clearInterval(timer);
        return;
      }
      const due = Math.floor(((performance.now() - startedMs) / 1_000) * rate);
      for (; sent < due; sent += 1) {
        const isDirect = sent % 2 === 1;
        const dueMs = startedMs + (sent / rate) * 1_000;
        const latencies = isDirect ? this.#directLatencies : this.#latencies;
        lanes[isDirect ? 1 : 0].ask(isDirect ? this.#direct : this.#request, (answer) =>
          this.#take(answer, performance.now() - dueMs, latencies),
        );
      }
    }, 1);
  }

  #take(answer: Answered, tookMs: number, latencies: number[]): void {
    if (this.#isOver) return;
    const { stream, events } = this.#order;
    const isWhole = answer.status === 200 && (!stream || (answer.hasDone && answer.events === events));
    if (!isWhole && this.#isMeasuring) this.#failed += 1;
    if (!this.#isMeasuring || !isWhole) return;
    if (latencies === this.#latencies) this.#answers += 1;
    latencies.push(tookMs);
  }
}

/** Connections to one port, made when none is idle. */
class Lane {
  readonly #port: number;
  readonly #idle: Caller[] = [];
  readonly #waiting = new Map<Caller, (answer: Answered) => void>();

  constructor(port: number) {
    this.#port = port;
  }

  ask(request: Buffer, onAnswer: (answer: Answered) => void): void {
    const caller = this.#idle.pop() ?? this.#open();
    this.#waiting.set(caller, onAnswer);
    caller.send(request);
  }

  #open(): Caller {
    const caller: Caller = new Caller(this.#port, {
      onAnswer: (answer) => {
        const onAnswer = this.#waiting.get(caller);
        this.#waiting.delete(caller);
        if (answer.status !== 0) this.#idle.push(caller);
        // A connection that ends between two requests is no answer to either.
        else if (this.#idle.includes(caller)) this.#idle.splice(this.#idle.indexOf(caller), 1);
        onAnswer?.(answer);
      },
    });
    return caller;
  }
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((one, other) => one - other);
}

setTimeout(() => process.exit(1), MAX_MS).unref();
const report = await new Load(JSON.parse(process.argv[2] ?? "{}") as LoadOrder).run();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
