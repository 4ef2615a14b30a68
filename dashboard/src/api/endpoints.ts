// The endpoints as all pages show them: kept once, asked for anew when something has changed.

import { signal } from "@preact/signals";
import { type Answer, call } from "./client.ts";
import { onLive } from "./live.ts";

/** How an endpoint does. `rest`: some of it rests; `bad`: it is ejected, or its key is refused; `off`: turned off. */
export type EndpointMood = "good" | "rest" | "bad" | "off" | "asking";

/** An endpoint in a few words. */
export type EndpointBrief = {
  readonly name: string;
  readonly mood: EndpointMood;
  readonly weight: number | null;
  /** Until when it rests, ISO 8601. */
  readonly until: string | null;
};

type Endpoint = Answer<"listEndpoints">["data"][number];

const AGAIN_MS = 10_000;
/** However much happens, it is not asked for more often. */
const LEAST_MS = 2_000;

/** The endpoints; undefined before the first answer. */
export const endpoints = signal<readonly EndpointBrief[] | undefined>(undefined);

/** Keeps them up to date until the function that is given back is called. */
export function watchEndpoints(): () => void {
  let askedMs = 0;
  const ask = (): void => {
    if (document.visibilityState !== "visible" || Date.now() - askedMs < LEAST_MS) return;
    askedMs = Date.now();
    call("listEndpoints").then(
      ({ data }) => {
        endpoints.value = data.map(briefOf);
      },
      // The banner says that nothing is answered; the last ones stay.
      () => undefined,
    );
  };
  ask();
  const timer = setInterval(ask, AGAIN_MS);
  document.addEventListener("visibilitychange", ask);
  const stops = [onLive("state", ask), onLive("config", ask)];
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", ask);
    for (const stop of stops) stop();
  };
}

const MOODS: Readonly<Record<Endpoint["health"], EndpointMood>> = {
  ok: "good",
  resting: "rest",
  recovering: "rest",
  draining: "rest",
  no_models: "bad",
  down: "bad",
  asking: "asking",
  disabled: "off",
};

function briefOf({ name, health, weight, until }: Endpoint): EndpointBrief {
  return { name, mood: MOODS[health], weight, until };
}
