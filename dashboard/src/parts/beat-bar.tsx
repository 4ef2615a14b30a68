// A row of beats, one for each step of time: how it went then.

/** How a step went. `none`: nothing was asked. */
export type Beat = { readonly state: "ok" | "warn" | "bad" | "none"; readonly title: string };

const STEP = 10;
const HEIGHT = 22;

/** The beats from the oldest to the newest; `label` says it in words. */
export function BeatBar({ beats, label }: { readonly beats: readonly Beat[]; readonly label: string }) {
  return (
    <svg
      class="beats"
      viewBox={`0 0 ${beats.length * STEP} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {beats.map(({ state, title }, at) => (
        <rect
          key={title}
          class={state}
          x={at * STEP + 1}
          y={state === "none" ? HEIGHT / 2 - 2 : 1}
          width={STEP - 2}
          height={state === "none" ? 4 : HEIGHT - 2}
          rx="1.5"
        >
          <title>{title}</title>
        </rect>
      ))}
    </svg>
  );
}
