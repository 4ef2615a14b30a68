// The composition root: the only place that builds the services and wires them. Builds a whole new world on each
// change of configuration or of a model list, then swaps one reference. Called by `cli/` and by the system tests.

import { Catalogue } from "./catalogue/catalogue.ts";
import type { EndpointStatus } from "./catalogue/known.ts";
import { FileSavedLists, MemorySavedLists } from "./catalogue/saved-lists.ts";
import type { GatewayConfig } from "./config/compile.ts";
import { type Clock, systemClock } from "./core/clock.ts";
import type { Log } from "./core/summary.ts";
import type { InboundRequest, Reply } from "./http/message.ts";
import { Router } from "./http/router.ts";
import { DEFAULT_LIMITS, type HttpServer, listen, type ServerLimits } from "./http/server.ts";
import { LagMeter } from "./observe/lag-meter.ts";
import { AccessRules } from "./proxy/access.ts";
import { Gate } from "./proxy/gate.ts";
import { handle } from "./proxy/handle.ts";
import { Overload } from "./proxy/overload.ts";
import { makePressure } from "./proxy/pressure.ts";
import { Prober } from "./proxy/prober.ts";
import { planOf, type RoutePlan } from "./proxy/route-plan.ts";
import type { Services, World } from "./proxy/services.ts";
import { Steering } from "./proxy/steering.ts";
import { Rotations } from "./routing/balancer.ts";
import { forgetChanged } from "./routing/changed-endpoints.ts";
import type { Endpoint } from "./routing/model.ts";
import { RoutingTable } from "./routing/table.ts";
import { LastingState } from "./state/lasting-state.ts";
import { FileSavedState, NoSavedState } from "./state/saved-state.ts";
import { createUndiciClient } from "./upstream/undici-client.ts";

