// A line as high as a line of text. What it shows stands beside it in figures.

const WIDTH = 240;
const HEIGHT = 34;

/** Draws values from left to right; gaps where nothing is known. */
export function Sparkline({
  values,
  label,
}: {
  readonly values: readonly (number | null)[];
  readonly label: string;
}) {
  const known = values.filter((value) => value !== null);
  const most = Math.max(...known, 0);
  const least = Math.min(...known, 0);
  const x = (at: number): number => (values.length < 2 ? 0 : (at / (values.length - 1)) * WIDTH);
  const y = (value: number): number => HEIGHT - 3 - ((value - least) / (most - least || 1)) * (HEIGHT - 6);
  let path = "";
  let isPenUp = true;
  for (const [at, value] of values.entries()) {
    if (value === null) isPenUp = true;
    else {
      path += `${isPenUp ? "M" : "L"}${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      isPenUp = false;
    }
  }
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        stroke-width="1.6"
        vector-effect="non-scaling-stroke"
        stroke-linejoin="round"
      />
    </svg>
  );
}
