// Asks the gateway over kept connections, as an SDK does, and says what came back and when.

import { Agent, type IncomingMessage, request } from "node:http";

/** One call. */
export type Call = {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>> | Buffer;
  /** Found again at the endpoints. */
  readonly id: string;
  /** Leaves after so long, whatever has come. */
  readonly abortAfterMs?: number;
};

/** What became of it. `end`: whole; cut off by the gateway; left by us; no connection. */
export type Outcome = {
  readonly end: "whole" | "cut" | "aborted" | "no-connection";
  /** 0 when no head came. */
  readonly status: number;
  readonly text: string;
  /** Who answered, by the gateway's word. */
  readonly endpoint: string;
  /** `x-oai-gateway-attempts`, or empty. */
  readonly attempts: string;
  readonly retryAfter: string | undefined;
  /** It went over a connection that an earlier call had used. */
  readonly isReused: boolean;
  /** The gateway has said that the connection ends with this answer. */
  readonly isLastOnConnection: boolean;
  readonly durationMs: number;
};

/** Nothing of a test is silent for so long: such a call hangs, and is given up. */
const HUNG_MS = 20_000;

/** A client with a pool. */
export class Client {
  readonly #port: number;
  readonly #agent: Agent;

  constructor(port: number, { maxConnections = Number.POSITIVE_INFINITY } = {}) {
    this.#port = port;
    this.#agent = new Agent({ keepAlive: true, maxFreeSockets: 1_024, maxSockets: maxConnections });
  }

  /** Sends and reads to the end. Never rejects. */
  call(call: Call): Promise<Outcome> {
    const startedMs = performance.now();
    const body = Buffer.isBuffer(call.body) ? call.body : Buffer.from(JSON.stringify(call.body));
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      "x-client-request-id": call.id,
    };
    return new Promise((resolve) => {
      let head: IncomingMessage | undefined;
      let wasAborted = false;
      const pieces: Buffer[] = [];
      const sent = request({
        port: this.#port,
        host: "127.0.0.1",
        path: call.path,
        method: "POST",
        headers,
        agent: this.#agent,
      });
      const leave =
        call.abortAfterMs === undefined
          ? undefined
          : setTimeout(() => {
              wasAborted = true;
              sent.destroy();
            }, call.abortAfterMs);
      const settle = (end: Outcome["end"]): void => {
        clearTimeout(leave);
        resolve({
          end: wasAborted ? "aborted" : end,
          status: head?.statusCode ?? 0,
          text: Buffer.concat(pieces).toString(),
          endpoint: headerOf(head, "x-oai-gateway-endpoint") ?? "",
          attempts: headerOf(head, "x-oai-gateway-attempts") ?? "",
          retryAfter: headerOf(head, "retry-after"),
          isReused: sent.reusedSocket,
          isLastOnConnection: headerOf(head, "connection")?.toLowerCase() === "close",
          durationMs: performance.now() - startedMs,
        });
      };
      sent.on("response", (response) => {
        head = response;
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => settle("whole"));
        response.on("error", () => settle("cut"));
        // Comes after the end where there was one.
        response.on("close", () => settle("cut"));
      });
      sent.setTimeout(HUNG_MS, () => sent.destroy());
      sent.on("error", () => settle(head === undefined ? "no-connection" : "cut"));
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** How many calls to endpoints an outcome tells of. */
export function attemptCount(outcome: Outcome): number {
  return Number(/^\d+/.exec(outcome.attempts)?.[0] ?? 0);
}

/** Whether a stream came to its own end. */
export function isWholeStream(outcome: Outcome): boolean {
  return outcome.end === "whole" && outcome.status === 200 && outcome.text.endsWith("data: [DONE]\n\n");
}

/** Whether a stream that broke off says so and ends in order. */
export function endsWithErrorEvent(outcome: Outcome): boolean {
  if (outcome.end !== "whole" || outcome.text.includes("[DONE]")) return false;
  const last = /data: (\{.*\})\n\n$/.exec(outcome.text)?.[1];
  return last !== undefined && typeof JSON.parse(last).error === "object";
}

function headerOf(head: IncomingMessage | undefined, name: string): string | undefined {
  const value = head?.headers[name];
  return typeof value === "string" ? value : undefined;
}
