// A real gateway in this process in front of a fake endpoint that answers as the area says, and a connection to it that
// is kept.

import { setImmediate } from "node:timers/promises";
import { isCredentialName } from "../src/core/credential-names.ts";
import { HOPS_HEADER } from "../src/core/hops.ts";
import type { ExchangeSink, ExchangeSummary, Log } from "../src/core/summary.ts";
import { type Gateway, startGateway } from "../src/gateway.ts";
import { behaviour } from "../test/support/fakes/behaviours.ts";
import type { Behaviour, RecordedRequest } from "../test/support/fakes/fake-connection.ts";
import { type FakeEndpoint, startFakeEndpoint } from "../test/support/fakes/fake-endpoint.ts";
import type { FakeExchange } from "../test/support/fakes/fake-exchange.ts";
import { configOf } from "../test/support/start-gateway.ts";
import { type Answer, openWire, requestBytes, type Wire, type WireRequest } from "../test/support/wire.ts";
import { type Finding, finding, within } from "./area.ts";

/** What the endpoint calls the model that clients know as `nick`. */
export const UPSTREAM = 'real/名 "q"';

/** A client's credential: it must never reach the endpoint. */
export const CANARY = "CANARY-client-key";

/** No answer on loopback takes this long; one that does hangs. */
export const DEADLINE_MS = 4_000;

/** Gateway and endpoint, until `close`. */
export class Rig {
  readonly gateway: Gateway;
  readonly fake: FakeEndpoint;
  readonly log: QuietLog;
  #wire: Wire | undefined;
  #asked = 0;

  constructor(gateway: Gateway, fake: FakeEndpoint, log: QuietLog) {
    this.gateway = gateway;
    this.fake = fake;
    this.log = log;
  }

  /** The model `m` is served under its own name, `nick` under another. */
  static async start(answer: Behaviour): Promise<Rig> {
    const fake = await startFakeEndpoint({ models: ["m", UPSTREAM] });
    fake.always(answer);
    const config = configOf({
      endpoints: [{ name: "one", base_url: fake.url, api_key: "endpoint-key" }],
      routing: { model_overrides: { nick: [`one/${UPSTREAM}`] } },
    });
    const log = new QuietLog();
    const gateway = await startGateway({ config, log, sinks: [log], dataDir: undefined });
    await gateway.catalogue.firstAnswers();
    return new Rig(gateway, fake, log);
  }

  /** Sends a request on the kept connection and reads the answer. A connection is opened where there is none. */
  ask(request: WireRequest): Promise<Answer> {
    return this.askInPieces([requestBytes(request)]);
  }

  /** The same of a request in pieces, a turn of the event loop apart. */
  async askInPieces(pieces: readonly Buffer[]): Promise<Answer> {
    this.forget();
    this.#wire ??= await openWire(this.gateway.port);
    const wire = this.#wire;
    try {
      for (const [index, piece] of pieces.entries()) {
        if (index > 0) await setImmediate();
        await within(DEADLINE_MS, wire.send(piece));
      }
      const answer = await within(DEADLINE_MS, wire.answer());
      this.#asked += 1;
      // The reader of the wire, too, keeps a little of each answer.
      if (answer.header("connection") === "close" || this.#asked % 100 === 0) this.#drop();
      return answer;
    } catch (error) {
      this.#drop();
      throw error;
    }
  }

  /** Sends the beginning of a request, and leaves once the gateway has some of it. */
  async leave(pieces: readonly Buffer[]): Promise<void> {
    this.forget();
    const wire = await openWire(this.gateway.port);
    for (const piece of pieces) await within(DEADLINE_MS, wire.send(piece));
    wire.reset();
  }

  /** The requests that the endpoint has got since `forget`. */
  get forwarded(): readonly RecordedRequest[] {
    return this.fake.requests;
  }

  /** Forgets what the endpoint got and what was logged. */
  forget(): void {
    this.fake.requests.length = 0;
    this.fake.discoveries.length = 0;
    this.log.fault = undefined;
  }

  async close(): Promise<void> {
    this.#drop();
    await this.gateway.close({ graceMs: 0 });
    await this.fake.close();
  }

  #drop(): void {
    // A reset leaves no port behind that waits for a minute.
    this.#wire?.reset();
    this.#wire = undefined;
  }
}

