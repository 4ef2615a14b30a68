// What of a configuration may be shown to people: a value only where its key is marked for it, a key where it is known
// or a plain word. Whatever is marked nowhere is hidden, so that nothing has to be recognised as a secret.

import type { Span } from "./span.ts";

/**
 * How a value may be shown. `word`: numbers, flags, durations and choices, none of which is long. `text`: all of it, as
 * names are. `address`: without user, query and fragment. `header`: the name that it begins with, since people write its
 * value behind it.
 */
export type Showing = "word" | "text" | "address" | "header";

/** A place in the form of the file. */
export type FormPlace = {
  /** The keys that are known in the block at this place. */
  readonly keys: readonly string[];
  /** How a value at this place may be shown; undefined: not at all. */
  readonly showing: Showing | undefined;
  /** Whether a key of the block at this place may be shown. */
  showsKey(key: string): boolean;
  /** The place of a key, or of any entry of a list for a number. */
  below(part: string | number): FormPlace;
};

const LONGEST_WORD = 24;

/** The parts of a text that may be shown, as offsets in it, in order. */
export function shownParts(showing: Showing | undefined, text: string): readonly Span[] {
  if (isReference(text)) return [{ start: 0, end: text.length }];
  if (showing === "address") return addressParts(text);
  if (showing === "header") return headerParts(text);
  const isShown = showing === "text" || (showing === "word" && text.length <= LONGEST_WORD);
  return isShown ? [{ start: 0, end: text.length }] : [];
}

/** Whether a text is nothing but `${NAME}`: that says which variable is read, and nothing of its value. */
function isReference(text: string): boolean {
  return /^\$\{[A-Za-z_]\w*\}$/.test(text);
}

const SCHEME = /^https?:\/\//i;
const USER = /^[^\s?#]*@/;
/** A host, be it an IPv6 address, its port, a path; of queries only Azure's version of its API is no secret. */
const HOST_AND_PATH =
  /^(?:\[[\da-f:.]+\]|[^\s/:@?#[\]]+)(?::\d{1,5})?(?=[\s/?#]|$)(?:\/[^\s@?#]*)?(?:\?api-version=[\w.-]{1,20}$)?/i;
/** Without a scheme only what can be a host is taken for one: a name with a dot or a port, or this machine. */
const BARE_HOST =
  /^(?:localhost|[a-z0-9-]+(?:\.[a-z0-9-]+)+|[a-z0-9-]+(?=:\d))(?::\d{1,5})?(?:\/[^\s@?#]*)?$/i;

function addressParts(text: string): readonly Span[] {
  const scheme = SCHEME.exec(text)?.[0].length ?? 0;
  if (scheme === 0) return BARE_HOST.test(text) ? [{ start: 0, end: text.length }] : [];
  const user = USER.exec(text.slice(scheme))?.[0].length ?? 0;
  const start = scheme + user;
  const length = HOST_AND_PATH.exec(text.slice(start))?.[0].length ?? 0;
  const end = start + length;
  // What looks like a host before an "@" in a query may be half of a password.
  if (length === 0 || text.includes("@", end)) return [{ start: 0, end: scheme }];
  return user === 0
    ? [{ start: 0, end }]
    : [
        { start: 0, end: scheme },
        { start, end },
      ];
}

/** A name as HTTP allows it (RFC 9110 §5.6.2), and nothing of what follows. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+/;

function headerParts(text: string): readonly Span[] {
  const end = HEADER_NAME.exec(text)?.[0].length ?? 0;
  return end === 0 ? [] : [{ start: 0, end }];
}

/** One word of letters, few digits, and what joins them: a key as people choose one. Keys of accounts are longer. */
export function isPlainKey(key: string): boolean {
  const isWord = key.length <= LONGEST_WORD && /^[\p{L}\p{M}\p{N}_.-]+$/u.test(key);
  return isWord && (key.match(/\d/g)?.length ?? 0) <= 4;
}
