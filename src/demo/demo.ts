// The demo's world: three mock endpoints of different manners, and traffic so that there is something to look at. The
// gateway in front of them is started by the command `demo`, which calls this.

import type { Clock } from "../core/clock.ts";
import { startMockEndpoint } from "./mock-endpoint.ts";
import { PROFILES } from "./profiles.ts";
import { lengthOf, useOf } from "./sample-uses.ts";
import { seededRandom } from "./seeded-random.ts";

/** A mock endpoint as the configuration of the demo's gateway needs it. */
export type DemoEndpoint = { readonly name: string; readonly baseUrl: string; readonly weight: number };

/** The running mock endpoints. */
export type DemoEndpoints = { readonly endpoints: readonly DemoEndpoint[]; close(): Promise<void> };

/** Options of `startDemoEndpoints`. */
export type DemoOptions = {
  readonly clock: Clock;
  /** The same seed gives the same answers and the same failures. */
  readonly seed: number;
  /** Waits between bytes; a timer unless a test passes another. */
  readonly wait?: (ms: number) => Promise<void>;
};

/** Starts `alpha` (quick), `beta` (its first answer and a tenth of the others are 500) and `gamma` (slow, bursts of 429) on free ports. */
export async function startDemoEndpoints(options: DemoOptions): Promise<DemoEndpoints> {
  const { clock, seed, wait = waitForTimer } = options;
  const started = await Promise.all(
    PROFILES.map(async (profile) => ({
      profile,
      mock: await startMockEndpoint(profile, { clock, seed, wait }),
    })),
  );
  return {
    endpoints: started.map(({ profile: { name, weight }, mock: { baseUrl } }) => ({ name, baseUrl, weight })),
    close: async () => {
      await Promise.all(started.map(({ mock }) => mock.close()));
    },
  };
}

/** The first sample requests follow each other quickly: one of them fails over, and nobody should wait long to see it. */
export const OPENING_COUNT = 8;
const OPENING_MS = 250;
/** Begins the id of each sample request. */
const SAMPLE_ID = "demo-sample-";
/** More at once would be a load test: what does not fit is left out. */
const MAX_UNDER_WAY = 48;

/** Whether a request with this id is one of the sample traffic, and not a person's own. */
export function isSampleRequest(requestId: string): boolean {
  return requestId.startsWith(SAMPLE_ID);
}

/** Traffic under way. */
export type DemoTraffic = { stop(): void };

/** Options of `startDemoTraffic`. */
export type DemoTrafficOptions = {
  /** 0: none. */
  readonly perSecond: number;
  readonly seed?: number;
  /** The keys of the clients, by the names that the uses have; who has none sends none. */
  readonly keys?: ReadonlyMap<string, string>;
};

/**
 * Sends so many requests a second to a gateway at `baseUrl`, the first few of them four a second at least, a mix of plain
 * and streamed chat and embeddings. It keeps no process alive and says nothing of failures: the gateway's log does.
 */
export function startDemoTraffic(baseUrl: string, options: DemoTrafficOptions): DemoTraffic {
  const { perSecond, seed = 1, keys = new Map() } = options;
  if (!(perSecond > 0)) return { stop: () => {} };
  const random = seededRandom(seed);
  const stopping = new AbortController();
  const { signal } = stopping;
  let count = 0;
  let underWay = 0;
  const usualMs = 1000 / perSecond;
  const next = (): void => {
    if (underWay >= MAX_UNDER_WAY) return;
    count += 1;
    underWay += 1;
    const sent = sendOne({ baseUrl, id: `${SAMPLE_ID}${count}`, draws: [random(), random()], keys, signal });
    void sent.finally(() => {
      underWay -= 1;
    });
    if (count !== OPENING_COUNT) return;
    clearInterval(timer);
    timer = setInterval(next, usualMs).unref();
  };
  let timer = setInterval(next, Math.min(usualMs, OPENING_MS)).unref();
  return {
    stop: () => {
      clearInterval(timer);
      stopping.abort();
    },
  };
}

type SampleRequest = {
  readonly baseUrl: string;
  readonly id: string;
  /** For the use, and for how much is asked. */
  readonly draws: readonly [use: number, length: number];
  readonly keys: ReadonlyMap<string, string>;
  readonly signal: AbortSignal;
};

async function sendOne({ baseUrl, id, draws, keys, signal }: SampleRequest): Promise<void> {
  const use = useOf(draws[0]);
  const { client, model, isStream, operation } = use;
  const key = client === undefined ? undefined : keys.get(client);
  const question = questionOf(lengthOf(use, draws[1]));
  const [path, fields] =
    operation === "embeddings"
      ? ["/embeddings", { model, input: question }]
      : ["/chat/completions", { model, messages: [{ role: "user", content: question }], stream: isStream }];
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "oai-gateway-demo",
        "x-request-id": id,
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(fields),
      signal,
    });
    // Read to the end, as a client would: an unread body would hold its connection.
    await response.arrayBuffer();
  } catch {
    // The gateway is stopping, or has logged why not.
  }
}

/** A text of so many characters. */
function questionOf(length: number): string {
  return "Which of you answers, and how many are asked? ".repeat(Math.ceil(length / 46)).slice(0, length);
}

function waitForTimer(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
