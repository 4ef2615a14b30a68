// The composition root: the only place that builds the services and wires them. Builds a whole new world on each
// change of configuration or of a model list, then swaps one reference. Called by `cli/` and by the system tests.

import { Catalogue } from "./catalogue/catalogue.ts";
import { ClashReport } from "./catalogue/clash-report.ts";
import { Kept, type KeptPlace } from "./catalogue/kept.ts";
import type { EndpointStatus } from "./catalogue/known.ts";
import { ListChecks } from "./catalogue/list-checks.ts";
import type { GatewayConfig } from "./config/compile.ts";
import { type Clock, systemClock } from "./core/clock.ts";
import type { Log } from "./core/summary.ts";
import { DEFAULT_LIMITS, type HttpServer, type ServerLimits } from "./http/listener.ts";
import type { InboundRequest, Reply, UpgradeListener } from "./http/message.ts";
import { listen } from "./http/node/server.ts";
import { LagMeter } from "./observe/lag-meter.ts";
import { Loops } from "./proxy/admit/loops.ts";
import { makeOverload, type Overload } from "./proxy/admit/overload.ts";
import type { Services, World } from "./proxy/exchange/services.ts";
import { handle } from "./proxy/handle.ts";
import { clearRests, type Rest } from "./proxy/own/rests.ts";
import { planOf, type RoutePlan } from "./proxy/own/route-plan.ts";
import { Prober } from "./proxy/target/prober.ts";
import { Steering } from "./proxy/target/steering.ts";
import { Rotations } from "./routing/balancer.ts";
import type { Endpoint } from "./routing/model.ts";
import { forgetChanged } from "./routing/table/changed-endpoints.ts";
import type { RoutingTable } from "./routing/table/table.ts";
import { LastingState } from "./store/lasting-state.ts";
import { MarkedClient } from "./upstream/marked-client.ts";
import { Routes } from "./upstream/routes.ts";
import { createUndiciClient } from "./upstream/undici/undici-client.ts";
import { Router } from "./wires/paths/router.ts";
import { buildWorld } from "./world.ts";

/** What a gateway is started with. */
export type GatewayOptions = KeptPlace & {
  readonly config: GatewayConfig;
  readonly log: Log;
  readonly clock?: Clock;
  /** The program's version, for the page at `/`. */
  readonly version?: string;
};

/**
 * Starts listening, then asks the endpoints for their models.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new Gateway(options);
  await gateway.listen();
  return gateway;
}

/** A running gateway. */
export class Gateway {
  readonly catalogue: Catalogue;
  readonly steering: Steering;
  readonly kept: Kept;
  readonly #log: Log;
  readonly #client = createUndiciClient();
  readonly #routes = new Routes(this.#client);
  readonly #loops: Loops;
  /** For the gateway's own questions. */
  readonly #ownClient: MarkedClient;
  readonly #rotations = new Rotations();
  readonly #checks: ListChecks;
  readonly #prober: Prober;
  readonly overload: Overload;
  readonly #lasting: LastingState;
  readonly #lag: LagMeter;
  readonly #services: Services;
  #config: GatewayConfig;
  #world: World;
  #server: HttpServer | undefined;
  /** As it was asked for when the listener was opened; a reload does not move it. */
  readonly #address: Pick<GatewayConfig["server"], "host" | "port">;
  readonly #clashes: ClashReport;
  #hasFirstAnswers = false;
  #isDraining = false;
  #closing: Promise<void> | undefined;

