// The value of a field in the text of a head, and the number in one.

const SPACE = 0x20;
const TAB = 0x09;
const ZERO = 0x30;
const NINE = 0x39;
/** So few digits that the number is exact. */
const MAX_DIGITS = 15;

/** What stands from `from` to `to`, without the spaces and tabs around it, which are none of it (RFC 9110 §5.5). */
export function fieldValue(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** A number of digits alone (RFC 9110 §8.6), 15 at most; -1 for anything else. */
export function digitsOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > MAX_DIGITS) return -1;
  let number = 0;
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < ZERO || unit > NINE) return -1;
    number = number * 10 + (unit - ZERO);
  }
  return number;
}

function isSpace(unit: number): boolean {
  return unit === SPACE || unit === TAB;
}
