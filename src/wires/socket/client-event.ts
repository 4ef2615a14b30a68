// What a client sends over a socket of Responses: one JSON object a frame, whose `type` says what it is. A
// `response.create` is a request like that of POST /v1/responses, with members that mean something to the socket alone.
// Bytes in, bytes out: what is sent on stays as it was written.

import type { ByteRange } from "../../bytes/byte-range.ts";
import { jsonKeyEquals } from "../../bytes/json-key.ts";
import { JsonWalk, type MemberSink } from "../../bytes/json-walk.ts";
import { GatewayError } from "../../core/errors.ts";
import { SLICE_BYTES, type SlicedWork, sliceBytesAt } from "../../core/slices.ts";

/** One `response.create`, taken apart. The buffers are parts of the frame. */
export type CreateEvent = {
  /** The members that go to an endpoint as they stand, in their order: `"key":value` each. */
  readonly members: readonly Buffer[];
  /** The value of `input`; undefined where there is none. */
  readonly input: Buffer | undefined;
  /** The response that it goes on from. */
  readonly previousId: string | undefined;
  /** The lane that its events are to be told in: responses of several lanes run beside one another. */
  readonly lane: string | undefined;
  /** `"generate": false`: nothing is to be written, only made ready. */
  readonly isWarmUp: boolean;
  /** Whether the endpoint keeps the response, as far as the client has a say in it. */
  readonly isStored: boolean;
  /** What a later request may leave out, having sent it before: `"instructions":…`, `"tools":…`. */
  readonly standing: ReadonlyMap<StandingName, Buffer>;
};

/** Members that a warm-up makes ready. */
export const STANDING_NAMES = ["instructions", "tools"] as const;
type StandingName = (typeof STANDING_NAMES)[number];

/** What a frame asks for. */
export type ClientEvent =
  | { readonly kind: "create"; readonly create: CreateEvent }
  /** More input for a response that is being written. */
  | { readonly kind: "steer"; readonly previousId: string | undefined; readonly input: Buffer | undefined };

/** The members that the socket understands itself. */
const OWN = [
  "type",
  "stream_id",
  "generate",
  "stream",
  "background",
  "store",
  "previous_response_id",
  "input",
] as const;
type OwnName = (typeof OWN)[number];

const CREATE = "response.create";
const STEER = "response.steer";
const MAX_NAME_BYTES = 1_024;
const QUOTE = 0x22;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;

/**
 * Takes a frame apart, in slices.
 * @throws GatewayError invalid_json, json_too_deep, invalid_field
 */
export function* readClientEvent(frame: Buffer): SlicedWork<ClientEvent> {
  const found = new FrameMembers(frame);
  const walk = new JsonWalk(frame, found);
  while (!walk.advance(walk.at + sliceBytesAt(walk.at, SLICE_BYTES))) yield;
  return found.event();
}

class FrameMembers implements MemberSink {
  readonly #frame: Buffer;
  readonly #own = new Map<OwnName, ByteRange>();
  readonly #members: Buffer[] = [];
  readonly #standing = new Map<StandingName, Buffer>();
  #twice: OwnName | undefined;

  constructor(frame: Buffer) {
    this.#frame = frame;
  }

  add(keyStart: number, keyEnd: number, start: number, end: number): void {
    const isNamed = (name: string): boolean => jsonKeyEquals(this.#frame, keyStart, keyEnd, name);
    const own = OWN.find(isNamed);
    if (own !== undefined) {
      if (this.#own.has(own)) this.#twice = own;
      this.#own.set(own, { start, end });
      if (own !== "store") return;
    }
    const member = this.#frame.subarray(keyStart - 1, end);
    const standing = STANDING_NAMES.find(isNamed);
    if (standing !== undefined) this.#standing.set(standing, member);
    this.#members.push(member);
  }

  event(): ClientEvent {
    if (this.#twice !== undefined) throw wrongField(this.#twice, `"${this.#twice}" is there more than once.`);
    const type = this.#text("type");
    const previousId = this.#text("previous_response_id");
    const input = this.#value("input");
    if (type === STEER) return { kind: "steer", previousId, input };
    if (type !== CREATE)
      throw wrongField(
        "type",
        type === undefined
          ? `The event has no "type". Send {"type": "${CREATE}", …}.`
          : `Events of the type "${type.slice(0, 100)}" are not known here. Send "${CREATE}".`,
      );
    if (this.#flag("background") === true)
      throw wrongField("background", '"background" is not for sockets: send such a request by POST.');
    this.#flag("stream");
    const create: CreateEvent = {
      members: this.#members,
      input,
      previousId,
      lane: this.#text("stream_id"),
      isWarmUp: this.#flag("generate") === false,
      isStored: this.#flag("store") !== false,
      standing: this.#standing,
    };
    return { kind: "create", create };
  }

  #value(name: OwnName): Buffer | undefined {
    const range = this.#own.get(name);
    if (range === undefined || this.#frame[range.start] === LOWER_N) return undefined;
    return this.#frame.subarray(range.start, range.end);
  }

  /** @throws GatewayError invalid_field for what is there and no text */
  #text(name: OwnName): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (value[0] !== QUOTE || value.length > MAX_NAME_BYTES)
      throw wrongField(name, `"${name}" has to be a text of ${MAX_NAME_BYTES} bytes at most.`);
    return String(JSON.parse(value.toString()));
  }

  /** @throws GatewayError invalid_field for what is there and neither true nor false */
  #flag(name: OwnName): boolean | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    if (value[0] === LOWER_T) return true;
    if (value[0] === LOWER_F) return false;
    throw wrongField(name, `"${name}" has to be true or false.`);
  }
}

function wrongField(param: string, message: string): GatewayError {
  return new GatewayError("invalid_field", { message, param });
}
