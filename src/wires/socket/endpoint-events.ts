// What an endpoint says on a socket of its own, as an answer by HTTP would say it: the events of a stream, or an error with
// its status.

const LF = 0x0a;
const BLANK = Buffer.of(LF, LF);
/** There are about fifty types of events; whatever an endpoint calls one is not kept beyond so many. */
const MAX_HEADS = 100;
const MAX_TYPE_CHARS = 64;
const HEADS = new Map<string, Buffer>();
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

/** Events, one of each type, as they stand in a stream. */
export function asStreamEvents(events: readonly Buffer[], types: readonly string[]): Buffer {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (let at = 0; at < events.length; at += 1) {
    const event = events[at] ?? BLANK;
    const data = event.includes(LF) ? inLines(event) : event;
    const head = headOf(types[at] ?? "");
    pieces.push(head, data, BLANK);
    bytes += head.length + data.length + BLANK.length;
  }
  return Buffer.concat(pieces, bytes);
}

/** What stands before the data of an event of a type. */
function headOf(type: string): Buffer {
  let head = HEADS.get(type);
  if (head !== undefined) return head;
  head = Buffer.from(`event: ${type}\ndata: `);
  if (HEADS.size < MAX_HEADS && type.length <= MAX_TYPE_CHARS) HEADS.set(type, head);
  return head;
}

function inLines(event: Buffer): Buffer {
  // One character each byte: they stay what they are.
  return Buffer.from(event.toString("latin1").replaceAll(/\r?\n/g, "\ndata: "), "latin1");
}

/** The id of the response that an event tells; undefined where it tells none. */
export function responseIdIn(event: Buffer): string | undefined {
  const { id } = objectOf(objectOf(parsed(event))["response"]);
  return typeof id === "string" ? id : undefined;
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
