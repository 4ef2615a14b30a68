// How much of a whole is used.

/** A share of 1; over 0.8 it warns, from 1 on it is bad. Null where there is no whole. */
export function Bar({ share, label }: { readonly share: number | null; readonly label: string }) {
  const shown = Math.max(0, Math.min(1, share ?? 0));
  const mood = share === null || share < 0.8 ? "" : share < 1 ? "warn" : "bad";
  return (
    <div class={`bar ${mood}`} role="img" aria-label={label}>
      <span style={{ width: `${(shown * 100).toFixed(1)}%` }} />
    </div>
  );
}
