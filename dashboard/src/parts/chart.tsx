// A chart over time, and the same as a table. The program that draws it comes when the first chart is shown.

import { useEffect, useRef, useState } from "preact/hooks";
import { theme } from "../app/theme.ts";
import { appWords } from "../words/app/words.ts";
import { stepName, UNKNOWN } from "../words/figures.ts";
import { language } from "../words/language.ts";

/** One line or one kind of bars; a value for each moment, null where nothing is known. */
export type ChartSeries = { readonly label: string; readonly values: readonly (number | null)[] };

/** What a chart is given. */
export type ChartProps = {
  /** What it shows, in words. */
  readonly label: string;
  /** The beginnings of the steps, milliseconds since 1970. */
  readonly times: readonly number[];
  readonly stepMs: number;
  /** At most eight have a colour of their own. */
  readonly series: readonly ChartSeries[];
  /** `bars` are put on top of one another. */
  readonly kind: "lines" | "bars";
  readonly format: (value: number) => string;
  readonly height?: number;
};

const COLOURS = 8;

/** The colour of a series, as a variable of the style sheet. */
function colourOf(at: number): string {
  return `var(--series-${(at % COLOURS) + 1})`;
}

/** The chart with its legend, or its table. */
export function Chart(props: ChartProps) {
  const { label, series } = props;
  const [isTable, setTable] = useState(false);
  const words = appWords();
  return (
    <figure style={{ margin: 0 }} aria-label={label}>
      {isTable ? <ChartTable {...props} /> : <Drawing {...props} />}
      <figcaption class="chart-legend">
        {series.map((one, at) => (
          <span key={one.label}>
            <span class="swatch" style={{ background: colourOf(at) }} />
            <bdi>{one.label}</bdi>
          </span>
        ))}
        <span style={{ flex: 1 }} />
        <button
          type="button"
          class="button is-plain"
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? words.asChart : words.asTable}
        </button>
      </figcaption>
    </figure>
  );
}

function ChartTable({ times, stepMs, series, format, label }: ChartProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <section class="chart-twin" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            <th scope="col">{appWords().time}</th>
            {series.map((one) => (
              <th key={one.label} scope="col" class="number">
                <bdi>{one.label}</bdi>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.map((atMs, at) => (
            <tr key={atMs}>
              <th scope="row">{stepName(atMs, stepMs)}</th>
              {series.map((one) => {
                const value = one.values[at] ?? null;
                return (
                  <td key={one.label} class="number">
                    {value === null ? UNKNOWN : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Drawing(props: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const { height = 200, label } = props;
  const look = `${theme.value} ${language.value}`;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    let close: (() => void) | undefined;
    let isGone = false;
    void import("./drawing.ts").then(({ draw }) => {
      if (!isGone) close = draw(element, { ...props, height });
    });
    return () => {
      isGone = true;
      close?.();
    };
  }, [props.times, props.series, props.kind, height, look]);
  return <div ref={place} role="img" aria-label={label} style={{ height: `${height}px` }} />;
}
