// Small drawings, in the colour of the text.

const PATHS = {
  overview: "M2 2h5v6H2zM9 2h5v3H9zM9 7h5v7H9zM2 10h5v4H2z",
  requests: "M2 4h12M2 8h12M2 12h8",
  usage: "M2 14V9M6 14V4M10 14V7M14 14V2",
  endpoints: "M3 3h10v4H3zM3 9h10v4H3zM5.5 5h.01M5.5 11h.01",
  models: "M8 1.5l6 3.3v6.4l-6 3.3-6-3.3V4.8zM2 4.8l6 3.3 6-3.3M8 8.1v6.4",
  keys: "M10 6a3 3 0 1 0-2.6 3L6 10.5h1.5V12H6v1.5H4V11l3-3M10.5 5.5h.01",
  playground: "M2 3h12v8H7l-3 3v-3H2z",
  config: "M4 1.5h5.5L13 5v9.5H4zM9.5 1.5V5H13M6 8h5M6 11h5",
  settings: "M2 4h7M12 4h2M2 8h2M7 8h7M2 12h6M11 12h3M9 2.5v3M4 6.5v3M8 10.5v3",
  close: "M4 4l8 8M12 4l-8 8",
  copy: "M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1",
  system: "M2 3h12v8H2zM6 14h4",
  light: "M8 5a3 3 0 1 0 .01 0M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1 1M12 12l1 1M3 13l1-1M12 4l1-1",
  dark: "M13 9.5A5.5 5.5 0 0 1 6.5 3 5.5 5.5 0 1 0 13 9.5z",
  account: "M8 8a3 3 0 1 0-.01 0M2.5 14a5.5 5.5 0 0 1 11 0",
  search: "M7 3a4 4 0 1 0 .01 0M10 10l4 4",
  more: "M4 6l4 4 4-4",
} as const;

/** The name of a drawing. */
export type IconName = keyof typeof PATHS;

/** A drawing without a meaning of its own: the words beside it, or the button's label, say it. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      width="16"
      height="16"
      viewBox="0 0 16 16"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      stroke-width="1.4"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
