// The endpoints side by side.

import { useEffect, useState } from "preact/hooks";
import { type Beat, BeatBar } from "../../parts/beat-bar.tsx";
import { endpointsWords } from "../../words/endpoints/words.ts";
import { duration, stepName, whole } from "../../words/figures.ts";
import { attempt, moveSwitch } from "./actions.ts";
import { BEATS, type EndpointDay, type EndpointRow, HEALTH_COLOURS } from "./endpoint-data.ts";
import { TestResult } from "./test-result.tsx";
import { testEndpoint, tests } from "./tests.ts";

/** Longer names are cut. */
const LONGEST_NAME = 200;
const STATES = { idle: "none", ok: "ok", some_failed: "warn", failed: "bad" } as const;

type TableProps = {
  readonly rows: readonly EndpointRow[];
  readonly day: EndpointDay | undefined;
  readonly onOpen: (name: string) => void;
  readonly onChanged: () => void;
};

/** The table. */
export function EndpointTable(props: TableProps) {
  const words = endpointsWords();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section class="panel endpoints" tabIndex={0} aria-label={words.name}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.state}</th>
            <th scope="col" class="number">
              {words.weight}
            </th>
            <th scope="col" class="number">
              {words.priority}
            </th>
            <th scope="col" class="number">
              {words.inFlight}
            </th>
            <th scope="col" class="endpoints-beats">
              {words.lastHours(String((BEATS.minutes * BEATS.count) / 60))}
            </th>
            <th scope="col" class="number">
              {words.firstToken}
            </th>
            <th scope="col" class="number">
              {words.models}
            </th>
            <th scope="col" class="number">
              {words.keys}
            </th>
            <th scope="col">
              <span class="hidden-but-read">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.rows.map((row) => (
            <Row key={row.now.name} {...props} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ row, day, onOpen, onChanged }: TableProps & { readonly row: EndpointRow }) {
  const words = endpointsWords();
  const { now, health } = row;
  const name = now.name.slice(0, LONGEST_NAME);
  const line = day?.beats.get(now.name);
  return (
    <>
      <tr data-endpoint={name}>
        <td>
          <button type="button" class="link clip" title={name} onClick={() => onOpen(now.name)}>
            <bdi>{name}</bdi>
          </button>
        </td>
        <td>
          <span class="row">
            <span class={`dot ${HEALTH_COLOURS[health]}`} />
            <span class={HEALTH_COLOURS[health]}>{words.states[health]}</span>
            <TimeLeft until={row.until} />
          </span>
        </td>
        <td class="number">{weightText(row)}</td>
        <td class="number">{whole(now.priority)}</td>
        <td class="number endpoints-busy">{whole(now.inFlight)}</td>
        <td class="endpoints-beats">
          <BeatBar
            beats={(line?.beats ?? []).map(beatOf)}
            label={words.beats(name, whole(line?.attempts ?? 0), whole(line?.failed ?? 0))}
          />
        </td>
        <td class="number">{duration(day?.firstTokens.get(now.name))}</td>
        <td class="number">{whole(now.list.modelCount)}</td>
        <td class="number">{whole(now.keyCount)}</td>
        <td>
          <RowActions row={row} onChanged={onChanged} />
        </td>
      </tr>
      {tests.value.has(now.name) && (
        <tr>
          <td colSpan={10} class="endpoints-test">
            <TestResult name={now.name} />
          </td>
        </tr>
      )}
    </>
  );
}

function RowActions({ row, onChanged }: { readonly row: EndpointRow; readonly onChanged: () => void }) {
  const words = endpointsWords();
  const { name } = row.now;
  const isOn = row.health !== "disabled" && row.health !== "draining";
  const toggle = async (): Promise<void> => {
    await moveSwitch(isOn ? "drainEndpoint" : "enableEndpoint", row);
    onChanged();
  };
  return (
    <span class="endpoints-actions">
      <button
        type="button"
        class="button"
        disabled={tests.value.get(name)?.kind === "running"}
        onClick={() => void attempt(() => testEndpoint(name))}
      >
        {words.test}
      </button>
      <button type="button" class="button" onClick={() => void toggle()}>
        {isOn ? words.drain : words.enable}
      </button>
    </span>
  );
}

/** How long it still rests, counted down. */
export function TimeLeft({ until }: { readonly until: string | null }) {
  const [nowMs, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === null) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [until]);
  if (until === null) return null;
  const leftMs = Date.parse(until) - nowMs;
  return leftMs <= 0 ? null : (
    <span class="soft">{endpointsWords().left(duration(Math.ceil(leftMs / 1_000) * 1_000))}</span>
  );
}

function weightText({ now }: EndpointRow): string {
  const factor = now.breaker?.weightFactor ?? 1;
  if (factor === 1) return whole(now.weight);
  return endpointsWords().weightNow(String(Math.round(now.weight * factor * 100) / 100), whole(now.weight));
}

function beatOf({
  at,
  attempts,
  failed,
  state,
}: {
  readonly at: string;
  readonly attempts: number;
  readonly failed: number;
  readonly state: keyof typeof STATES;
}): Beat {
  const time = stepName(Date.parse(at), BEATS.minutes * 60_000);
  return { state: STATES[state], title: endpointsWords().beat(time, whole(attempts), whole(failed)) };
}
