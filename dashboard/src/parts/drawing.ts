// Draws a chart by uPlot. The one importer of `uplot`.

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { stepName } from "../words/figures.ts";
import type { ChartProps } from "./chart.tsx";

/** Draws into an element, as wide as that is; gives back what takes it away. */
export function draw(place: HTMLElement, props: ChartProps & { readonly height: number }): () => void {
  const { times, height } = props;
  const data: uPlot.AlignedData = [times.map((atMs) => atMs / 1_000), ...stacked(props)];
  const chart = new uPlot({ ...optionsOf(place, props), width: place.clientWidth, height }, data, place);
  const sizes = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height }));
  sizes.observe(place);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const redraw = (): void => chart.redraw();
  dark.addEventListener("change", redraw);
  return () => {
    sizes.disconnect();
    dark.removeEventListener("change", redraw);
    chart.destroy();
  };
}

/** Bars stand on those before them, so that the tallest is drawn first. */
function stacked({ series, kind }: ChartProps): (number | null)[][] {
  if (kind === "lines") return series.map(({ values }) => [...values]);
  const sums: number[] = [];
  const layers = series.map(({ values }) =>
    values.map((value, at) => {
      sums[at] = (sums[at] ?? 0) + (value ?? 0);
      return sums[at];
    }),
  );
  return layers.toReversed();
}

function optionsOf(
  place: HTMLElement,
  { series, kind, format, stepMs }: ChartProps,
): Omit<uPlot.Options, "width" | "height"> {
  const bars = uPlot.paths.bars?.({ size: [0.75, 40], align: 1 });
  const axis = {
    stroke: () => colour(place, "--text-soft"),
    grid: { stroke: () => colour(place, "--line"), width: 1 },
    ticks: { show: false },
  };
  const font = `11px ${getComputedStyle(place).fontFamily}`;
  const order = series.map((_one, at) => (kind === "bars" ? series.length - 1 - at : at));
  return {
    legend: { show: false },
    cursor: { y: false, points: { show: kind === "lines" } },
    padding: [8, 18, 0, 0],
    scales: {
      // A bar stands behind the beginning of its step; without room for the last one the step under way is not seen.
      x: { range: (_chart, first, last) => [first, kind === "bars" ? last + stepMs / 1_000 : last] },
      y: { range: (_chart, _least, most) => [0, most > 0 ? most * 1.05 : 1] },
    },
    axes: [
      {
        ...axis,
        font,
        grid: { show: false },
        size: 30,
        values: (_chart, marks) => marks.map((at) => stepName(at * 1_000, stepMs)),
        space: 90,
      },
      { ...axis, font, size: 62, incrs: stepsFor(format), values: (_chart, marks) => marks.map(format) },
    ],
    series: [
      {},
      ...order.map((at) => ({
        label: series[at]?.label ?? "",
        stroke: () => colour(place, `--series-${(at % 8) + 1}`),
        width: kind === "lines" ? 1.7 : 0,
        // A value between two unknown ones has no line.
        points: kind === "bars" ? { show: false } : { size: 4 },
        ...(kind === "bars" && {
          fill: () => colour(place, `--series-${(at % 8) + 1}`),
          ...(bars && { paths: bars }),
        }),
      })),
    ],
  };
}

/** Steps of an axis that are told apart in words: half a request is none. */
function stepsFor(format: ChartProps["format"]): number[] {
  const steps = Array.from({ length: 27 }, (_one, at) => [1, 2, 5].map((step) => step * 10 ** (at - 12)));
  return steps.flat().filter((step) => format(step) !== format(2 * step));
}

/** A colour of the style sheet as a canvas needs it. */
function colour(place: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  place.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
