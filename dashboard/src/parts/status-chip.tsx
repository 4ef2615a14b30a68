// The status of an answer, in the colour of what it means.

/** A status of HTTP; 499: the client went away. */
export function StatusChip({ status }: { readonly status: number }) {
  const mood = status < 400 ? "good" : status < 500 ? "warn" : "bad";
  return <span class={`chip ${mood}`}>{status}</span>;
}
