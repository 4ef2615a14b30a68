// The headers `traceparent` and `tracestate` of a client, read strictly by W3C Trace Context (level 1, and the flag of
// level 2 as it came): what is wrong there is as if it had not been sent, so that no client can break its own request or
// somebody else's trace with it.

/** What a client says of its trace. */
export type TraceParent = {
  readonly traceId: string;
  readonly spanId: string;
  /** The lower eight bits of W3C's flags. */
  readonly flags: number;
  /** As it came. */
  readonly text: string;
};

/** Bit of `TraceParent.flags`: the caller records it. */
export const SAMPLED = 1;
/** Bits that are known; others are not passed on (§3.2.2.5). */
const KNOWN_FLAGS = 3;

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-[\x20-\x7e]*)?$/;
const VERSION_00_CHARS = 55;
/** Further versions may add fields; nobody has to be read who sends this much. */
const MAX_PARENT_CHARS = 512;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);

/** What the header says; undefined for none, for more than one, and for one that is not valid. */
export function readTraceParent(headers: readonly string[]): TraceParent | undefined {
  const text = onlyValue(headers);
  if (text === undefined || text.length < VERSION_00_CHARS || text.length > MAX_PARENT_CHARS)
    return undefined;
  const match = PARENT.exec(text);
  if (match === null) return undefined;
  const [, version = "", traceId = "", spanId = "", flags = ""] = match;
  if (version === "ff" || (version === "00" && text.length !== VERSION_00_CHARS)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) & KNOWN_FLAGS, text };
}

function onlyValue(headers: readonly string[]): string | undefined {
  let found: string | undefined;
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index] !== "traceparent") continue;
    if (found !== undefined) return undefined;
    found = headers[index + 1];
  }
  return found;
}

/** What has to be passed on at least (§3.3.1.5), and is at most. */
const MAX_STATE_CHARS = 512;
/** Longer entries go first where there is no room for all. */
const LONG_MEMBER_CHARS = 128;
const MAX_MEMBERS = 32;
/** A client that sends more is not read. */
const MAX_READ_CHARS = 8_192;
const KEY = /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** All `tracestate` of a client as one value, cut to 512 characters by whole entries; undefined for none, and for a bad one. */
export function readTraceState(headers: readonly string[]): string | undefined {
  let text = "";
  for (let index = 0; index < headers.length; index += 2)
    if (headers[index] === "tracestate") text += text === "" ? headers[index + 1] : `,${headers[index + 1]}`;
  if (text === "" || text.length > MAX_READ_CHARS) return undefined;
  const members: string[] = [];
  const keys = new Set<string>();
  for (const written of text.split(",")) {
    const member = written.replace(/^[ \t]+|[ \t]+$/g, "");
    if (member === "") continue;
    const equals = member.indexOf("=");
    const key = member.slice(0, equals);
    if (equals === -1 || !KEY.test(key) || !VALUE.test(member.slice(equals + 1))) return undefined;
    if (keys.has(key)) return undefined;
    keys.add(key);
    members.push(member);
  }
  return members.length > MAX_MEMBERS ? undefined : fitted(members);
}

function fitted(members: readonly string[]): string | undefined {
  const joined = members.join(",");
  if (joined.length <= MAX_STATE_CHARS) return joined === "" ? undefined : joined;
  const kept = members.filter(({ length }) => length <= LONG_MEMBER_CHARS);
  while (kept.length > 0 && kept.join(",").length > MAX_STATE_CHARS) kept.pop();
  return kept.length === 0 ? undefined : kept.join(",");
}
