// What is served: the world in force, what outlives it (targets, overload, catalogue, rotations, what is kept), and how
// one world follows another. It listens to nothing: that is `gateway.ts`.

import type { ClientAccounts } from "./accounts/spending/client-accounts.ts";
import { AnswerCache } from "./cache/answer-cache.ts";
import { LastingAnswers } from "./cache/lasting-answers.ts";
import { targetsMark } from "./cache/targets-mark.ts";
import { Catalogue } from "./catalogue/catalogue.ts";
import type { CatalogueView } from "./catalogue/catalogue-view.ts";
import { ClashReport } from "./catalogue/clash-report.ts";
import { Kept } from "./catalogue/kept.ts";
import { ListChecks } from "./catalogue/list-checks.ts";
import type { EndpointStatus } from "./catalogue/model-knowledge.ts";
import type { GatewayConfig } from "./config/compile.ts";
import { type Clock, systemClock } from "./core/clock.ts";
import type { Log } from "./core/summary.ts";
import { OpenSockets } from "./http/websocket/open-sockets.ts";
import { StoredObjects } from "./objects/stored-objects.ts";
import { LagMeter } from "./observe/lag-meter.ts";
import { createSilentLog } from "./observe/silent-log.ts";
import type { Traces } from "./observe/traces/traces.ts";
import { clientSettings, makeClients } from "./plane-clients.ts";
import type { AskingParts, DataPlaneOptions, ResetScope, SharedParts } from "./plane-parts.ts";
import { openPriceBook } from "./pricing/price-book.ts";
import { Loops } from "./proxy/admit/loops.ts";
import { makeOverload, type Overload } from "./proxy/admit/overload.ts";
import { RequestMemory } from "./proxy/exchange/request-memory.ts";
import type { Services, World } from "./proxy/exchange/services.ts";
import { clearRests, type Rest } from "./proxy/own/rests.ts";
import { Prober } from "./proxy/target/prober.ts";
import type { TargetChecks } from "./proxy/target/refusals.ts";
import { Targets } from "./proxy/target/targets.ts";
import { Rotations } from "./routing/balancer.ts";
import type { Endpoint } from "./routing/model.ts";
import { forgetChanged } from "./routing/table/changed-endpoints.ts";
import type { RoutingTable } from "./routing/table/table.ts";
import { type PlaneSnapshot, type SnapshotScope, takeSnapshot } from "./snapshot.ts";
import { LastingState } from "./store/lasting-state.ts";
import { TokenCounter } from "./tokenizer/token-counter.ts";
import type { OutboundClient } from "./upstream/client.ts";
import { MarkedClient } from "./upstream/marked-client.ts";
import { Routes } from "./upstream/routes.ts";
import { Router } from "./wires/paths/router.ts";
import { OPERATIONS, PATH_FORMS, VENDOR_PAGES } from "./wires/registry/wires.ts";
import { buildWorld } from "./world.ts";

/** All that answers requests, without a listener. */
export class DataPlane {
  readonly catalogue: CatalogueView;
  /** Second opinions of endpoints. */
  readonly checks: TargetChecks;
  readonly targets: Targets;
  readonly objects: StoredObjects;
  readonly kept: Kept;
  readonly overload: Overload;
  /** Answers that are used again. */
  readonly answers = new AnswerCache();
  /** Those of them that outlive the process. */
  readonly lastingAnswers: LastingAnswers;
  /** Who the clients are, and what they may use and spend. */
  readonly clients: ClientAccounts;
  readonly services: Services;
  readonly #client: OutboundClient;
  readonly #traces: Traces;
  readonly #routes: Routes;
  readonly #loops: Loops;
  /** For the gateway's own questions. */
  readonly #ownClient: MarkedClient;
  readonly #rotations = new Rotations();
  /** Undefined, as is the prober, where another process asks endpoints. */
  readonly #lists: ListChecks | undefined;
  readonly #prober: Prober | undefined;
  readonly #lasting: LastingState;
  readonly #lag: LagMeter;
  readonly #clashes: ClashReport;
  readonly #shared: SharedParts | undefined;
  #config: GatewayConfig;
  #world: World;
  #hasFirstAnswers = false;
  #isDraining = false;

