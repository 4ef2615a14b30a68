// Traces as a whole: what the configuration asks for, as a tracer for requests and an exporter behind it. Where nothing
// is asked for there is neither.

import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Tracer, TraceSettings } from "../../core/traces/trace.ts";
import type { AskingClient, Peer } from "../../upstream/client.ts";
import { ForwardProxy } from "../../upstream/forward-proxy.ts";
import { OPERATIONS } from "../../wires/registry/wires.ts";
import { saidTexts } from "../../wires/telemetry/said-content.ts";
import { telemetryOperation, telemetryProvider } from "../../wires/telemetry/telemetry-names.ts";
import type { WireName } from "../../wires/wire.ts";
import { AttributeText } from "./attribute-text.ts";
import { BatchExporter, type ExportTarget } from "./batch-exporter.ts";
import type { OtlpTarget } from "./otlp-post.ts";
import { RandomIds } from "./random-ids.ts";
import { RequestTracer } from "./request-tracer.ts";
import type { SpanNames, TracedPeer } from "./span-text.ts";

/** What traces are made with. */
export type TracesParts = {
  readonly client: AskingClient;
  readonly log: Log;
  readonly clock: Clock;
  /** Of the program. */
  readonly version: string | undefined;
  /** Between the tries of a batch; the usual ones where it is left out. */
  readonly pausesMs?: readonly number[] | undefined;
};

/** An endpoint, as far as spans tell of it. */
type TracedEndpoint = {
  readonly name: string;
  readonly origin: string;
  readonly wire: { readonly name: WireName };
};

/** Endpoints that are gone stay known for requests under way; this many. */
const MAX_PEERS = 10_000;

/** The traces of one process. */
export class Traces {
  readonly #parts: TracesParts;
  readonly #ids = new RandomIds();
  readonly #instance: string = crypto.randomUUID();
  readonly #peers = new Map<string, TracedPeer>();
  #exporter: BatchExporter | undefined;
  #tracer: Tracer | undefined;

  constructor(parts: TracesParts) {
    this.#parts = parts;
  }

  /** For the requests to come; undefined where traces are off. */
  get tracer(): Tracer | undefined {
    return this.#tracer;
  }

  /** Spans that were recorded and never reached a collector. */
  get droppedSpans(): number {
    return this.#exporter?.droppedSpans ?? 0;
  }

  /** Takes what the configuration says; undefined: nothing. Requests under way go on as they began. */
  configure(settings: TraceSettings | undefined, endpoints: readonly TracedEndpoint[]): void {
    if (settings === undefined) {
      this.#tracer = undefined;
      this.#exporter?.flush();
      return;
    }
    this.#know(endpoints);
    const target = this.#targetOf(settings);
    const { log, clock, pausesMs } = this.#parts;
    this.#exporter ??= new BatchExporter({ log, clock, pausesMs, names: this.#names() }, target);
    this.#exporter.retarget(target);
    this.#tracer = new RequestTracer(this.#ids, settings, this.#exporter.add);
  }

  /** Sends what is left, within a bound. */
  async close(): Promise<void> {
    this.#tracer = undefined;
    await this.#exporter?.close();
  }

  #know(endpoints: readonly TracedEndpoint[]): void {
    if (this.#peers.size > MAX_PEERS) this.#peers.clear();
    for (const { name, origin, wire } of endpoints) {
      const { hostname, port, protocol } = new URL(origin);
      const host = hostname.replace(/^\[|\]$/g, "");
      const usual = protocol === "https:" ? 443 : 80;
      const provider = telemetryProvider(host, wire.name);
      this.#peers.set(name, { host, port: port === "" ? usual : Number(port), provider });
    }
  }

  #names(): SpanNames {
    const routes = new Map(OPERATIONS.map(({ name, path }) => [name, path]));
    return {
      peerOf: (endpoint) => this.#peers.get(endpoint),
      operationOf: telemetryOperation,
      routeOf: (operation) => routes.get(operation),
      contentOf: ({ content }) => {
        if (content === undefined) return undefined;
        const said = saidTexts(content.asked, content.answered);
        return { ...said, isCut: said.isCut || content.isCut };
      },
    };
  }

  #targetOf(settings: TraceSettings): ExportTarget {
    const { client, clock, version } = this.#parts;
    const { origin, path, timeoutMs, caPem, proxyUrl, intervalMs } = settings;
    const proxy = proxyUrl === undefined ? undefined : new ForwardProxy(new URL(proxyUrl));
    const peer: Peer = { origin, caPem, proxy };
    const headers = [...this.#ownHeaders(settings), ...settings.headers];
    const open = (): OtlpTarget => ({
      client,
      route: client.open(peer),
      path,
      headers,
      timeoutMs,
      wallMs: clock.wallMs,
    });
    const scope = `{"name":"oai-gateway"${version === undefined ? "" : `,"version":${JSON.stringify(version)}`}}`;
    const resource = `{"attributes":${this.#resourceOf(settings).list()}}`;
    const before = `{"resourceSpans":[{"resource":${resource},"scopeSpans":[{"scope":${scope},"spans":[`;
    return { open, frame: [before, "]}]}]}"], intervalMs };
  }

  /** Those that the configuration does not say otherwise. */
  #ownHeaders({ headers }: TraceSettings): readonly string[] {
    const { version } = this.#parts;
    const agent = version === undefined ? "oai-gateway" : `oai-gateway/${version}`;
    const own = ["content-type", "application/json", "content-encoding", "gzip"];
    return headers.includes("user-agent") ? own : [...own, "user-agent", agent];
  }

  #resourceOf({ serviceName, resource }: TraceSettings): AttributeText {
    const { version } = this.#parts;
    const own = {
      "service.name": serviceName,
      "service.version": version,
      "service.instance.id": this.#instance,
      "telemetry.sdk.name": "oai-gateway",
      "telemetry.sdk.language": "nodejs",
      "telemetry.sdk.version": version,
    };
    const out = new AttributeText();
    for (const [key, value] of Object.entries({ ...own, ...resource })) out.keyed(key, value);
    return out;
  }
}
