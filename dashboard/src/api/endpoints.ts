// The endpoints as all pages show them: kept once, asked for anew when something has changed.

import { signal } from "@preact/signals";
import { type Answer, call } from "./client.ts";
import { isRecord } from "./failure.ts";
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
        endpoints.value = briefsOf(data);
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

/** Reads endpoints out of an answer; what is none is left out. */
export function briefsOf(data: Answer<"listEndpoints">["data"]): readonly EndpointBrief[] {
  return data.flatMap((one: unknown) =>
    isRecord(one) && typeof one["name"] === "string" ? [briefOf(one["name"], one)] : [],
  );
}

function briefOf(name: string, one: Readonly<Record<string, unknown>>): EndpointBrief {
  const list = isRecord(one["list"]) ? one["list"]["state"] : undefined;
  const breaker = isRecord(one["breaker"]) ? one["breaker"] : {};
  const rests = Array.isArray(one["rests"]) ? one["rests"].filter(isRecord) : [];
  const isOff = one["isEnabled"] === false || one["is_enabled"] === false || list === "disabled";
  const isOpen = breaker["state"] === "open";
  const isWhole = rests.some(({ model, key }) => model === null && key === null);
  const mood = isOff
    ? "off"
    : isOpen || isWhole || list === "failed" || list === "rejected_key"
      ? "bad"
      : rests.length > 0 || breaker["state"] === "half_open"
        ? "rest"
        : list === "asking"
          ? "asking"
          : "good";
  const untils = [breaker["until"], ...rests.map(({ until }) => until)].filter(
    (until) => typeof until === "string",
  );
  const weight = typeof one["weight"] === "number" ? one["weight"] : null;
  return { name, mood, weight, until: untils.toSorted().at(-1) ?? null };
}
