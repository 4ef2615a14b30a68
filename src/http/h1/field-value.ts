// The value of a field in the text of a head.

const SPACE = 0x20;
const TAB = 0x09;

/** What stands from `from` to `to`, without the spaces and tabs around it, which are none of it (RFC 9110 §5.5). */
export function fieldValue(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isSpace(unit: number): boolean {
  return unit === SPACE || unit === TAB;
}
