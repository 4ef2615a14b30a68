// The lawful answers of the fake endpoint, and the ways to combine them: JSON, event streams released piece by piece,
// echo, waiting, compression. Unlawful ones are in `faults.ts`.

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { Condition, type Gate } from "../condition.ts";
import type { Behaviour } from "./fake-connection.ts";
import type { FakeExchange, ReuseTrap } from "./fake-exchange.ts";

/** Headers by name. */
export type Headers = Readonly<Record<string, string>>;

/** A behaviour from what it does. */
export function behaviour(run: (exchange: FakeExchange) => Promise<void>): Behaviour {
  return { run };
}

/** A whole body of any type. */
export function body(status: number, bytes: string | Buffer, headers: Headers = {}): Behaviour {
  const buffer = Buffer.from(bytes);
  return behaviour(async (exchange) => {
    await exchange.head(status, flat({ "content-length": String(buffer.length), ...headers }));
    await exchange.piece(buffer);
    await exchange.finish();
  });
}

/** A JSON answer; a string goes out as it is. */
export function json(status: number, value: unknown, headers: Headers = {}): Behaviour {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return body(status, text, { "content-type": "application/json", ...headers });
}

/** An error in OpenAI's envelope. */
export function apiError(status: number, code: string | null, headers: Headers = {}): Behaviour {
  const error = { message: `the endpoint says ${status}`, type: typeOf(status), param: null, code };
  return json(status, { error }, headers);
}

/** A JSON answer made from the request's own JSON. */
export function jsonFrom(make: (request: Record<string, unknown>) => unknown): Behaviour {
  return behaviour(async (exchange) => {
    await json(200, make(exchange.request.json())).run(exchange);
  });
}

/** How a stream is sent. */
export type StreamOptions = {
  readonly status?: number;
  readonly headers?: Headers;
  /** Each piece waits here, and the end too; without it they follow at once. */
  readonly gate?: Gate;
  /** `chunked` is the default; `close` has no framing; `never` leaves the body open; `length` says its length. */
  readonly end?: "chunked" | "close" | "never" | "length";
};

/** A body in pieces, each a write of its own. The head goes at once. `text/event-stream` unless said otherwise. */
export function stream(pieces: readonly (string | Buffer)[], options: StreamOptions = {}): Behaviour {
  const { gate, end = "chunked", status = 200 } = options;
  return behaviour(async (exchange) => {
    const headers: Headers = { "content-type": "text/event-stream", ...options.headers };
    const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);
    const framed = end === "length" ? { ...headers, "content-length": String(bytes) } : headers;
    await exchange.head(status, flat(framed), end === "close" ? "close" : "auto");
    for (const piece of pieces) {
      await gate?.pass();
      await exchange.piece(piece);
    }
    if (end === "never") return exchange.closed();
    await gate?.pass();
    await exchange.finish();
  });
}

/** Events as `data:` lines, each a piece; strings as they are, the rest as JSON. */
export function events(values: readonly unknown[]): string[] {
  return values.map((value) => `data: ${typeof value === "string" ? value : JSON.stringify(value)}\n\n`);
}

/** Answers with what it received: method, path, flat headers, and the body in base64 with its SHA-256. */
export function echo(): Behaviour {
  return behaviour(async (exchange) => {
    const { method, path, headers, body: received } = exchange.request;
    const sha256 = createHash("sha256").update(received).digest("hex");
    await json(200, { method, path, headers, body: received.toString("base64"), sha256 }).run(exchange);
  });
}

/** Does nothing until the gate lets it pass, or the caller leaves. */
export function held(gate: Gate, then: Behaviour): Behaviour {
  return behaviour(async (exchange) => {
    await Promise.race([gate.pass(), exchange.closed()]);
    if (!exchange.isClosed) await then.run(exchange);
  });
}

/** Answers before the request's body was read; then reads it (`drain`) or closes on it (`close`). */
export function early(then: Behaviour, afterwards: "drain" | "close" = "close"): Behaviour {
  return {
    isEarly: true,
    run: async (exchange) => {
      await then.run(exchange);
      if (afterwards === "close") exchange.fin();
    },
  };
}

/** 1xx answers before the real one. */
export function informational(statuses: readonly number[], then: Behaviour): Behaviour {
  return behaviour(async (exchange) => {
    for (const status of statuses) {
      const link = status === 103 ? "link: </style.css>; rel=preload\r\n" : "";
      await exchange.raw(`HTTP/1.1 ${status} Info\r\n${link}\r\n`);
    }
    await then.run(exchange);
  });
}

/** JSON, compressed whether or not the request asked for it. */
export function gzipJson(value: unknown): Behaviour {
  const headers = { "content-type": "application/json", "content-encoding": "gzip" };
  return body(200, gzipSync(JSON.stringify(value)), headers);
}

/** Answers, then breaks the connection when it is used again: the stale pooled connection. */
export function closeOnReuse(then: Behaviour, how: NonNullable<ReuseTrap> = "reset"): Behaviour {
  return behaviour(async (exchange) => {
    exchange.reuseTrap = how;
    await then.run(exchange);
  });
}

/** A behaviour that the test drives by hand. */
export type Manual = Behaviour & {
  /** The exchange, when its request has come. */
  readonly started: Promise<FakeExchange>;
  /** Lets the connection go on to its next request. */
  release(): void;
};

/** Made for one request: `const live = manual(); endpoint.script([live]); const exchange = await live.started;`. */
export function manual(): Manual {
  const started = Promise.withResolvers<FakeExchange>();
  const changed = new Condition();
  let isReleased = false;
  return {
    started: started.promise,
    release: () => {
      isReleased = true;
      changed.notify();
    },
    run: async (exchange) => {
      started.resolve(exchange);
      await Promise.race([changed.until(() => isReleased), exchange.closed()]);
    },
  };
}

/** Headers as the exchange takes them. */
export function flat(headers: Headers): string[] {
  return Object.entries(headers).flat();
}

function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
