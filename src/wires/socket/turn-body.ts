// A `response.create` of a socket as the body of POST /v1/responses, and as the frame for an endpoint's own socket. What
// was said before on the socket stands before the new input, since an endpoint knows nothing of it.

import { GatewayError } from "../../core/errors.ts";
import { type CreateEvent, STANDING_NAMES } from "./client-event.ts";

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const COMMA = Buffer.of(0x2c);
const NOT_WRITTEN = Buffer.from('"generate":false');
const STREAM = Buffer.from('"stream":true');
const TYPE = Buffer.from('"type":"response.create"');
const MESSAGE_START = Buffer.from('{"type":"message","role":"user","content":');
const OPEN = Buffer.of(OPEN_BRACE);
const CLOSE = Buffer.of(CLOSE_BRACE);

/** What is said of one turn, in both forms. */
export type TurnBody = {
  /** The body of a request by HTTP: with all that was said before, and for a stream. */
  readonly body: Buffer;
  /** Bytes at its end that are another in a frame. */
  readonly tailBytes: number;
  /** The items of the new input, one behind the other without brackets; undefined where it is no list of them. */
  readonly items: readonly Buffer[] | undefined;
};

/** What was said before: its items, and what a warm-up has made ready. */
export type SaidBefore = {
  readonly items: readonly Buffer[];
  readonly standing: CreateEvent["standing"];
  /** The endpoint that has answered last; undefined where nobody was asked. */
  readonly endpoint: string | undefined;
};

const NOTHING_SAID: SaidBefore = { items: [], standing: new Map(), endpoint: undefined };

/**
 * The body of a turn behind what was said. Where nothing was, a `previous_response_id` is the endpoint's to know and goes
 * on as it is.
 * @throws GatewayError invalid_field
 */
export function turnBody(create: CreateEvent, said: SaidBefore | undefined): TurnBody {
  const { items: before, standing } = said ?? NOTHING_SAID;
  const members: Buffer[] = [...create.members];
  for (const name of STANDING_NAMES) {
    const kept = standing.get(name);
    if (kept !== undefined && !create.standing.has(name)) members.push(kept);
  }
  const head = joined(members);
  const own = itemsOf(create.input);
  if (said !== undefined && own === undefined) {
    const message = '"input" has to be a text or a list of items.';
    throw new GatewayError("invalid_field", { message, param: "input" });
  }
  const tail: Buffer[] = [STREAM];
  if (said === undefined) tail.push(...previousMember(create), ...inputMember(create.input));
  else tail.push(inputOf([...before, ...(own ?? [])]));
  const tailBytes = Buffer.concat([...(members.length === 0 ? [] : [COMMA]), joined(tail), CLOSE]);
  const body = Buffer.concat([OPEN, head, tailBytes]);
  return { body, tailBytes: tailBytes.length, items: own };
}

/** A body that was made ready for an endpoint, as it goes there by HTTP. */
export type OutboundTurn = { readonly bytes: Buffer; readonly tailBytes: number };

/**
 * The frame for an endpoint's own socket. `isShort`: the endpoint has the response before on the same socket, so that only
 * what is new is sent.
 */
export function turnFrame(turn: OutboundTurn, create: CreateEvent, isShort: boolean): Buffer {
  const { bytes, tailBytes } = turn;
  const start = bytes.indexOf(OPEN_BRACE) + 1;
  let end = bytes.length - tailBytes;
  // A name that was put in as the first member brings a comma of its own.
  if (end > start && bytes[end - 1] === COMMA[0]) end -= 1;
  const parts: Buffer[] = [TYPE];
  if (end > start) parts.push(bytes.subarray(start, end));
  if (create.isWarmUp) parts.push(NOT_WRITTEN);
  if (isShort) parts.push(...previousMember(create), ...inputMember(create.input));
  else parts.push(...withoutStream(bytes.subarray(bytes.length - tailBytes)));
  return Buffer.concat([OPEN, joined(parts), CLOSE]);
}

/** What stands in a tail behind `"stream":true`, without the brace that closes it. */
function withoutStream(tail: Buffer): readonly Buffer[] {
  const at = tail.indexOf(STREAM) + STREAM.length;
  const rest = tail.subarray(at, tail.lastIndexOf(CLOSE_BRACE));
  return rest.length === 0 ? [] : [rest.subarray(1)];
}

function previousMember({ previousId }: CreateEvent): readonly Buffer[] {
  return previousId === undefined
    ? []
    : [Buffer.from(`"previous_response_id":${JSON.stringify(previousId)}`)];
}

function inputMember(input: Buffer | undefined): readonly Buffer[] {
  return input === undefined ? [] : [Buffer.concat([Buffer.from('"input":'), input])];
}

function inputOf(items: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.from('"input":['), joined(items), Buffer.from("]")]);
}

/** The items of an input: those of a list, or the message that a text stands for. */
function itemsOf(input: Buffer | undefined): readonly Buffer[] | undefined {
  if (input === undefined) return [];
  if (input[0] === QUOTE) return [Buffer.concat([MESSAGE_START, input, CLOSE])];
  if (input[0] !== OPEN_BRACKET) return undefined;
  const inside = trimmed(input.subarray(1, -1));
  return inside.length === 0 ? [] : [inside];
}

/** Without white space at either end; JSON has no other than these four. */
function trimmed(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start += 1;
  while (end > start && isSpace(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, at) => (at === 0 ? [part] : [COMMA, part])));
}