/** Keeps nothing but the last failure that is the gateway's own. */
export class QuietLog implements Log, ExchangeSink {
  fault: string | undefined;

  onSettled(summary: ExchangeSummary): void {
    if (summary.error === "internal") this.fault = `internal error: ${JSON.stringify(summary)}`;
  }

  info(): void {}

  warn(): void {}

  error(event: string, message: string, _fields?: unknown, cause?: unknown): void {
    const stack = cause instanceof Error ? cause.stack : undefined;
    this.fault = `${event}: ${message} ${stack ?? ""}`;
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}

/** What is wrong with an error that the gateway itself answered: every one is OpenAI's envelope with all keys. */
export function envelopeFault(status: number, text: string): Finding | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return finding("no-envelope", `${status}: ${JSON.stringify(text)}`);
  }
  const error = isObject(value) ? value["error"] : undefined;
  const keys = isObject(error) ? Object.keys(error).sort().join() : "";
  if (keys !== "code,message,param,type") return finding("no-envelope", `${status}: ${text}`);
  return undefined;
}

/** A good JSON answer. */
export function good(value: unknown): Behaviour {
  const text = JSON.stringify(value);
  return behaviour(async (exchange) => {
    sparing(exchange);
    await exchange.head(200, ["content-type", "application/json", "content-length", String(text.length)]);
    await exchange.piece(text);
    await exchange.finish();
  });
}

/** Ends the connection after this answer, now and then: the fake keeps a little of each request while it lives. */
export function sparing(exchange: FakeExchange): void {
  if (exchange.request.body.length % 16 === 0) exchange.isReusable = false;
}

/** Whether a parsed value is an object with keys. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is wrong with a request as the endpoint got it, whatever the client sent. */
export function forwardedFault(request: RecordedRequest): Finding | undefined {
  const head = request.rawHead.toString("latin1");
  if (!SOUND_HEAD.test(head)) return finding("unsound-head", head);
  const line = head.split("\r\n").find((one) => one.includes(CANARY));
  // As a part of what another header says, where a mutation has put it, it is no key.
  if (line !== undefined && isCredentialName(line.slice(0, line.indexOf(":")).toLowerCase()))
    return finding("client-key-forwarded", head);
  if (!BELOW_BASE.test(request.path)) return finding("outside-of-base", head);
  const hops = sentHops(request);
  if (hops.length !== 1 || !(Number(hops[0]) <= 4)) return finding("unsound-hops", head);
  const names = request.headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const framing = names.filter((name) => name === "content-length" || name === "transfer-encoding");
  if (framing.length > 1) return finding("unsound-framing", head);
  if (names.filter((name) => name === "host").length !== 1) return finding("unsound-host", head);
  return undefined;
}

/** The counts of gateways in a request as the endpoint got it: there must be one. */
export function sentHops(request: RecordedRequest): number[] {
  const values = request.headers.filter(
    (_, index) => request.headers[index - 1]?.toLowerCase() === HOPS_HEADER,
  );
  return values.map((value) =>
    Number(/^([1-9]); [0-9a-f]{16}( [0-9a-f]{16})*$/.exec(value)?.[1] ?? Number.NaN),
  );
}

/** The fake's base URL ends in `/v1`. */
const BELOW_BASE = /^\/(?:v1(?!\/(?:.*\/)?\.{1,2}(?:[/?]|$))\/[^\\]*|v2\/rerank)(?:\?|$)/;

const SOUND_HEAD =
  /^(?:GET|POST|DELETE) \/[!-~]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*\r\n)+\r\n$/;
