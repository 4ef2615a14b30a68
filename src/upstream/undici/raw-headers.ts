// Headers as the engine read them from the wire, into those of our own seams.

import type { FlatHeaders } from "../../http/message.ts";

/** Name, value, name, value …; or, where the engine has a use for it, a record, of which nothing is taken. */
type RawHeaders = readonly (Buffer | string)[] | object | null;

/** Header bytes are Latin-1 (RFC 9110 §5.5); names in lower case, as everywhere inside. */
export function flatHeaders(raw: RawHeaders | undefined): FlatHeaders {
  if (!Array.isArray(raw)) return [];
  const flat: string[] = new Array(raw.length);
  for (let index = 0; index < raw.length; index += 2) {
    flat[index] = latin1(raw[index]).toLowerCase();
    flat[index + 1] = trimmed(latin1(raw[index + 1]));
  }
  return flat;
}

/** The library leaves the spaces behind a value, which are none of it (RFC 9110 §5.5). */
function trimmed(value: string): string {
  const last = value.charCodeAt(value.length - 1);
  return last === 0x20 || last === 0x09 ? value.replace(/[\t ]+$/, "") : value;
}

function latin1(bytes: Buffer | string | undefined): string {
  if (bytes === undefined || typeof bytes === "string") return bytes ?? "";
  return bytes.toString("latin1");
}
