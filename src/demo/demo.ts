// The demo's world: three mock endpoints of different manners, and traffic so that there is something to look at. The
// gateway in front of them is started by the command `demo`, which calls this.

import type { Clock } from "../core/clock.ts";
import { type MockProfile, startMockEndpoint } from "./mock-endpoint.ts";
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

type WeightedProfile = MockProfile & { readonly weight: number };

const PROFILES: readonly WeightedProfile[] = [
  {
    name: "alpha",
    weight: 3,
    firstByte: [30, 90],
    betweenEvents: [8, 20],
    failuresFirst: 0,
    failureShare: 0,
    rateLimit: undefined,
  },
  {
    name: "beta",
    weight: 1,
    firstByte: [100, 300],
    betweenEvents: [15, 40],
    failuresFirst: 1,
    failureShare: 0.1,
    rateLimit: undefined,
  },
  {
    name: "gamma",
    weight: 1,
    firstByte: [500, 1200],
    betweenEvents: [40, 90],
    failuresFirst: 0,
    failureShare: 0,
    rateLimit: { every: 20, length: 3 },
  },
];

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

/** Begins the id of each sample request. */
const SAMPLE_ID = "demo-sample-";

/** Whether a request with this id is one of the sample traffic, and not a person's own. */
export function isSampleRequest(requestId: string): boolean {
  return requestId.startsWith(SAMPLE_ID);
}

/** Traffic under way. */
export type DemoTraffic = { stop(): void };

/**
 * Sends so many requests a second to a gateway at `baseUrl`, a mix of plain and streamed chat and embeddings; none at
 * 0. It keeps no process alive and says nothing of failures: the gateway's log does.
 */
export function startDemoTraffic(baseUrl: string, perSecond: number, seed = 1): DemoTraffic {
  if (!(perSecond > 0)) return { stop: () => {} };
  const random = seededRandom(seed);
  const stopping = new AbortController();
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    void sendOne({ baseUrl, id: `${SAMPLE_ID}${count}`, draw: random(), signal: stopping.signal });
  }, 1000 / perSecond);
  timer.unref();
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
  readonly draw: number;
  readonly signal: AbortSignal;
};

async function sendOne({ baseUrl, id, draw, signal }: SampleRequest): Promise<void> {
  const [path, fields] = requestFor(draw);
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "oai-gateway-demo", "x-request-id": id },
      body: JSON.stringify(fields),
      signal,
    });
    // Read to the end, as a client would: an unread body would hold its connection.
    await response.arrayBuffer();
  } catch {
    // The gateway is stopping, or has logged why not.
  }
}

function requestFor(draw: number): [path: string, fields: object] {
  if (draw < 0.2) return ["/embeddings", { model: "mock-embed", input: `text ${draw}` }];
  const model = draw < 0.5 ? "mock-chat-mini" : "mock-chat";
  const messages = [{ role: "user", content: `Question ${draw}` }];
  return ["/chat/completions", { model, messages, stream: draw > 0.35 }];
}

function waitForTimer(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