  constructor(options: DataPlaneOptions) {
    const clock = options.clock ?? systemClock;
    const { shared } = options;
    const owner = shared?.owner;
    // What is found out of endpoints is told by the process that owns the gateway, once for all.
    const log = owner === undefined ? options.log : createSilentLog();
    this.#shared = shared;
    this.#client = options.client;
    this.#traces = options.traces;
    this.#routes = new Routes(this.#client);
    this.#clashes = new ClashReport(log);
    this.#config = options.config;
    const { maxListBytes } = options.config.discovery;
    this.kept = new Kept({ ...options, maxListBytes }, options.log, clock);
    this.objects = shared?.objects ?? new StoredObjects(clock);
    const prices =
      owner === undefined
        ? openPriceBook(options.dataDir, clock)
        : openPriceBook(owner.priceFolder, clock, "when_told");
    this.#loops = new Loops(options.log, owner?.gatewayId);
    this.#ownClient = new MarkedClient(this.#client, this.#loops.ownHeaders);
    if (owner === undefined) {
      const catalogue = this.#makeCatalogue(clock, log);
      this.catalogue = catalogue;
      this.#lists = this.#makeListChecks(catalogue, clock);
      this.checks = this.#lists;
    } else {
      this.catalogue = owner.catalogue;
      this.checks = owner.checks;
      this.#rotations.importState(owner.rotations);
    }
    this.targets = new Targets({ clock, log, checks: this.checks, health: shared?.health, prices });
    this.#prober = this.#lists === undefined ? undefined : this.#makeProber(this.#lists);
    this.#joinTargets();
    // How late the process is shows by its own clock alone, whatever time the rest goes by.
    this.overload = makeOverload(systemClock, options.log, shared?.processes);
    this.lastingAnswers = new LastingAnswers(
      owner === undefined ? options.store?.answers : owner.answers,
      clock,
    );
    this.clients = makeClients(options, clock, prices);
    this.#lasting = new LastingState({
      saved: this.kept.state,
      rotations: this.#rotations,
      cooldowns: this.targets.health.cooldowns,
      objects: { saved: this.kept.objects, table: this.objects.table },
      endpoints: () => this.#config.plan.endpoints,
      revision: () => this.targets.revision,
    });
    this.#lag = new LagMeter(systemClock, (lagMs) => {
      this.overload.pressure.onBeat(lagMs);
      this.#lasting.beat();
      this.targets.log.tellEnds();
    });
    this.#configure();
    if (owner !== undefined) this.clients.takeState(owner.clients);
    this.#world = this.#worldNow();
    this.services = this.#makeServices(clock, options);
  }

  /** Takes up what an earlier process kept. Before the first request. */
  async restore(): Promise<void> {
    await this.#lasting.restore();
    await this.clients.restore();
    await this.lastingAnswers.warm();
    this.targets.log.noteRestored((name) => (this.endpoint(name)?.credentials.length ?? 0) > 1);
  }

  /** Begins discovery and the beat. */
  begin(): void {
    this.#lag.start();
    this.clients.begin();
    this.catalogue.setPlan(this.#config.plan, this.#config.discovery);
    this.#rebuild();
    // By then every list that the configuration names was looked for.
    this.kept.pruneAfter(this.catalogue.firstAnswers());
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

  /** By which the gateway knows what it has sent itself. */
  get gatewayId(): string {
    return this.#loops.id;
  }

  /** What asks endpoints for the gateway itself, and not for a client. */
  get asking(): AskingParts {
    return { client: this.#ownClient, clock: this.services.clock };
  }

  /** Where each rotation stands. */
  rotations(): unknown {
    return this.#rotations.exportState();
  }

  /** Takes what another process has learnt of the endpoints' lists. */
  rebuild(): void {
    this.#rebuild();
  }

  /** All that is going on. Changes nothing. */
  snapshot(scope: SnapshotScope): PlaneSnapshot {
    const { targets, overload, answers, lastingAnswers } = this;
    const table = this.#world.table;
    const parts = { clock: this.services.clock, targets, overload, answers, lastingAnswers, table };
    const { lagMs } = this.#lag;
    return takeSnapshot(
      { ...parts, statuses: this.catalogue.status(), lagMs, isDraining: this.#isDraining },
      scope,
    );
  }

  /**
   * Ends rests and ejections, all or those of an endpoint, of a model (public, or as an endpoint calls it), or of both.
   * Says what rested.
   */
  reset({ endpoint, model }: ResetScope): Rest[] {
    const targets = model === undefined ? [] : (this.#world.table.resolve(model)?.targets ?? []);
    const names = new Set([model, ...targets.map(({ upstreamModel }) => upstreamModel)]);
    const isModel = model === undefined ? undefined : (name: string) => names.has(name);
    return clearRests(this.targets, this.#config.plan.endpoints, { endpoint, isModel });
  }

  /** Takes a new configuration: live for the next request, while requests under way keep theirs. */
  reload(config: GatewayConfig): void {
    const before = this.#config;
    this.#config = config;
    this.#loops.forget();
    forgetChanged(this.targets, before.plan.endpoints, config.plan.endpoints);
    this.#configure();
    void this.lastingAnswers.warm();
    this.catalogue.setPlan(config.plan, config.discovery);
    this.#rebuild();
  }

  /** Forgets the answers that were kept for later requests. @throws StoreFailure where the disk keeps them */
  async emptyCache(): Promise<void> {
    this.answers.clear();
    await this.lastingAnswers.clear();
  }

  /** From now on new requests are refused; those under way go on. */
  drain(): void {
    this.#isDraining = true;
    this.services.sockets.drain();
  }

  /** Resolves when all requests that are over are told of; no tokens are counted any more. Takes a few seconds at most. */
  async settled(): Promise<void> {
    await this.overload.emptied();
    await this.services.tokens.close();
    await Promise.all(this.services.memory.settling);
  }

  /** Ends all that runs beside requests; the last facts are on the disk when this resolves. */
  async close(): Promise<void> {
    this.#lag.stop();
    this.#prober?.close();
    await this.#lasting.close();
    await this.clients.close();
    await this.catalogue.close();
    await this.#traces.close();
    await this.#client.close();
  }

  #lookForFirstAnswers(): boolean {
    this.#hasFirstAnswers = this.catalogue.hasFirstAnswers;
    return this.#hasFirstAnswers;
  }

  #rebuild(): void {
    this.#world = this.#worldNow();
    const { table } = this.#world;
    const { endpoints } = table;
    this.#clashes.tell(table);
    this.answers.retain((name) => targetsMark(table.resolve(name)));
    const names = new Set(endpoints.map((endpoint) => endpoint.name));
    this.targets.retain((name) => names.has(name));
    this.objects.retain((name) => names.has(name));
    // What an endpoint said it lacks may be in the list it has just given.
    this.#lists?.forgetListed(this.targets.health.cooldowns, names);
    this.#shared?.onRebuilt?.();
  }

  /** Gives what outlives reloads its constants. */
  #configure(): void {
    const { reliability, plan } = this.#config;
    this.clients.configure(clientSettings(this.#config));
    this.targets.configure(reliability.breaker, reliability.budget);
    this.targets.health.hasDraining = plan.endpoints.some(({ isDraining }) => isDraining === true);
    this.targets.restWaits.maxMs = reliability.maxWaitMs;
    this.targets.gates.configure(plan.endpoints);
    this.#routes.replace(plan.endpoints);
    this.#traces.configure(this.#config.traces, plan.endpoints);
    this.answers.configure(this.#config.cache.bounds);
    this.lastingAnswers.configure(this.#config.cache.isStored);
    const { maxInFlight, queue } = this.#config.server;
    this.overload.gate.configure({ max: maxInFlight, queueMax: queue.max, queueMs: queue.timeoutMs });
  }

  /** Who acts on what is learnt of targets, besides the log: the prober and the rotations. */
  #joinTargets(): void {
    const { facts } = this.targets;
    if (this.#prober !== undefined) facts.subscribe(this.#prober.onFact);
    facts.subscribe((fact) => {
      if (fact.kind !== "forgotten") return;
      this.#rotations.forget(fact.endpoint);
      this.objects.forget(fact.endpoint);
    });
  }

  #makeServices(clock: Clock, { log, settled, version }: DataPlaneOptions): Services {
    return {
      clock,
      targets: this.targets,
      tokens: new TokenCounter(),
      objects: this.objects,
      overload: this.overload,
      answers: this.answers,
      lastingAnswers: this.lastingAnswers,
      clients: this.clients,
      log,
      settled,
      client: this.#client,
      routes: this.#routes,
      router: new Router(OPERATIONS, PATH_FORMS, VENDOR_PAGES),
      sockets: new OpenSockets(),
      version,
      memory: new RequestMemory(),
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

  #makeCatalogue(clock: Clock, log: Log): Catalogue {
    return new Catalogue({
      client: this.#ownClient,
      clock,
      saved: this.kept.lists,
      log,
      onChange: () => this.#rebuild(),
    });
  }

  #makeListChecks(catalogue: Catalogue, clock: Clock): ListChecks {
    return new ListChecks({
      catalogue,
      client: this.#ownClient,
      clock,
      discovery: () => this.#config.discovery,
      endpointNow: (name) => this.endpoint(name),
    });
  }

  #makeProber(lists: ListChecks): Prober {
    return new Prober({
      targets: this.targets,
      client: this.#ownClient,
      askModels: (name) => lists.askList(name),
      isActive: () => this.#config.reliability.activeProbes,
      endpointNow: (name) => this.endpoint(name),
    });
  }

  #worldNow(): World {
    const world = buildWorld(this.#config, this.catalogue.lists(), this.#rotations, this.clients.keys);
    return { ...world, tracer: this.#traces.tracer };
  }

  /** An endpoint as it is configured now; undefined when it is gone. */
  endpoint(name: string): Endpoint | undefined {
    return this.#config.plan.endpoints.find((endpoint) => endpoint.name === name);
  }
}
