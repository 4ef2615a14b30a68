// What endpoints do wrong, one function a fault: cuts, silence, broken heads, broken framing, wrong content. The
// numbers are those of the fault catalogue (docs/faults.md).

import { setImmediate } from "node:timers/promises";
import { behaviour, body, flat, type Headers } from "./fakes/behaviours.ts";
import type { Behaviour } from "./fakes/fake-connection.ts";
import type { Cut } from "./fakes/fake-exchange.ts";

/** Cuts another behaviour's answer off at a place (15, 32, 33, 47). */
export function cutAfter(then: Behaviour, cut: Cut): Behaviour {
  return {
    ...then,
    run: async (exchange) => {
      exchange.cut = cut;
      await then.run(exchange);
    },
  };
}

/** Takes the request and never says a byte (9, 14). */
export function neverAnswer(): Behaviour {
  return behaviour((exchange) => exchange.closed());
}

/** Breaks the connection without a byte of answer, by RST or FIN. */
export function hangUp(how: "reset" | "fin" = "reset"): Behaviour {
  return behaviour(async (exchange) => {
    if (how === "reset") exchange.reset();
    else exchange.fin();
  });
}

/** A reset in the middle of the head (15). */
export function resetInHeaders(): Behaviour {
  return cutAfter(raw("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nx-cut"), {
    of: "wire",
    count: 40,
    how: "reset",
  });
}

/** Exact bytes, each piece a write of its own, whatever they are (18, 19, 20, 46); then the connection is closed. */
export function raw(...pieces: readonly (string | Buffer)[]): Behaviour {
  return behaviour(async (exchange) => {
    for (const piece of pieces) await exchange.raw(piece);
    exchange.fin();
  });
}

/** A status line that is none (20). */
export function garbageStatusLine(): Behaviour {
  return raw("SSH-2.0-OpenSSH_9.9\r\n\r\n");
}

/** A head with one header of so many bytes, or with so many headers (17). */
export function hugeHead(size: { readonly bytes: number } | { readonly headers: number }): Behaviour {
  const headers: string[] = ["content-length", "2"];
  if ("bytes" in size) headers.push("x-huge", "h".repeat(size.bytes));
  else for (let i = 0; i < size.headers; i += 1) headers.push(`x-${i}`, "v");
  return behaviour(async (exchange) => {
    await exchange.head(200, headers);
    await exchange.piece("{}");
    await exchange.finish();
  });
}

/** Kinds of broken chunked framing (46). */
export type ChunkFault = "bad-size" | "missing-crlf" | "giant-extension" | "early-zero" | "trailers";

/** A good first piece of body, then broken framing; `trailers` is lawful, but must not be passed on (46). */
export function badChunks(fault: ChunkFault, first = "data: {}\n\n"): Behaviour {
  const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
  const chunk = `${Buffer.byteLength(first).toString(16)}\r\n${first}`;
  const rest: Record<ChunkFault, string> = {
    "bad-size": "\r\nzz\r\nx\r\n0\r\n\r\n",
    "missing-crlf": "5\r\nhello\r\n0\r\n\r\n",
    "giant-extension": `\r\n5;${"e".repeat(100_000)}\r\nhello\r\n0\r\n\r\n`,
    "early-zero": "\r\n0\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    trailers: "\r\n0\r\nx-trailer: secret\r\n\r\n",
  };
  return raw(head, chunk, rest[fault]);
}

/** A Content-Length that is so many bytes more (or, negative, fewer) than the body; then FIN (47). */
export function wrongLength(bytes: string, excess: number): Behaviour {
  return behaviour(async (exchange) => {
    const length = String(Buffer.byteLength(bytes) + excess);
    await exchange.head(200, ["content-type", "application/json", "content-length", length]);
    await exchange.raw(bytes);
    exchange.fin();
  });
}

/** A page for people, such as a proxy's 502 or a login form's 200 (28). */
export function htmlPage(status: number): Behaviour {
  const page = `<!DOCTYPE html><html><head><title>${status}</title></head><body>nginx</body></html>`;
  return body(status, page, { "content-type": "text/html" });
}

/** A redirect (27). */
export function redirect(location: string, status = 302): Behaviour {
  return body(status, "", { location });
}

/** 200 whose body is an error (28). */
export function errorWith200(headers: Headers = {}): Behaviour {
  const error = { message: "out of capacity", type: "server_error", param: null, code: 502 };
  return body(200, JSON.stringify({ error }), { "content-type": "application/json", ...headers });
}

/** No body: 204, or 200 with length 0 (30). */
export function emptyAnswer(status: 200 | 204): Behaviour {
  if (status === 200) return body(200, "", { "content-type": "application/json" });
  return behaviour(async (exchange) => {
    await exchange.head(204);
    await exchange.finish();
  });
}

/** A body without end, as fast as the caller reads: floods (51), error pages of any size (31). */
export function endless(piece: string | Buffer, status = 200, headers: Headers = {}): Behaviour {
  return behaviour(async (exchange) => {
    await exchange.head(status, flat({ "content-type": "text/event-stream", ...headers }));
    while (!exchange.isClosed) {
      await exchange.piece(piece);
      // The kernel takes small writes at once: without a turn of the loop nothing else would ever run.
      await setImmediate();
    }
  });
}

/** A good answer, then bytes nobody asked for on the connection that is kept alive (10). */
export function thenUnsolicited(then: Behaviour, bytes: string): Behaviour {
  return behaviour(async (exchange) => {
    await then.run(exchange);
    await exchange.raw(bytes);
  });
}
