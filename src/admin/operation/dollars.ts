// Money as it is kept, whole nano-dollars, and as it is written, a decimal number of dollars.

const NANO = 1_000_000_000;
const BIG_NANO = BigInt(NANO);

/** Nano-dollars as dollars, exactly and without zeros behind, such as `0.0123`; null where nobody knows. */
export function dollars(nanoDollars: number | null): string | null {
  if (nanoDollars === null) return null;
  const nanos = BigInt(nanoDollars);
  const size = nanos < 0n ? -nanos : nanos;
  const fraction = String(size % BIG_NANO)
    .padStart(9, "0")
    .replace(/0+$/, "");
  const sign = nanos < 0n ? "-" : "";
  return `${sign}${size / BIG_NANO}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Dollars as whole nano-dollars. */
export function nanoOf(usd: number): number {
  return Math.round(usd * NANO);
}
