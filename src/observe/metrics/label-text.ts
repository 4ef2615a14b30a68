// Names as values of labels: nothing in one forges a line of the exposition, reorders text where it is shown, looks like
// a key, or is of any length.

import { cleanText } from "../../core/clean-text.ts";

/** Longer than any name that a person has chosen to read. */
const MAX_CHARS = 120;

/** The value of a label for a name from outside. */
export function labelText(name: string): string {
  // Cut before it is cleaned as well: to clean 10 KB costs time. Half of a pair at the cut is no text.
  const cleaned = cleanText(name.slice(0, MAX_CHARS * 2)).toWellFormed();
  if (cleaned.length <= MAX_CHARS && name.length <= MAX_CHARS * 2) return cleaned;
  return `${cleaned.slice(0, MAX_CHARS - 1).toWellFormed()}…`;
}
