// What `node:http` sees in bytes that come over a connection that is none: its own parser with all that is around it.

import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { fieldLines, type Reading, type SeenMessage } from "./reading.ts";

/** Turns of the event loop in which nothing happens, after which nothing will. */
const QUIET_TURNS = 6;

/** Reads requests as a server does. */
export class NodeRequests {
  readonly #server: Server;
  #talk: ServerTalk | undefined;

  /** `maxHeadBytes`: as the engine's. */
  constructor(maxHeadBytes: number) {
    const options = { maxHeaderSize: maxHeadBytes, requireHostHeader: false, requestTimeout: 0 };
    this.#server = createServer(options, (message, response) => this.#talk?.take(message, response));
    this.#server.maxRequestsPerSocket = 0;
    this.#server.on("clientError", () => this.#talk?.refuse());
    this.#server.on("connect", () => this.#talk?.refuse());
  }

  async read(pieces: readonly Buffer[]): Promise<Reading> {
    const talk = new ServerTalk();
    this.#talk = talk;
    this.#server.emit("connection", talk.wire);
    for (const piece of pieces) talk.wire.push(Buffer.from(piece));
    await untilQuiet(() => talk.events);
    this.#talk = undefined;
    talk.wire.destroy();
    return talk.reading;
  }
}

/** One connection to the server. */
class ServerTalk {
  readonly wire = new Wire();
  events = 0;
  readonly #whole: SeenMessage[] = [];
  #begun: { readonly head: SeenMessage; body: string } | undefined;
  #end: "refused" | "waiting" = "waiting";

  take(message: IncomingMessage, response: ServerResponse): void {
    const start = `${message.method} ${message.url}`;
    const head = { start, fields: fieldLines(message.rawHeaders), body: "", isLast: undefined };
    const open = { head, body: "" };
    this.#begun = open;
    this.events += 1;
    message.on("error", () => undefined);
    message.on("data", (chunk: Buffer) => {
      this.events += 1;
      open.body += chunk.toString("latin1");
    });
    message.on("end", () => {
      this.events += 1;
      this.#whole.push({ ...head, body: open.body });
      this.#begun = undefined;
      response.end();
    });
  }

  refuse(): void {
    this.events += 1;
    this.#end = "refused";
  }

  get reading(): Reading {
    const open = this.#begun;
    const begun = open === undefined ? undefined : { ...open.head, body: open.body };
    return { whole: this.#whole, begun, end: this.#end };
  }
}

/** Reads answers as a client does. The method is that of the request; behind the last piece is the connection's end. */
export async function nodeAnswers(pieces: readonly Buffer[], method: string): Promise<Reading> {
  const wire = new Wire();
  const whole: SeenMessage[] = [];
  let open: SeenMessage | undefined;
  let body = "";
  let events = 0;
  let end: "refused" | "waiting" = "waiting";
  const call = request({ method, createConnection: () => wire });
  call.on("information", (head) => {
    events += 1;
    whole.push(seen(head.statusCode, head.rawHeaders));
  });
  call.on("upgrade", (message) => whole.push(seen(message.statusCode, message.rawHeaders)));
  call.on("error", (error: NodeJS.ErrnoException) => {
    events += 1;
    if (error.code?.startsWith("HPE_") === true && error.code !== "HPE_INVALID_EOF_STATE") end = "refused";
  });
  call.on("response", (message) => {
    open = seen(message.statusCode, message.rawHeaders);
    message.on("data", (chunk: Buffer) => {
      events += 1;
      body += chunk.toString("latin1");
    });
    message.on("error", () => undefined);
    message.on("end", () => {
      events += 1;
      if (open !== undefined && message.complete) whole.push({ ...open, body });
      open = undefined;
    });
  });
  call.end();
  await setImmediate();
  for (const piece of pieces) wire.push(Buffer.from(piece));
  wire.push(null);
  await untilQuiet(() => events);
  call.destroy();
  wire.destroy();
  return { whole, begun: open === undefined ? undefined : { ...(open as SeenMessage), body }, end };
}

function seen(status: number | undefined, rawHeaders: readonly string[]): SeenMessage {
  return { start: String(status), fields: fieldLines(rawHeaders), body: "", isLast: undefined };
}

async function untilQuiet(events: () => number): Promise<void> {
  let before = events();
  for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
    await setImmediate();
    const now = events();
    if (now !== before) quiet = 0;
    before = now;
  }
}

/** A connection whose other side is pushed into it; what is written to it is nobody's. */
class Wire extends Duplex {
  constructor() {
    super();
    this.on("error", () => undefined);
  }

  override _read(): void {}

  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
