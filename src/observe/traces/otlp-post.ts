// One POST of a batch to the collector, through the outbound seam: its pool, its TLS and its forward proxies. What comes
// back is judged by the rules of OTLP/HTTP (§ "OTLP/HTTP Response").

import { cleanText } from "../../core/clean-text.ts";
import { firstHeader } from "../../http/first-header.ts";
import type { FlatHeaders } from "../../http/message.ts";
import type { AskingClient, OutboundCall, Route } from "../../upstream/client.ts";

/** To whom, and with what. */
export type OtlpTarget = {
  readonly client: AskingClient;
  readonly route: Route;
  readonly path: string;
  /** Flat; values may be secrets. */
  readonly headers: FlatHeaders;
  readonly timeoutMs: number;
  readonly wallMs: () => number;
};

/** What became of a batch. `reason` is safe to log. */
export type Posted =
  /** `rejected`: spans that the collector would not have, and what it says of them. */
  | { readonly kind: "taken"; readonly rejected: number; readonly said: string | undefined }
  /** May go better later; `afterMs`: as the collector has asked. */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number | undefined }
  | { readonly kind: "refused"; readonly reason: string };

/** Statuses after which a batch is sent again. */
const RETRIED: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const MAX_ANSWER_BYTES = 16_384;
const MAX_SAID_CHARS = 200;
const SHORTEST_SECRET = 6;
const MAX_WAIT_MS = 300_000;

/** Never rejects. A pooled connection that the collector has just closed gets one more try on a fresh one. */
export async function postBatch(target: OtlpTarget, body: Buffer): Promise<Posted> {
  const first = await postOnce(target, body, false);
  const posted = first === "stale" ? await postOnce(target, body, true) : first;
  return posted === "stale" ? { kind: "later", reason: "ECONNRESET", afterMs: undefined } : posted;
}

function postOnce(target: OtlpTarget, body: Buffer, isFresh: boolean): Promise<Posted | "stale"> {
  const { client, route, path, headers, timeoutMs } = target;
  const { promise, resolve } = Promise.withResolvers<Posted | "stale">();
  let call: OutboundCall | undefined;
  const timer = setTimeout(() => {
    call?.cancel();
    resolve({ kind: "later", reason: "timeout", afterMs: undefined });
  }, timeoutMs);
  const pieces: Buffer[] = [];
  let bytes = 0;
  let status = 0;
  let answerHeaders: FlatHeaders = [];
  try {
    call = client.send(
      route,
      { method: "POST", path, headers, body },
      {
        onHead(headStatus, given) {
          status = headStatus;
          answerHeaders = given;
        },
        onData(chunk) {
          bytes += chunk.length;
          // The rest is read and forgotten: what follows on this connection is another answer.
          if (bytes <= MAX_ANSWER_BYTES) pieces.push(Buffer.from(chunk));
          return true;
        },
        onEnd: () => {
          const text = Buffer.concat(pieces).toString("utf8");
          resolve(judge(target, { status, headers: answerHeaders, text }));
        },
        onFailure: ({ kind, reason, isStale }) =>
          resolve(
            kind === "reset" && isStale && !isFresh
              ? "stale"
              : { kind: "later", reason: `${kind} ${reason}`.trim(), afterMs: undefined },
          ),
      },
      { connectMs: timeoutMs, isFresh },
    );
  } catch {
    // An engine refuses at once what no header may carry.
    resolve({ kind: "refused", reason: "unsendable" });
  }
  return promise.finally(() => clearTimeout(timer));
}

type CollectorReply = { readonly status: number; readonly headers: FlatHeaders; readonly text: string };

function judge(target: OtlpTarget, { status, headers, text }: CollectorReply): Posted {
  if (status >= 200 && status < 300) return { kind: "taken", ...partOf(target, text) };
  const reason = `status ${status}`;
  if (RETRIED.has(status)) return { kind: "later", reason, afterMs: waitOf(headers, target.wallMs()) };
  return { kind: "refused", reason };
}

/** `partialSuccess`, which may be told beside a success; a JSON answer has int64 as text. */
function partOf(
  target: OtlpTarget,
  text: string,
): { readonly rejected: number; readonly said: string | undefined } {
  const part = fieldsOf(fieldsOf(parsed(text))?.["partialSuccess"]);
  const rejected = Number(part?.["rejectedSpans"] ?? 0);
  const said = part?.["errorMessage"];
  return {
    rejected: Number.isSafeInteger(rejected) && rejected > 0 ? rejected : 0,
    said: typeof said === "string" && said !== "" ? withoutHeaders(said, target.headers) : undefined,
  };
}

/** Some servers repeat the key that they were sent. */
function withoutHeaders(said: string, headers: FlatHeaders): string {
  const words = headers.filter((_, at) => at % 2 === 1).flatMap((value) => value.split(" "));
  const secrets = words.filter(({ length }) => length >= SHORTEST_SECRET);
  const clean = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), said);
  return cleanText(clean.slice(0, MAX_SAID_CHARS));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Empty, or protobuf, which some answer whatever they were sent: there is nothing to be told.
    return undefined;
  }
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
}

/** `Retry-After` in seconds or as a date. */
function waitOf(headers: FlatHeaders, wallMs: number): number | undefined {
  const text = firstHeader(headers, "retry-after")?.trim();
  if (text === undefined || text === "") return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - wallMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MAX_WAIT_MS);
}