/** What a gateway is started with. */
export type GatewayOptions = {
  readonly config: GatewayConfig;
  readonly log: Log;
  /** Where the last good model lists are kept; undefined keeps them in memory only. */
  readonly dataDir: string | undefined;
  readonly clock?: Clock;
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
  readonly #log: Log;
  readonly #client = createUndiciClient();
  readonly #rotations = new Rotations();
  readonly #prober: Prober;
  readonly #overload: Overload;
  readonly #lasting: LastingState;
  readonly #lag: LagMeter;
  readonly #services: Services;
  #config: GatewayConfig;
  #world: World;
  #server: HttpServer | undefined;
  #hasFirstAnswers = false;
  #isDraining = false;
  #closing: Promise<void> | undefined;

  constructor(options: GatewayOptions) {
    const clock = options.clock ?? systemClock;
    this.#log = options.log;
    this.#config = options.config;
    const saved =
      options.dataDir === undefined
        ? new MemorySavedLists()
        : new FileSavedLists(options.dataDir, options.log, clock);
    this.catalogue = new Catalogue({
      client: this.#client,
      clock,
      saved,
      log: options.log,
      onChange: () => this.#rebuild(),
    });
    this.steering = new Steering(clock, options.log);
    this.#prober = this.#makeProber();
    this.steering.onEjected = (target, untilMs) => this.#prober.watch(target, untilMs);
    this.steering.onModelMissing = (name) => void this.catalogue.askAgain(name);
    // How late the process is shows by its own clock alone, whatever time the rest goes by.
    this.#overload = new Overload(new Gate(), makePressure(systemClock, options.log));
    this.#lasting = this.#makeLastingState(options.dataDir, clock);
    this.#lag = new LagMeter(systemClock, (lagMs) => {
      this.#overload.pressure.onBeat(lagMs);
      this.#lasting.beat();
    });
    this.#configure();
    this.#world = this.#buildWorld();
    this.#services = {
      clock,
      steering: this.steering,
      overload: this.#overload,
      log: options.log,
      client: this.#client,
      router: new Router(),
      world: () => this.#world,
      isDraining: () => this.#isDraining,
      isReady: () => this.#world.table.publicModels().length > 0,
      discovery: {
        hasFirstAnswers: () => this.#hasFirstAnswers || this.#lookForFirstAnswers(),
        firstAnswers: () => this.catalogue.firstAnswers(),
        askForUnknownName: () => this.catalogue.askForUnknownName(),
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
    this.#server = await listen({ host, port }, this.#limits(), onRequest, onFault);
    this.#lag.start();
    this.catalogue.setPlan(this.#config.plan, this.#config.discovery);
    this.#rebuild();
  }

  /** Whatever happens in one request stays there, also where `handle` could not even refuse it. */
  #answer(request: InboundRequest, reply: Reply): void {
    const answered = handle(this.#services, request, reply);
    answered.catch((cause: unknown) => {
      this.#log.error("internal", "A request could not even be refused.", {}, cause);
      reply.destroy();
    });
  }

  get host(): string {
    return this.#config.server.host;
  }

  /** The port bound, also where the configuration says 0. */
  get port(): number {
    return this.#server?.port ?? this.#config.server.port;
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
   * Takes a new configuration: live for the next request, while requests under way keep theirs. Address changes
   * need a restart and are told as warnings.
   */
  reload(config: GatewayConfig): readonly string[] {
    const before = this.#config;
    this.#config = config;
    forgetChanged(this.steering.health, before.plan.endpoints, config.plan.endpoints);
    this.#configure();
    this.catalogue.setPlan(config.plan, config.discovery);
    this.#rebuild();
    this.#client.retain(config.plan.endpoints);
    const isMoved = before.server.host !== config.server.host || before.server.port !== config.server.port;
    return isMoved ? ["server.host and server.port take effect at the next start"] : [];
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
    this.#world = this.#buildWorld();
    const { endpoints } = this.#world.table;
    const names = new Set(endpoints.map((endpoint) => endpoint.name));
    this.steering.retain((name) => names.has(name));
    // What an endpoint said it lacks may be in the list it has just given.
    for (const name of names) this.steering.health.cooldowns.forgetMissingModels(name);
  }

  /** Gives what outlives reloads its constants. */
  #configure(): void {
    const { reliability, plan } = this.#config;
    this.steering.configure(reliability.breaker, reliability.budget);
    this.steering.gates.configure(plan.endpoints);
    const { maxInFlight, queue } = this.#config.server;
    this.#overload.gate.configure({ max: maxInFlight, queueMax: queue.max, queueMs: queue.timeoutMs });
    this.#server?.configure(this.#limits());
  }

  #limits(): ServerLimits {
    const { headMs, maxConnections, writeStallMs } = this.#config.server;
    return { ...DEFAULT_LIMITS, headMs, maxConnections, writeStallMs };
  }

  #makeLastingState(dataDir: string | undefined, clock: Clock): LastingState {
    const { steering } = this;
    return new LastingState({
      saved: dataDir === undefined ? new NoSavedState() : new FileSavedState(dataDir, this.#log, clock),
      rotations: this.#rotations,
      cooldowns: steering.health.cooldowns,
      keyOf: (name, id) =>
        this.#endpoint(name)?.credentials.find((credential) => credential.id === id)?.apiKey,
      revision: () => steering.revision,
    });
  }

  #makeProber(): Prober {
    return new Prober({
      steering: this.steering,
      client: this.#client,
      askModels: (name) => askOne(this.catalogue, name),
      isActive: () => this.#config.reliability.activeProbes,
      endpointNow: (name) => this.#endpoint(name),
    });
  }

  /** As it is configured now. */
  #endpoint(name: string): Endpoint | undefined {
    return this.#config.plan.endpoints.find((endpoint) => endpoint.name === name);
  }

  #buildWorld(): World {
    const { server, plan, reliability } = this.#config;
    return {
      table: new RoutingTable(plan, this.catalogue.lists(), this.#rotations),
      access: new AccessRules(server),
      maxBodyBytes: server.maxBodyBytes,
      bodyIdleMs: server.bodyIdleMs,
      keepAliveMs: reliability.streams.keepAliveMs,
      holdsFirstEvent: reliability.streams.holdsFirstEvent,
      failsOnEmptyAnswer: reliability.failsOnEmptyAnswer,
    };
  }
}

/** Asks one endpoint for its models; undefined when it is never asked (a static list, disabled). */
async function askOne(catalogue: Catalogue, name: string): Promise<boolean | undefined> {
  await catalogue.askAgain(name);
  const state = catalogue.status().find((status) => status.endpoint.name === name)?.state;
  if (state === "listed") return true;
  return state === "failed" ? false : undefined;
}
