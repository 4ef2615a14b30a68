// Each endpoint with its beats.

import { type Answer, call } from "../../api/client.ts";
import { type EndpointBrief, type EndpointMood, endpoints } from "../../api/endpoints.ts";
import { type Period, period } from "../../app/period.ts";
import { hrefOf } from "../../app/router.ts";
import { type Beat, BeatBar } from "../../parts/beat-bar.tsx";
import { EmptyState } from "../../parts/empty-state.tsx";
import { Panel } from "../../parts/panel.tsx";
import { useResource } from "../../parts/resource.ts";
import { clock, percent, stepName, UNKNOWN, whole } from "../../words/figures.ts";
import { overviewWords } from "../../words/overview/words.ts";

type BeatLine = Answer<"listBeats">["data"][number];

const AGAIN_MS = 10_000;
/** Minutes are kept for two days: beats of longer periods show those. */
const BEATS: Readonly<Record<Period, readonly [minutes: number, count: number]>> = {
  "1h": [1, 60],
  "24h": [30, 48],
  "7d": [60, 48],
  "30d": [60, 48],
};
const STATES = { idle: "none", ok: "ok", some_failed: "warn", failed: "bad" } as const;
const DOTS: Readonly<Record<EndpointMood, string>> = {
  good: "good",
  rest: "warn",
  bad: "bad",
  off: "",
  asking: "",
};

/** The endpoints in the order of the configuration. */
export function EndpointsPanel() {
  const words = overviewWords();
  const [minutes, count] = BEATS[period.value];
  const beats = useResource(
    (signal) => call("listBeats", { query: { minutes, count } }, { signal }),
    [minutes, count],
    AGAIN_MS,
  );
  const all = endpoints.value ?? [];
  return (
    <Panel title={words.endpoints} span={6} isFlush>
      {endpoints.value?.length === 0 && <EmptyState title={words.noEndpoints} />}
      <ul class="lines">
        {all.map((endpoint) => (
          <EndpointLine
            key={endpoint.name}
            endpoint={endpoint}
            minutes={minutes}
            line={beats.value?.data.find((one) => one.endpoint === endpoint.name)}
          />
        ))}
      </ul>
    </Panel>
  );
}

type LineProps = {
  readonly endpoint: EndpointBrief;
  readonly line: BeatLine | undefined;
  readonly minutes: number;
};

function EndpointLine({ endpoint: { name, mood, weight, until }, line, minutes }: LineProps) {
  const words = overviewWords();
  const share = line === undefined || line.attempts === 0 ? null : 1 - line.failed / line.attempts;
  const isRest = mood === "rest" || mood === "bad";
  return (
    <li class="endpoint-line">
      <span class={`dot ${DOTS[mood]}`} title={words.moods[mood]} />
      <a class="clip" href={hrefOf("/endpoints", { name })} title={name.slice(0, 200)}>
        {name.slice(0, 200)}
      </a>
      <BeatBar
        beats={(line?.beats ?? []).map((beat) => beatOf(beat, minutes))}
        label={words.beats(name.slice(0, 200), percent(share))}
      />
      <span class="number">{percent(share)}</span>
      <span class={`clip ${mood === "bad" ? "bad" : "soft"}`}>
        {mood === "good" ? words.weight(weight === null ? UNKNOWN : String(weight)) : words.moods[mood]}
        {isRest && until !== null && ` ${words.untilTime(clock(until))}`}
      </span>
    </li>
  );
}

function beatOf({ at, attempts, failed, state }: BeatLine["beats"][number], minutes: number): Beat {
  const words = overviewWords();
  const time = stepName(Date.parse(at), minutes * 60_000);
  return {
    state: STATES[state],
    title: attempts === 0 ? words.idleBeat(time) : words.beat(time, whole(attempts), whole(failed)),
  };
}
