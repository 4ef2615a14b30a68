// `timeouts` of an endpoint and of a model: their keys, and what they become.

import { message } from "../../language/messages.ts";
import type { Timeouts } from "../../routing/model.ts";
import { block, duration, either, section } from "./fields.ts";

const FIRST_BYTE_FORMS = message("kind.firstByte");

const WORDS = {
  connect: "Lookup of the name, TCP and TLS handshake together.",
  firstByte: "From the end of the request to the head of the answer.",
  firstByteStream: "The same, for requests with `stream: true`.",
  firstBytePlain: "The same, for all other requests.",
  firstByteForms:
    "From the end of the request to the head of the answer: one duration for all, or `stream` and `plain` apart. After it the next endpoint is tried.",
  firstEvent:
    "From the head of a stream to its first event. After it the next endpoint is tried, if nothing was sent to the client (`streams.hold_first_event`).",
  idle: "Silence between two pieces of an answer.",
  total: "Whole time of a request that is no stream, over all its attempts.",
};

/** One duration counts for streams and plain requests alike. */
function apart<F extends object>(first: number | F): F | { readonly stream: number; readonly plain: number } {
  return typeof first === "number" ? { stream: first, plain: first } : first;
}

/** `endpoints[].timeouts`. */
export const timeouts = section("endpoints[].timeouts", () =>
  block(
    {
      connect: duration(WORDS.connect).prefault("5s"),
      first_byte: either(
        [
          duration(WORDS.firstByte),
          block({
            // Reasoning models need one to two minutes to their first token.
            stream: duration(WORDS.firstByteStream).prefault("120s"),
            // A plain answer comes when all of it is made: 128,000 tokens take up to an hour.
            plain: duration(WORDS.firstBytePlain).prefault("1h"),
          }),
        ],
        FIRST_BYTE_FORMS,
        WORDS.firstByteForms,
      ).prefault({}),
      // Some servers send the head at once and only then read the prompt.
      first_event: duration(WORDS.firstEvent).prefault("120s"),
      idle: duration(WORDS.idle).prefault("300s"),
      total: duration(WORDS.total).prefault("1h"),
    },
    "Limits of one attempt at this endpoint.",
  ).transform((raw): Timeouts => {
    const { stream, plain } = apart(raw.first_byte);
    return {
      connectMs: raw.connect,
      firstByteStreamMs: stream,
      firstBytePlainMs: plain,
      firstEventMs: raw.first_event,
      idleMs: raw.idle,
      totalMs: raw.total,
    };
  }),
);

/** `routing.models.NAME.timeouts`: only those that are given, which win over the endpoint's. */
export const modelTimeouts = () =>
  block(
    {
      connect: duration(WORDS.connect).optional(),
      first_byte: either(
        [
          duration(WORDS.firstByte),
          block({
            stream: duration(WORDS.firstByteStream).optional(),
            plain: duration(WORDS.firstBytePlain).optional(),
          }),
        ],
        FIRST_BYTE_FORMS,
        WORDS.firstByteForms,
      ).prefault({}),
      first_event: duration(WORDS.firstEvent).optional(),
      idle: duration(WORDS.idle).optional(),
      total: duration(WORDS.total).optional(),
    },
    "These win over the endpoint's, one by one.",
  )
    .transform((raw): Partial<Timeouts> => {
      const { stream, plain } = apart(raw.first_byte);
      return {
        ...(raw.connect !== undefined && { connectMs: raw.connect }),
        ...(stream !== undefined && { firstByteStreamMs: stream }),
        ...(plain !== undefined && { firstBytePlainMs: plain }),
        ...(raw.first_event !== undefined && { firstEventMs: raw.first_event }),
        ...(raw.idle !== undefined && { idleMs: raw.idle }),
        ...(raw.total !== undefined && { totalMs: raw.total }),
      };
    })
    .prefault({});
