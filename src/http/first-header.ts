// Looks a header up in a flat list.

import type { FlatHeaders } from "./message.ts";

/** The first value of a header by its lower-case name; undefined where it was not sent. */
export function firstHeader(headers: FlatHeaders, name: string): string | undefined {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] === name) return headers[index + 1];
  }
  return undefined;
}
