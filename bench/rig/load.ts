// The load on one gateway for one measurement. A process of its own, so that its cost is not the gateway's; takes a
// `LoadOrder` as its only argument and prints a `LoadReport`, both JSON.

import { setTimeout as delay } from "node:timers/promises";
import { type Answered, Caller } from "./caller.ts";
import { costOf, treeOf } from "./process-cost.ts";

/** What to do. All times are in milliseconds. */
export type LoadOrder = {
  /** `closed`: each connection asks again when it is answered. `open`: `rate` requests a second, half of them direct. */
  readonly kind: "closed" | "open";
  readonly port: number;
  /** The port of the endpoint itself, for the direct half of `open`. */
  readonly directPort: number;
  /** The gateway's process. */
  readonly pid: number;
  readonly connections: number;
  readonly bodyBytes: number;
  readonly model: string;
  readonly stream: boolean;
  /** Events that a stream must have. */
  readonly events: number;
  readonly rate: number;
  readonly rampMs: number;
  readonly warmMs: number;
  readonly windowMs: number;
};

/** What came of it, within the window. */
export type LoadReport = {
  readonly answers: number;
  readonly events: number;
  /** Answers that were not whole or not 200, over the whole run. */
  readonly failed: number;
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly rssBytes: number;
  /** Milliseconds from the intended start to the end, sorted. */
  readonly latencies: readonly number[];
  /** The same of requests that went to the endpoint directly. */
  readonly directLatencies: readonly number[];
};

/** The longest run, whatever was ordered. */
const MAX_MS = 120_000;

class Load {
  readonly #order: LoadOrder;
  readonly #request: Buffer;
  #isMeasuring = false;
  #isOver = false;
  #answers = 0;
  #events = 0;
  #failed = 0;
  readonly #latencies: number[] = [];
  readonly #directLatencies: number[] = [];

  constructor(order: LoadOrder) {
    this.#order = order;
    this.#request = requestOf(order);
  }

  async run(): Promise<LoadReport> {
    const { kind, pid, rampMs, warmMs, windowMs } = this.#order;
    if (kind === "closed") await this.#startClosed(rampMs);
    else this.#startOpen();
    await delay(warmMs);
    const pids = treeOf(pid);
    const before = costOf(pids);
    const startedMs = performance.now();
    this.#isMeasuring = true;
    await delay(windowMs);
    this.#isMeasuring = false;
    const after = costOf(pids);
    this.#isOver = true;
    return {
      answers: this.#answers,
      events: this.#events,
      failed: this.#failed,
      cpuSeconds: after.cpuSeconds - before.cpuSeconds,
      seconds: (performance.now() - startedMs) / 1_000,
      rssBytes: after.rssBytes,
      latencies: this.#latencies.toSorted((one, other) => one - other),
      directLatencies: this.#directLatencies.toSorted((one, other) => one - other),
    };
  }

  async #startClosed(rampMs: number): Promise<void> {
    const { connections, port } = this.#order;
    for (let index = 0; index < connections; index += 1) {
      this.#askForEver(port);
      if (rampMs > 0 && index % 10 === 9) await delay((rampMs * 10) / connections);
    }
  }

  #askForEver(port: number): void {
    let sentMs = 0;
    const caller = new Caller(
      port,
      (answer) => {
        this.#take(answer, performance.now() - sentMs, this.#latencies);
        if (answer.status === 0 || this.#isOver) return caller.close();
        ask();
      },
      (count) => {
        if (this.#isMeasuring) this.#events += count;
      },
    );
    const ask = (): void => {
      sentMs = performance.now();
      caller.send(this.#request);
    };
    ask();
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
        const dueMs = startedMs + (sent / rate) * 1_000;
        const latencies = sent % 2 === 0 ? this.#latencies : this.#directLatencies;
        lanes[sent % 2 === 0 ? 0 : 1].ask(this.#request, (answer) =>
          this.#take(answer, performance.now() - dueMs, latencies),
        );
      }
    }, 1);
  }

  #take(answer: Answered, tookMs: number, latencies: number[]): void {
    if (this.#isOver) return;
    const { stream, events } = this.#order;
    const isWhole = answer.status === 200 && (!stream || (answer.hasDone && answer.events === events));
    if (!isWhole) this.#failed += 1;
    if (!this.#isMeasuring) return;
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
    const caller: Caller = new Caller(
      this.#port,
      (answer) => {
        const onAnswer = this.#waiting.get(caller);
        this.#waiting.delete(caller);
        if (answer.status !== 0) this.#idle.push(caller);
        // A connection that ends between two requests is no answer to either.
        else if (this.#idle.includes(caller)) this.#idle.splice(this.#idle.indexOf(caller), 1);
        onAnswer?.(answer);
      },
      () => {},
    );
    return caller;
  }
}

/** A chat completion whose body has this many bytes: one message of a kilobyte, or a conversation of such of two. */
function requestOf(order: LoadOrder): Buffer {
  const { model, stream, bodyBytes } = order;
  const messages: { role: string; content: string }[] = [];
  const body = (): string => JSON.stringify({ model, stream, messages });
  const pieceBytes = bodyBytes > 4_096 ? 2_048 : 512;
  while (body().length + pieceBytes < bodyBytes)
    messages.push({
      role: messages.length % 2 === 0 ? "user" : "assistant",
      content: "w ".repeat(pieceBytes / 2),
    });
  const bytes = Buffer.from(body());
  const head = `POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nAuthorization: Bearer sk-bench\r\nContent-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}

setTimeout(() => process.exit(1), MAX_MS).unref();
const report = await new Load(JSON.parse(process.argv[2] ?? "{}") as LoadOrder).run();
process.stdout.write(JSON.stringify(report), () => process.exit(0));
