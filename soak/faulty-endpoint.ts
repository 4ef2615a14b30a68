// An endpoint of the soak: mostly good, now and then faulty by a script of chance, and always able to say which of a
// client's calls it did what to.

import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../fuzz/random.ts";
import { apiError, behaviour, events, json, stream } from "../test/support/fakes/behaviours.ts";
import type { Behaviour, RecordedRequest } from "../test/support/fakes/fake-connection.ts";
import { type FakeEndpoint, startFakeEndpoint } from "../test/support/fakes/fake-endpoint.ts";
import { hangUp, neverAnswer } from "../test/support/faults.ts";

/** What may go wrong. Of plain requests or of any; `cut` and `idle` of streams only. */
export type Fault = "500" | "429" | "reset" | "stall" | "cut" | "idle";

/** Chances in a thousand. */
const CHANCES: readonly (readonly [Fault, number])[] = [
  ["500", 30],
  ["429", 4],
  ["reset", 15],
  ["stall", 5],
  ["cut", 15],
  ["idle", 5],
];

const CHUNK = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };

/** The endpoint. */
export class FaultyEndpoint {
  readonly name: string;
  readonly fake: FakeEndpoint;
  calls = 0;
  /** What was done to calls, by their id; the soak forgets a call when it is judged. */
  readonly faults = new Map<string, Fault[]>();
  readonly counts = new Map<Fault, number>();
  readonly #random: Random;
  /** When it last said that there were too many requests. */
  limitedMs = Number.NEGATIVE_INFINITY;
  /** When it last gave the gateway reason to leave it alone: three faults in a row. */
  struckMs = Number.NEGATIVE_INFINITY;
  #inARow = 0;
  /** Stretches of time without service; the last may be open. */
  readonly outages: { fromMs: number; toMs: number }[] = [];

  constructor(name: string, fake: FakeEndpoint, random: Random) {
    this.name = name;
    this.fake = fake;
    this.#random = random;
    fake.always(behaviour((exchange) => this.#behaviourFor(exchange.request).run(exchange)));
  }

  static async start(name: string, random: Random): Promise<FaultyEndpoint> {
    return new FaultyEndpoint(name, await startFakeEndpoint({ models: ["m", "embed"] }), random);
  }

  /** Is no part of the configuration until `join`; the gateway needs a moment for either. */
  leave(): void {
    this.outages.push({ fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY });
  }

  /** Is part of it again. */
  join(): void {
    const last = this.outages.findLast(({ toMs }) => toMs === Number.POSITIVE_INFINITY);
    if (last !== undefined) last.toMs = performance.now() + 1_000;
  }

  /** Goes away for a while, breaking what is under way. */
  async disappear(ms: number): Promise<void> {
    const outage = { fromMs: performance.now(), toMs: Number.POSITIVE_INFINITY };
    this.outages.push(outage);
    await this.fake.close();
    await delay(ms);
    await this.fake.reopen();
    outage.toMs = performance.now();
  }

  /** Whether it was away at any time of a call. */
  wasAway(fromMs: number, toMs: number): boolean {
    return this.outages.some((outage) => outage.fromMs <= toMs && fromMs <= outage.toMs);
  }

  #behaviourFor(request: RecordedRequest): Behaviour {
    this.calls += 1;
    // The fake keeps every request, which is too much for a long run.
    this.fake.requests.length = 0;
    this.fake.discoveries.length = 0;
    const isStream = request.body.includes('"stream":true');
    const fault = this.#nextFault(isStream);
    this.#inARow = fault === undefined ? 0 : this.#inARow + 1;
    if (this.#inARow >= 3) this.struckMs = performance.now();
    if (fault !== undefined) {
      const id = request.header("x-client-request-id") ?? "";
      this.faults.set(id, [...(this.faults.get(id) ?? []), fault]);
      if (fault === "429") this.limitedMs = performance.now();
      this.counts.set(fault, (this.counts.get(fault) ?? 0) + 1);
    }
    return sparing(fault === undefined ? this.#good(request, isStream) : faulty(fault), this.calls);
  }

  #nextFault(isStream: boolean): Fault | undefined {
    let drawn = this.#random.below(1_000);
    for (const [fault, chance] of CHANCES) {
      drawn -= chance;
      if (drawn < 0) return isStream || (fault !== "cut" && fault !== "idle") ? fault : undefined;
    }
    return undefined;
  }

  #good(request: RecordedRequest, isStream: boolean): Behaviour {
    if (request.path.endsWith("/embeddings")) return json(200, { object: "list", data: [], model: "embed" });
    if (!isStream) return json(200, { id: "x", model: "m", choices: [{ message: { content: "hi" } }] });
    const isSlow = this.#random.chance(20);
    return slowly(isSlow ? this.#random.between(20, 120) : 0, 20);
  }
}

/** Ends the connection now and then: the fake keeps a little of each request while its connection lives. */
function sparing(then: Behaviour, calls: number): Behaviour {
  if (calls % 20 !== 0) return then;
  return behaviour(async (exchange) => {
    exchange.isReusable = false;
    await then.run(exchange);
  });
}

function faulty(fault: Fault): Behaviour {
  switch (fault) {
    case "500":
      return apiError(500, "server_error");
    case "429":
      return apiError(429, "rate_limit_exceeded", { "retry-after": "1" });
    case "reset":
      return hangUp("reset");
    case "stall":
      return neverAnswer();
    case "cut":
      return behaviour(async (exchange) => {
        await exchange.head(200, ["content-type", "text/event-stream"]);
        for (const piece of events(["{}", "{}"])) await exchange.piece(piece);
        await delay(5);
        exchange.reset();
      });
    case "idle":
      return stream(events([CHUNK, CHUNK]), { end: "never" });
  }
}

function slowly(pauseMs: number, count: number): Behaviour {
  return behaviour(async (exchange) => {
    await exchange.head(200, ["content-type", "text/event-stream"]);
    for (let index = 0; index < count; index += 1) {
      const delta = {
        ...CHUNK,
        choices: [{ index: 0, delta: { content: `word ${index} ` }, finish_reason: null }],
      };
      for (const piece of events([delta])) await exchange.piece(piece);
      if (pauseMs > 0) await delay(pauseMs);
    }
    const last = { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
    for (const piece of events([last, "[DONE]"])) await exchange.piece(piece);
    await exchange.finish();
  });
}
