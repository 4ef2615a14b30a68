// A collector of traces over a real socket: it checks each batch strictly, keeps it, and answers as it is told.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { gunzipSync } from "node:zlib";
import { Condition } from "../condition.ts";
import { type OtlpSpan, otlpRequest } from "../otlp-schema.ts";

/** How a batch is answered. */
export type CollectorAnswer = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** One request as it came. */
export type CollectedBatch = {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  /** Unpacked. */
  readonly text: string;
  readonly spans: readonly CollectedSpan[];
  readonly resource: Attributes;
};

type Attributes = Readonly<Record<string, unknown>>;

/** A span whose attributes are plain. */
export type CollectedSpan = Omit<OtlpSpan, "attributes"> & { readonly attributes: Attributes };

/** The collector. */
export class TraceCollector {
  readonly batches: CollectedBatch[] = [];
  /** What the next batches get, in this order; then 200. */
  readonly answers: (CollectorAnswer | "cut")[] = [];
  readonly #changed = new Condition();
  readonly #server: Server;
  #failure: unknown;

  constructor(tls?: { readonly key: string; readonly cert: string }) {
    const listener = (request: IncomingMessage, response: ServerResponse): void =>
      void this.#take(request, response);
    this.#server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  }

  get port(): number {
    // A listening server on TCP has an address of this form.
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Of all batches that were taken. */
  get spans(): readonly CollectedSpan[] {
    return this.batches.flatMap(({ spans }) => spans);
  }

  async open(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  /** Resolves once so many spans have come; rejects for a batch that is not as it has to be. */
  async spansWhen(count: number): Promise<readonly CollectedSpan[]> {
    await this.#changed.until(() => this.#failure !== undefined || this.spans.length >= count);
    if (this.#failure !== undefined) throw this.#failure;
    return this.spans;
  }

  /** Resolves once so many requests have come. */
  async batchesWhen(count: number): Promise<readonly CollectedBatch[]> {
    await this.#changed.until(() => this.#failure !== undefined || this.batches.length >= count);
    if (this.#failure !== undefined) throw this.#failure;
    return this.batches;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const answer = this.answers.shift() ?? { status: 200, body: "{}" };
    try {
      assert.equal(request.method, "POST");
      assert.equal(request.headers["content-type"], "application/json");
      assert.equal(request.headers["content-encoding"], "gzip");
      const text = gunzipSync(Buffer.concat(pieces)).toString("utf8");
      const { resourceSpans } = otlpRequest.parse(JSON.parse(text));
      const [of] = resourceSpans;
      const spans = of?.scopeSpans[0]?.spans ?? [];
      this.batches.push({
        path: request.url ?? "",
        headers: request.headers,
        text,
        spans: spans.map((span) => ({ ...span, attributes: plain(span.attributes) })),
        resource: plain(of?.resource.attributes ?? []),
      });
    } catch (error) {
      this.#failure = error;
    }
    if (answer === "cut") request.socket.destroy();
    else {
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(answer.body ?? "");
    }
    this.#changed.notify();
  }
}

function plain(attributes: OtlpSpan["attributes"]): Attributes {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]));
}

function plainValue(value: OtlpSpan["attributes"][number]["value"]): unknown {
  if ("arrayValue" in value) return value.arrayValue.values.map(plainValue);
  const [only] = Object.entries(value);
  return only?.[0] === "intValue" ? Number(only[1]) : only?.[1];
}

/** Starts one, closed when the test is over. */
export async function collectorFor(
  t: TestContext,
  tls?: { readonly key: string; readonly cert: string },
): Promise<TraceCollector> {
  const collector = await new TraceCollector(tls).open();
  t.after(() => collector.close());
  return collector;
}
