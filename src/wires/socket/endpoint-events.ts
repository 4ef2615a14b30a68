// What an endpoint says on a socket of its own, as an answer by HTTP would say it: the events of a stream, or an error with
// its status.

import { eventTypeOf } from "./answer-watch.ts";

const LF = 0x0a;
const BLANK = Buffer.of(LF, LF);
const DEFAULT_STATUS = 502;
const HEADER_NAME = /^[a-z][a-z0-9-]*$/;
const HEADER_VALUE = /^[\x20-\x7e]*$/;

/** An error before any event of an answer. */
export type EndpointRefusal = {
  readonly status: number;
  /** Flat. */
  readonly headers: readonly string[];
  /** In OpenAI's envelope. */
  readonly body: Buffer;
  /** As the endpoint names it. */
  readonly code: string;
};

/** An event as it stands in a stream. */
export function asStreamEvent(event: Buffer): Buffer {
  const head = Buffer.from(`event: ${eventTypeOf(event)}\ndata: `);
  if (!event.includes(LF)) return Buffer.concat([head, event, BLANK]);
  return Buffer.concat([head, Buffer.from(event.toString().replaceAll(/\r?\n/g, "\ndata: ")), BLANK]);
}

/** The refusal that an event says, where it is of the type `error`. */
export function refusalIn(event: Buffer): EndpointRefusal {
  const said = objectOf(parsed(event));
  const inner = said["error"];
  const error = isRecord(inner) ? inner : { type: "server_error", param: null, ...said };
  const { status, headers } = said;
  const isStatus = typeof status === "number" && status >= 400 && status <= 599;
  return {
    status: isStatus ? status : DEFAULT_STATUS,
    headers: ["content-type", "application/json", ...flat(headers ?? objectOf(inner)["headers"])],
    body: Buffer.from(JSON.stringify({ error })),
    code: String(error["code"] ?? ""),
  };
}

/** Headers that an event names, as far as they could have been sent. */
function flat(headers: unknown): string[] {
  return Object.entries(objectOf(headers)).flatMap(([name, value]) => {
    const lower = name.toLowerCase();
    const text = String(value);
    const isSent = HEADER_NAME.test(lower) && HEADER_VALUE.test(text) && !lower.startsWith("content-");
    return isSent ? [lower, text] : [];
  });
}

function parsed(event: Buffer): unknown {
  try {
    return JSON.parse(event.toString());
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