  constructor(options: GatewayOptions) {
    const clock = options.clock ?? systemClock;
    const { log } = options;
    this.#log = log;
    this.#clashes = new ClashReport(options.log);
    this.#config = options.config;
    this.#address = options.config.server;
    const { maxListBytes } = options.config.discovery;
    this.kept = new Kept({ ...options, maxListBytes }, options.log, clock);
    this.#loops = new Loops(options.log);
    this.#ownClient = new MarkedClient(this.#client, this.#loops.ownHeaders);
    const onChange = (): void => this.#rebuild();
    const saved = this.kept.lists;
    this.catalogue = new Catalogue({ client: this.#ownClient, clock, saved, log, onChange });
    this.steering = new Steering(clock, options.log);
    this.#checks = this.#makeListChecks(clock);
    this.#prober = this.#makeProber();
    this.steering.onEjected = (target, untilMs, operation) => this.#prober.watch(target, untilMs, operation);
    this.steering.onForgotten = (name) => this.#rotations.forget(name);
    this.steering.refusals.checks = this.#checks;
    this.steering.walkouts.askAlive = (name) => this.#checks.askAlive(name);
    // How late the process is shows by its own clock alone, whatever time the rest goes by.
    this.overload = makeOverload(systemClock, options.log);
    this.#lasting = new LastingState({
      saved: this.kept.state,
      rotations: this.#rotations,
      cooldowns: this.steering.health.cooldowns,
      endpoints: () => this.#config.plan.endpoints,
      revision: () => this.steering.revision,
    });
    this.#lag = new LagMeter(systemClock, (lagMs) => {
      this.overload.pressure.onBeat(lagMs);
      this.#lasting.beat();
      this.steering.refusals.log.tellEnds();
    });
    this.#configure();
    this.#world = this.#worldNow();
    this.#services = {
      clock,
      steering: this.steering,
      overload: this.overload,
      log: options.log,
      client: this.#client,
      routes: this.#routes,
      router: new Router(),
      version: options.version,
      loops: this.#loops,
      world: () => this.#world,
      isDraining: () => this.#isDraining,
      isReady: () => this.#world.table.publicModels().length > 0,
      discovery: {
        hasFirstAnswers: () => this.#hasFirstAnswers || this.#lookForFirstAnswers(),
        firstAnswers: () => this.catalogue.firstAnswers(),
        askForUnknownName: () => this.catalogue.askForUnknownName(),
        untold: () => this.catalogue.untold(),
      },
    };
  }

  /** Binds the address and begins discovery. */
  async listen(): Promise<void> {
    const { host, port } = this.#config.server;
    const onFault = (error: Error) =>
      this.#log.error("accept_failed", "Connections cannot be accepted.", {}, error);
    const onRequest = (request: InboundRequest, reply: Reply) => this.#answer(request, reply);
    await this.#lasting.restore();
    const { log } = this.steering.refusals;
    log.noteRestored((name) => (this.#endpoint(name)?.credentials.length ?? 0) > 1);
    const { router } = this.#services;
    const upgrades: UpgradeListener = {
      mayTake: (protocol, method, target) => router.takesUpgrade(protocol, method, target),
      onUpgrade: onRequest,
    };
    this.#server = await listen({ host, port }, this.#limits(), { onRequest, upgrades, onFault });
    this.#lag.start();
    this.catalogue.setPlan(this.#config.plan, this.#config.discovery);
    this.#rebuild();
    // By then every list that the configuration names was looked for.
    this.kept.pruneAfter(this.catalogue.firstAnswers());
  }

  /** Whatever happens in one request stays there, also where `handle` could not even refuse it. */
  #answer(request: InboundRequest, reply: Reply): void {
    const answered = handle(this.#services, request, reply);
    answered.catch((cause: unknown) => {
      this.#log.error("internal", "A request could not even be refused.", {}, cause);
      reply.destroy();
    });
  }

  /** The host bound, whatever a reload has brought since. */
  get host(): string {
    return this.#address.host;
  }

  /** The port bound, also where the configuration says 0. */
  get port(): number {
    return this.#server?.port ?? this.#address.port;
  }

  /** The address for clients, such as `http://127.0.0.1:8080/v1`. */
  get url(): string {
    const host = this.host === "0.0.0.0" || this.host === "::" ? "127.0.0.1" : this.host;
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.port}/v1`;
  }

  config(): GatewayConfig {
    return this.#config;
  }

  table(): RoutingTable {
    return this.#world.table;
  }

  status(): EndpointStatus[] {
    return this.catalogue.status();
  }

  /** What would happen to a request for this name; undefined for a name nobody serves. */
  plan(name: string): RoutePlan | undefined {
    const model = this.#world.table.resolve(name);
    return model === undefined ? undefined : planOf(model, this.steering);
  }

  /**
   * Ends rests and ejections, all or those of an endpoint, of a model (public, or as an endpoint calls it), or of both.
   * Says what rested.
   */
  reset(wanted: { readonly endpoint: string | undefined; readonly model: string | undefined }): Rest[] {
    const { endpoint, model } = wanted;
    const targets = model === undefined ? [] : (this.#world.table.resolve(model)?.targets ?? []);
    const names = new Set([model, ...targets.map(({ upstreamModel }) => upstreamModel)]);
    const isModel = model === undefined ? undefined : (name: string) => names.has(name);
    return clearRests(this.steering, this.#config.plan.endpoints, { endpoint, isModel });
  }

  /**
   * Takes a new configuration: live for the next request, while requests under way keep theirs. Address changes
   * need a restart and are told as warnings.
   */
  reload(config: GatewayConfig): readonly string[] {
    const before = this.#config;
    this.#config = config;
    this.#loops.forget();
    forgetChanged(this.steering, before.plan.endpoints, config.plan.endpoints);
    this.#configure();
    this.catalogue.setPlan(config.plan, config.discovery);
    this.#rebuild();
    return this.#isMoved(before, config) ? ["server.host and server.port take effect at the next start"] : [];
  }

  /** Whether a reload brings an address that is neither the one before it nor the one in force. */
  #isMoved(before: GatewayConfig, { server }: GatewayConfig): boolean {
    const isNew = before.server.host !== server.host || before.server.port !== server.port;
    const isBound =
      server.host === this.host && (server.port === this.#address.port || server.port === this.port);
    return isNew && !isBound;
  }

  /** Takes no new requests, lets those under way finish for `graceMs`, then cuts. Resolves when all is closed. */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.graceMs ?? this.#config.server.drainMs);
    return this.#closing;
  }

  /** Cuts every connection at once: the second signal. */
  cut(): void {
    this.#server?.cut();
  }

  async #close(graceMs: number): Promise<void> {
    this.#isDraining = true;
    const server = this.#server;
    if (server !== undefined) {
      const cut = setTimeout(() => server.cut(), graceMs);
      await server.drain();
      clearTimeout(cut);
    }
    this.#lag.stop();
    this.#prober.close();
    await this.#lasting.close();
    await this.catalogue.close();
    await this.#client.close();
    await this.#log.flush();
  }

  #lookForFirstAnswers(): boolean {
    this.#hasFirstAnswers = this.catalogue.hasFirstAnswers;
    return this.#hasFirstAnswers;
  }

  #rebuild(): void {
    this.#world = this.#worldNow();
    const { endpoints } = this.#world.table;
    this.#clashes.tell(this.#world.table);
    const names = new Set(endpoints.map((endpoint) => endpoint.name));
    this.steering.retain((name) => names.has(name));
    // What an endpoint said it lacks may be in the list it has just given.
    this.#checks.forgetListed(this.steering.health.cooldowns, names);
  }

  /** Gives what outlives reloads its constants. */
  #configure(): void {
    const { reliability, plan } = this.#config;
    this.steering.configure(reliability.breaker, reliability.budget);
    this.steering.restWaits.maxMs = reliability.maxWaitMs;
    this.steering.gates.configure(plan.endpoints);
    this.#routes.replace(plan.endpoints);
    const { maxInFlight, queue } = this.#config.server;
    this.overload.gate.configure({ max: maxInFlight, queueMax: queue.max, queueMs: queue.timeoutMs });
    this.#server?.configure(this.#limits());
  }

  #limits(): ServerLimits {
    const { headMs, maxConnections, writeStallMs } = this.#config.server;
    return { ...DEFAULT_LIMITS, headMs, maxConnections, writeStallMs };
  }

  #makeListChecks(clock: Clock): ListChecks {
    return new ListChecks({
      catalogue: this.catalogue,
      client: this.#ownClient,
      clock,
      discovery: () => this.#config.discovery,
      endpointNow: (name) => this.#endpoint(name),
    });
  }

  #makeProber(): Prober {
    return new Prober({
      steering: this.steering,
      client: this.#ownClient,
      askModels: (name) => this.#checks.askList(name),
      isActive: () => this.#config.reliability.activeProbes,
      endpointNow: (name) => this.#endpoint(name),
    });
  }

  #worldNow(): World {
    return buildWorld(this.#config, this.catalogue.lists(), this.#rotations);
  }

  /** As it is configured now. */
  #endpoint(name: string): Endpoint | undefined {
    return this.#config.plan.endpoints.find((endpoint) => endpoint.name === name);
  }
}
