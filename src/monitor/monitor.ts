// `/metrics` and `/status`: one part of the front, and the figures behind it. The request path counts into it and does
// nothing else for it; all else is read when somebody asks.

import { isSameSecret, placeProblem } from "../admin/login/access.ts";
import type { GatewayConfig } from "../config/compile.ts";
import type { Clock } from "../core/clock.ts";
import { GatewayError } from "../core/errors.ts";
import type { Log } from "../core/summary.ts";
import type { Part } from "../front.ts";
import type { Gateway } from "../gateway.ts";
import type { FlatHeaders, InboundRequest, Reply } from "../http/message.ts";
import { english } from "../language/messages.ts";
import { formatFor, mediaTypeOf } from "../observe/metrics/exposition.ts";
import { Metrics } from "../observe/metrics/metrics.ts";
import { stateGauges } from "../observe/metrics/state-readings.ts";
import { pathOf } from "../wires/paths/router.ts";
import { Beats } from "./beats.ts";
import { isMonitorPath, METRICS_PATH } from "./monitor-path.ts";
import { readProcess, worldOf } from "./read-process.ts";
import type { StatusFacts } from "./status-page.ts";

/** Between two looks at which models are up. */
const LOOK_MS = 60_000;
/** How old what the page tells may be. */
const FACTS_MS = 1_000;
/** Models that the page tells one by one. */
const MAX_SHOWN = 500;

const SECURITY: FlatHeaders = [
  "cache-control",
  "no-store",
  "x-content-type-options",
  "nosniff",
  "referrer-policy",
  "no-referrer",
];

/** What it is made of. */
type MonitorOptions = {
  readonly clock: Clock;
  /** As it is at the start; later that of the running gateway counts. */
  readonly config: GatewayConfig;
  /** Lines of the log that were lost. */
  readonly droppedLines: () => number;
};

/** What it needs besides the gateway. */
type MonitorSources = {
  readonly log: Log;
  /** The digest of the configuration's file; undefined without one. */
  readonly configHash: () => string | undefined;
};

/** The side of a gateway that is looked at. */
export class Monitor {
  readonly metrics: Metrics;
  readonly part: Part;
  readonly #options: MonitorOptions;
  readonly #beats: Beats;
  /** Texts that are being made, by their format. */
  readonly #texts = new Map<ReturnType<typeof formatFor>, Promise<Buffer>>();
  #known: { readonly ms: number; readonly facts: StatusFacts } | undefined;
  #gateway: Gateway | undefined;
  #sources: MonitorSources | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
    this.metrics = new Metrics(worldOf(options.config, () => this.#gateway));
    this.#beats = new Beats(options.clock);
    const config = (): GatewayConfig => this.#config();
    this.part = {
      takes: (path) => isMonitorPath(path, config),
      handle: (request, reply) => this.#handle(request, reply),
    };
  }

  /** From here on it can tell of this gateway. */
  serve(gateway: Gateway, sources: MonitorSources): void {
    this.#gateway = gateway;
    this.#sources = sources;
    gateway.targets.facts.subscribe((fact) => {
      if (fact.kind === "ejected")
        this.metrics.count("oai_gateway_ejections_total", [fact.target.endpoint.name]);
      if (fact.kind === "rests")
        this.metrics.count("oai_gateway_cooldowns_total", [fact.scope.endpoint, fact.why]);
    });
    setInterval(() => this.#look(gateway), LOOK_MS).unref();
    void gateway.catalogue.firstAnswers().then(() => this.#look(gateway));
  }

  #config(): GatewayConfig {
    return this.#gateway?.config() ?? this.#options.config;
  }

  #look(gateway: Gateway): void {
    if (gateway.config().statusPage === false) return;
    this.#beats.note(statusOf(gateway));
  }

  async #handle(request: InboundRequest, reply: Reply): Promise<void> {
    try {
      if (request.method !== "GET" && request.method !== "HEAD")
        throw new GatewayError("method_not_allowed", { headers: ["allow", "GET, HEAD"] });
      const gateway = this.#gateway;
      if (gateway === undefined) throw new GatewayError("overloaded", { headers: ["retry-after", "1"] });
      if (pathOf(request.target) === METRICS_PATH) await this.#replyWithMetrics(gateway, request, reply);
      else await this.#replyWithStatus(gateway, request, reply);
    } catch (error) {
      this.#refuse(reply, error);
    }
  }

  async #replyWithMetrics(gateway: Gateway, request: InboundRequest, reply: Reply): Promise<void> {
    const { metrics, server } = gateway.config();
    checkMetricsReader(request, metrics, server.allowedHosts);
    const format = formatFor(request.header("accept"));
    const text = await (this.#texts.get(format) ?? this.#makeText(gateway, format));
    send(reply, 200, text, ["content-type", mediaTypeOf(format), "vary", "accept"]);
  }

