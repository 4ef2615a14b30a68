// One whole, bounded GET through the outbound seam: status, headers and the body in one piece. Small answers only;
// what clients ask for goes through `proxy/` and is never gathered.

import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import { firstHeader } from "../http/first-header.ts";
import type { FlatHeaders } from "../http/message.ts";
import type { Message } from "../language/messages.ts";
import type {
  AskingClient,
  OutboundCall,
  OutboundFailure,
  OutboundRequest,
  Route,
} from "../upstream/client.ts";

/** Why there is no answer. */
export type GetFailure =
  | OutboundFailure["kind"]
  | "timeout"
  | "cancelled"
  | "too_large"
  | "bad_encoding"
  | "unsendable";

/** What came of it. `detail` is an error code of the engine or a sentence, safe to print, or empty. */
export type Got =
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: FlatHeaders;
      readonly body: Buffer;
    }
  | { readonly kind: "failed"; readonly cause: GetFailure; readonly detail: string | Message };

/** One GET. `signal` aborts with the reason `timeout` or anything else (= cancelled). */
export type Get = {
  readonly client: AskingClient;
  readonly route: Route;
  readonly connectMs: number;
  readonly path: string;
  readonly headers: FlatHeaders;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
};

/** Never rejects. A pooled connection that proves stale gets one more try on a fresh one. */
export async function getWhole(get: Get): Promise<Got> {
  const first = await sendOnce(get, false);
  const isStale = first.kind === "failed" && first.isStale && first.cause === "reset";
  const got = isStale ? await sendOnce(get, true) : first;
  return got.kind === "answer" ? decoded(got, get.limitBytes) : got;
}

type Sent =
  | Extract<Got, { kind: "answer" }>
  | (Extract<Got, { kind: "failed" }> & { readonly isStale: boolean });

function failed(cause: GetFailure, detail: string | Message = "", isStale = false): Sent {
  return { kind: "failed", cause, detail, isStale };
}

function sendOnce(get: Get, isFresh: boolean): Promise<Sent> {
  const { signal } = get;
  if (signal.aborted) return Promise.resolve(aborted(signal));
  return new Promise((resolve) => {
    let call: OutboundCall | undefined;
    const settle = (sent: Sent) => {
      signal.removeEventListener("abort", onAbort);
      resolve(sent);
    };
    const giveUp = (sent: Sent) => {
      call?.cancel();
      settle(sent);
    };
    const onAbort = () => giveUp(aborted(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      call = start(get, isFresh, { settle, giveUp });
    } catch {
      // An engine refuses at once what no header may carry, such as a key with a line break in it.
      settle(failed("unsendable"));
    }
  });
}

type Ends = { readonly settle: (sent: Sent) => void; readonly giveUp: (sent: Sent) => void };

function start(get: Get, isFresh: boolean, ends: Ends): OutboundCall {
  const request: OutboundRequest = { method: "GET", path: get.path, headers: get.headers, body: undefined };
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let status = 0;
  let headers: FlatHeaders = [];
  return get.client.send(
    get.route,
    request,
    {
      onHead(headStatus, headHeaders) {
        status = headStatus;
        headers = headHeaders;
      },
      onData(chunk) {
        sizeBytes += chunk.length;
        if (sizeBytes > get.limitBytes) {
          ends.giveUp(failed("too_large"));
          return false;
        }
        chunks.push(chunk);
        return true;
      },
      onEnd: () => ends.settle({ kind: "answer", status, headers, body: Buffer.concat(chunks) }),
      onFailure: ({ kind, reason, said, isStale }) => ends.settle(failed(kind, said ?? reason, isStale)),
    },
    { connectMs: get.connectMs, isFresh },
  );
}

function aborted(signal: AbortSignal): Sent {
  return failed(signal.reason === "timeout" ? "timeout" : "cancelled");
}

const DECODERS: ReadonlyMap<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ["gzip", promisify(gunzip)],
    ["x-gzip", promisify(gunzip)],
    ["deflate", promisify(inflate)],
    ["br", promisify(brotliDecompress)],
  ]);

// `identity` is asked for, yet some front servers compress whatever is asked.
async function decoded(answer: Extract<Got, { kind: "answer" }>, limitBytes: number): Promise<Got> {
  const encoding = firstHeader(answer.headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity" || encoding === "" || answer.body.length === 0) return answer;
  try {
    const body = await DECODERS.get(encoding)?.(answer.body, { maxOutputLength: limitBytes });
    if (body !== undefined) return { ...answer, body };
  } catch (error) {
    const isTooLarge = error instanceof RangeError;
    if (isTooLarge) return { kind: "failed", cause: "too_large", detail: "" };
  }
  return { kind: "failed", cause: "bad_encoding", detail: "" };
}
