// What the page shows of endpoints, put together from several answers.

import { type Answer, call } from "../../api/client.ts";

/** An endpoint as it is now. */
type EndpointNow = Answer<"listEndpoints">["data"][number];

/** In one word. */
export type EndpointHealth = Answer<"getState">["endpoints"][number]["health"];

/** Where an endpoint comes from, and its settings where they lie in the store. */
type EndpointSource = Answer<"getConfig">["data"][number];

/** One row. */
export type EndpointRow = {
  readonly now: EndpointNow;
  readonly health: EndpointHealth;
  /** Until when it rests or is ejected, ISO 8601. */
  readonly until: string | null;
  readonly source: EndpointSource | undefined;
  /** Of the switch that drains it or turns it off. */
  readonly switchVersion: number;
};

/** The row of every endpoint, in the order of the configuration. */
export async function loadRows(signal: AbortSignal): Promise<readonly EndpointRow[]> {
  const [endpoints, state, config, switches] = await Promise.all([
    call("listEndpoints", {}, { signal }),
    call("getState", {}, { signal }),
    call("getConfig", {}, { signal }),
    call("listSwitches", {}, { signal }),
  ]);
  const states = new Map(state.endpoints.map((one) => [one.name, one]));
  return endpoints.data.map((now) => ({
    now,
    health: states.get(now.name)?.health ?? "asking",
    until: states.get(now.name)?.until ?? null,
    source: config.data.find(({ kind, name }) => kind === "endpoint" && name === now.name),
    switchVersion: switches.data.find(({ name }) => name === now.name)?.version ?? 0,
  }));
}

/** Minutes of a beat, and how many there are: a day. */
export const BEATS = { minutes: 30, count: 48 } as const;

/** What is known of the last day: beats, and how long first tokens took. */
export type EndpointDay = {
  readonly beats: ReadonlyMap<string, Answer<"listBeats">["data"][number]>;
  readonly firstTokens: ReadonlyMap<string, number>;
};

/** The last day of every endpoint. */
export async function loadDay(signal: AbortSignal): Promise<EndpointDay> {
  const { minutes, count } = BEATS;
  const from = new Date(Date.now() - minutes * count * 60_000).toISOString();
  const [beats, latency] = await Promise.all([
    call("listBeats", { query: { minutes, count } }, { signal }),
    call("getLatency", { query: { by: "endpoint", from } }, { signal }),
  ]);
  return {
    beats: new Map(beats.data.map((line) => [line.endpoint, line])),
    firstTokens: new Map(
      latency.data.flatMap(({ group, first_token }) =>
        first_token === null ? [] : [[group["endpoint"] ?? "", first_token.p50_ms] as const],
      ),
    ),
  };
}

/** The colour of a state. */
export const HEALTH_COLOURS: Readonly<Record<EndpointHealth, "good" | "warn" | "bad" | "">> = {
  ok: "good",
  resting: "warn",
  down: "bad",
  recovering: "warn",
  no_models: "bad",
  asking: "",
  draining: "warn",
  disabled: "",
};

/** The colour of what is said of a model in a list that was asked for now. */
export const MODEL_COLOURS: Readonly<Record<Answer<"fetchModels">["data"][number]["state"], string>> = {
  known: "",
  new: "good",
  gone: "bad",
  left_out: "",
};