  /** All who ask while it is made get the same: however many they are, one text at a time is made. */
  async #makeText(gateway: Gateway, format: ReturnType<typeof formatFor>): Promise<Buffer> {
    const making = this.#textNow(gateway, format);
    this.#texts.set(format, making);
    try {
      return await making;
    } finally {
      this.#texts.delete(format);
    }
  }

  async #textNow(gateway: Gateway, format: ReturnType<typeof formatFor>): Promise<Buffer> {
    // With processes that serve, each tells its own figures.
    const isServing = gateway.workers === 1;
    const snapshot = gateway.snapshot({ models: "none" });
    const text = await this.metrics.text(format, {
      read: readProcess(gateway, { isServing, droppedLines: this.#options.droppedLines() }),
      state: stateGauges(snapshot, {
        isLastTaken: this.metrics.isLastTaken,
        hash: this.#sources?.configHash(),
        models: gateway.table().publicModels().length,
      }),
      lost: snapshot.store.lost,
    });
    return Buffer.from(text);
  }

  async #replyWithStatus(gateway: Gateway, request: InboundRequest, reply: Reply): Promise<void> {
    const { statusPage: audience, server } = gateway.config();
    if (audience === "local") checkPlace(request, server.allowedHosts);
    const { statusPage } = await import("./status-page.ts");
    const { body, headers } = statusPage(this.#facts(gateway), request.header("accept-language"));
    send(reply, 200, body, headers);
  }

  /** Of at most a second ago: anybody may ask, and a thousand models are looked at for it. */
  #facts(gateway: Gateway): StatusFacts {
    const nowMs = this.#options.clock.nowMs();
    if (this.#known === undefined || nowMs - this.#known.ms >= FACTS_MS)
      this.#known = { ms: nowMs, facts: this.#factsNow(gateway) };
    return this.#known.facts;
  }

  #factsNow(gateway: Gateway): StatusFacts {
    const models = statusOf(gateway);
    return {
      models: models.slice(0, MAX_SHOWN).map(([name, isUp]) => ({ name, isUp, beats: this.#beats.of(name) })),
      hidden: Math.max(0, models.length - MAX_SHOWN),
      isDraining: gateway.snapshot({ models: "none" }).isDraining,
      wallMs: this.#options.clock.wallMs(),
    };
  }

  #refuse(reply: Reply, error: unknown): void {
    if (reply.isClosed || reply.isHeadSent) {
      reply.destroy();
      return;
    }
    const known = error instanceof GatewayError ? error : new GatewayError("internal", { cause: error });
    if (known.cause !== undefined)
      this.#sources?.log.error(known.code, "A request for metrics or status failed.", {}, known.cause);
    const { message, row, code, headers, status } = known;
    const body = Buffer.from(JSON.stringify({ error: { message, type: row.type, param: null, code } }));
    send(reply, status, body, ["content-type", "application/json", ...headers]);
  }
}

/** Each model that is listed, by name, and whether a request for it would find somebody to ask. */
function statusOf(gateway: Gateway): readonly (readonly [name: string, isUp: boolean])[] {
  const { chooser } = gateway.targets;
  return gateway
    .table()
    .publicModels()
    .map((model) => {
      const isUp = model.targets.some((target) => {
        const availability = chooser.availability(target);
        return availability === "ok" || availability === "exhausted" || availability === "full";
      });
      return [model.name, isUp] as const;
    })
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** @throws GatewayError metrics_token_required, metrics_not_allowed */
function checkMetricsReader(
  request: InboundRequest,
  { token, isPublic }: GatewayConfig["metrics"],
  allowedHosts: readonly string[],
): void {
  if (token !== undefined) {
    const sent = /^Bearer +(\S+)$/i.exec(request.header("authorization") ?? "")?.[1];
    if (sent !== undefined && isSameSecret(sent, token)) return;
    throw new GatewayError("metrics_token_required", { headers: ["www-authenticate", "Bearer"] });
  }
  if (!isPublic) checkPlace(request, allowedHosts);
}

/** @throws GatewayError metrics_not_allowed */
function checkPlace(request: InboundRequest, allowedHosts: readonly string[]): void {
  const problem = placeProblem(request, { isRemote: false, allowedHosts });
  if (problem === undefined) return;
  throw new GatewayError("metrics_not_allowed", {
    message: `${english(problem)} Only this machine may read it.`,
  });
}

function send(reply: Reply, status: number, body: Buffer, headers: FlatHeaders): void {
  reply.head(status, ["content-length", String(body.length), ...headers, ...SECURITY]);
  reply.end(body);
}
