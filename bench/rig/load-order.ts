// What the load is told to do, and what it tells of it: both go between two processes as JSON.

/**
 * `closed`: each connection asks again when it is answered. `open`: `rate` requests a second, half of them direct.
 * `leaving`: each client leaves its stream at the first event, and another comes.
 */
type LoadKind = "closed" | "open" | "leaving";

/** What to do. All times are in milliseconds. */
export type LoadOrder = {
  readonly kind: LoadKind;
  readonly port: number;
  /** The port of the endpoint itself, for the direct half of `open`. */
  readonly directPort: number;
  /** The gateway's process. */
  readonly pid: number;
  /** The endpoint's. */
  readonly endpointPid: number;
  readonly path: string;
  /** Header lines of every request, such as a key, each with its line end. */
  readonly headers: string;
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
  /** Answers that were not whole or not 200. */
  readonly failed: number;
  readonly cpuSeconds: number;
  /** CPU time of the load and of the endpoint. */
  readonly ownCpuSeconds: number;
  readonly seconds: number;
  readonly rssBytes: number;
  /** Milliseconds from the intended start to the end, sorted. */
  readonly latencies: readonly number[];
  /** The same to the first event of a stream. */
  readonly firstEvents: readonly number[];
  /** The same as `latencies` of requests that went to the endpoint directly. */
  readonly directLatencies: readonly number[];
  /** Streams that the endpoint still has, two seconds after the last client has left. */
  readonly leftStreams: number;
};
