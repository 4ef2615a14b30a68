// What serves: the composition root. It joins the data plane, the front and the listener, moves the listener's bounds
// at a reload, and ends all of them in order.

import type { ClientAccounts } from "./accounts/spending/client-accounts.ts";
import { openAlerts, unpricedSinks, watchedState } from "./alert-sources.ts";
import type { Alerts } from "./alerts/alerts.ts";
import type { WatchedState } from "./alerts/watched-state.ts";
import type { CatalogueView } from "./catalogue/catalogue-view.ts";
import type { Kept } from "./catalogue/kept.ts";
import type { EndpointStatus } from "./catalogue/model-knowledge.ts";
import type { GatewayConfig } from "./config/compile.ts";
import type { ListenerCertificate } from "./config/rules/certificate.ts";
import { atMost } from "./core/at-most.ts";
import { type Clock, systemClock } from "./core/clock.ts";
import type { Log } from "./core/summary.ts";
import { DataPlane } from "./data-plane.ts";
import { type Engine, loadEngine } from "./engines.ts";
import { Front } from "./front.ts";
import type { Crew, GatewayOptions } from "./gateway-parts.ts";
import { DEFAULT_LIMITS, type HttpServer, type Listen, type ServerLimits } from "./http/listener.ts";
import type { InboundRequest, Reply, UpgradeListener } from "./http/message.ts";
import { joinSinks } from "./observe/sinks.ts";
import { Traces } from "./observe/traces/traces.ts";
import type { AskingParts, ResetScope } from "./plane-parts.ts";
import type { Overload } from "./proxy/admit/overload.ts";
import { handle } from "./proxy/handle.ts";
import type { Rest } from "./proxy/own/rests.ts";
import type { RoutePlan } from "./proxy/own/route-plan.ts";
import type { Targets } from "./proxy/target/targets.ts";
import { trustedServices } from "./proxy/trusted-services.ts";
import type { RoutingTable } from "./routing/table/table.ts";
import type { ListenerSnapshot, Snapshot, SnapshotScope } from "./snapshot.ts";
import { LedgerSink } from "./store/ledger-sink.ts";
import { NoStore } from "./store/no-store.ts";
import type { AppendEntry, LedgerEntry, RunningStore } from "./store/store.ts";
import { describeConfigChange } from "./supervise/change-words.ts";
import type { ReloadWish } from "./supervise/configuration.ts";
import { checkReload, delayedChanges } from "./supervise/reload-rules.ts";
import type { ConfigOrigin } from "./supervise/source.ts";

/** A disk that does not answer holds the end up no longer than this. */
const STORE_CLOSE_MS = 10_000;

/**
 * Starts listening, then asks the endpoints for their models.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new Gateway(options, await loadEngine(options.config.server.engine));
  await gateway.listen();
  return gateway;
}

/** Who watches what goes on. None of it may throw. */
export type GatewayWatcher = {
  /** A request is over. */
  onEntry(entry: LedgerEntry): void;
  /** Another configuration is in force: where it comes from, and what changed, in a few words. */
  onConfig(kind: ConfigOrigin["kind"], change: string): void;
  /** The gateway is about to end. */
  onClosing(): void;
};

/** A running gateway. */
export class Gateway {
  readonly catalogue: CatalogueView;
  readonly targets: Targets;
  readonly kept: Kept;
  readonly overload: Overload;
  /** What outlives the process; one that keeps nothing where the store is off. */
  readonly store: RunningStore;
  /** The clients: their keys, and what they may use and spend. */
  readonly clients: ClientAccounts;
  /** What the operator is told; undefined where another process tells. */
  readonly alerts: Alerts | undefined;
  readonly #plane: DataPlane;
  readonly #front: Front;
  readonly #log: Log;
  readonly #listen: Listen;
  readonly #crew: Crew | undefined;
  #server: HttpServer | undefined;
  /** Where the bound on connections is another one than that of the configuration. */
  #connectionLimit: number | undefined;
  /** As it was asked for when the listener was opened; a reload does not move it. */
  readonly #address: Pick<GatewayConfig["server"], "host" | "port" | "tls">;
  #certificate: ListenerCertificate | undefined;
  readonly #clock: Clock;
  readonly #version: string | undefined;
  readonly #startedMs: number;
  #origin: ConfigOrigin;
  #loadedMs: number;
  #closing: Promise<void> | undefined;
  #watcher: GatewayWatcher | undefined;

  constructor(options: GatewayOptions, engine: Engine) {
    this.#log = options.log;
    this.#address = options.config.server;
    this.#certificate = options.config.server.tls;
    this.#clock = options.clock ?? systemClock;
    this.#version = options.version;
    this.#startedMs = this.#clock.nowMs();
    this.#loadedMs = this.#startedMs;
    const { configFile } = options;
    this.#origin = configFile === undefined ? { kind: "none" } : { kind: "file", path: configFile };
    const { crew } = options;
    this.#crew = crew;
    this.#listen = crew?.listen ?? engine.listen;
    this.store = options.store ?? new NoStore();
    const append: AppendEntry = (entry) => this.#keep(entry);
    const client = engine.createClient();
    this.alerts = openAlerts({ ...options, store: this.store, clock: this.#clock }, client);
    const unpriced = unpricedSinks(this.alerts, this.#clock);
    // Where nothing is kept, entries are made for who watches alone.
    const isWanted = this.store.state().kind === "off" ? () => this.#watcher !== undefined : undefined;
    const ledger = new LedgerSink(append, isWanted);
    const settled = joinSinks([...options.sinks, ledger, ...unpriced], options.log);
    const shared = crew?.shared ?? options.shared;
    const { log, version } = options;
    const traces = new Traces({ client, log, clock: this.#clock, version });
    const tellNews = this.alerts?.tellNews;
    this.#plane = new DataPlane({ ...options, shared, settled, client, tellNews, traces });
    crew?.join(this.#plane, append, options.parts ?? [], this.alerts?.noteUnpriced);
    const { catalogue, targets, kept, overload, clients, services } = this.#plane;
    // The API takes every path that no other part has.
    const api = (request: InboundRequest, reply: Reply) => handle(services, request, reply);
    this.#front = new Front(options.parts ?? [], api, options.log);
    this.catalogue = catalogue;
    this.targets = targets;
    this.kept = kept;
    this.overload = overload;
    this.clients = clients;
  }

  /** Binds the address and begins discovery. */
  async listen(): Promise<void> {
    const { host, port, tls } = this.#address;
    const onFault = (error: Error) =>
      this.#log.error("accept_failed", "Connections cannot be accepted.", {}, error);
    const onRequest = (request: InboundRequest, reply: Reply) => this.#front.answer(request, reply);
    await this.#plane.restore();
    await this.alerts?.restore();
    const { router } = this.#plane.services;
    const upgrades: UpgradeListener = {
      mayTake: (protocol, method, target) => router.takesUpgrade(protocol, method, target),
      onUpgrade: onRequest,
    };
    this.#server = await this.#listen({ host, port, tls }, this.#limits(), { onRequest, upgrades, onFault });
    this.#plane.begin();
    this.alerts?.begin(() => this.#watched());
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
    return `${this.#address.tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${this.port}/v1`;
  }

  /** The certificate in force; undefined where the listener speaks plain HTTP. */
  certificate(): ListenerCertificate | undefined {
    return this.#certificate;
  }

  /**
   * Takes another certificate for connections to come; open ones go on.
   * @throws the system's error where it cannot be used; the one before stays in force
   */
  renewCertificate(certificate: ListenerCertificate): void {
    this.#server?.renew(certificate);
    this.#certificate = certificate;
  }

  config(): GatewayConfig {
    return this.#plane.config();
  }

  table(): RoutingTable {
    return this.#plane.table();
  }

  status(): EndpointStatus[] {
    return this.#plane.status();
  }

  /** What would happen to a request for this name; undefined for a name nobody serves. */
  plan(name: string): RoutePlan | undefined {
    return this.snapshot({ models: { named: [name] } }).models[0]?.plan;
  }

  /** All that is going on: one pure read. Without a scope every public name is in it. */
  snapshot(scope: SnapshotScope = { models: "all" }): Snapshot {
    const nowMs = this.#clock.nowMs();
    const own: Snapshot = {
      ...this.#plane.snapshot(scope),
      version: this.#version ?? null,
      uptimeMs: nowMs - this.#startedMs,
      config: { ...this.#origin, ageMs: nowMs - this.#loadedMs },
      listener: this.#listenerNow(),
      store: this.store.state(),
      alerts: this.alerts?.view() ?? null,
    };
    return this.#crew?.complete(own) ?? own;
  }

  /** From now on somebody is told what goes on, in place of whoever was; undefined: nobody. */
  watch(watcher: GatewayWatcher | undefined): void {
    this.#watcher = watcher;
    this.#crew?.watch(watcher !== undefined);
  }

  /** Answers a request as the API does, of a caller of this name who was let in elsewhere. */
  answerAs(name: string, request: InboundRequest, reply: Reply): Promise<void> | undefined {
    return handle(trustedServices(this.#plane.services, name), request, reply);
  }

  /** What asks endpoints for the gateway itself, and not for a client. */
  get asking(): AskingParts {
    return this.#plane.asking;
  }

  /** Processes that serve. */
  get workers(): number {
    return this.#crew?.count ?? 1;
  }

  /** Client connections that are open. */
  get openConnections(): number {
    return this.#server?.openConnections ?? 0;
  }

  /** Bounds connections otherwise than the configuration has it, from now on; cuts nobody. */
  limitConnections(max: number): void {
    this.#connectionLimit = max;
    this.#server?.configure(this.#limits());
  }

  /** Puts to use what another process has learnt of the endpoints' lists. */
  rebuild(): void {
    this.#plane.rebuild();
  }

  #watched(): WatchedState {
    const [statuses, store] = [this.status(), this.store.state()];
    return watchedState({
      clock: this.#clock,
      targets: this.targets,
      statuses,
      store,
      certificate: this.#certificate,
    });
  }

  #listenerNow(): ListenerSnapshot | null {
    if (this.#server === undefined) return null;
    const { host, port } = this;
    const { openConnections, maxConnections, refusedConnections } = this.#server;
    return { host, port, openConnections, maxConnections, refusedConnections };
  }

  /** Ends rests and ejections; says what rested. A model is a public name, or one that an endpoint uses. */
  reset(scope: ResetScope): Rest[] {
    this.#crew?.reset(scope);
    return this.#plane.reset(scope);
  }

  /** Forgets the answers that were kept for later requests. @throws StoreFailure where the disk keeps them */
  async emptyCache(): Promise<void> {
    this.#crew?.emptyCache();
    await this.#plane.emptyCache();
  }

  /**
   * Takes a new configuration: live for the next request, while requests under way keep theirs. Address changes
   * need a restart and are told as warnings.
   * @throws ReloadRefused where it must not be served; the one before it stays in force
   */
  reload(config: GatewayConfig, { isAsked = true, origin }: ReloadWish = {}): readonly string[] {
    const before = this.config();
    checkReload({ before, after: config, boundHost: this.host, isAsked });
    this.#plane.reload(config);
    this.alerts?.configure(config.alerts);
    const { kind } = origin ?? this.#origin;
    this.#watcher?.onConfig(kind, describeConfigChange(before, config));
    this.#origin = origin ?? this.#origin;
    this.#loadedMs = this.#clock.nowMs();
    this.#crew?.reload();
    this.store.keep(config.store.keep);
    this.#server?.configure(this.#limits());
    const { tls } = config.server;
    if (tls !== undefined && this.#certificate !== undefined) this.renewCertificate(tls);
    const { port } = this.#address;
    const bound = { host: this.host, ports: [port, this.port], isTls: this.#address.tls !== undefined };
    return delayedChanges(before, config, bound);
  }

  /** Takes no new requests, lets those under way finish for `graceMs`, then cuts. Resolves when all is closed. */
  close(options: { readonly graceMs?: number } = {}): Promise<void> {
    this.#closing ??= this.#close(options.graceMs ?? this.config().server.drainMs);
    return this.#closing;
  }

  /** Cuts every connection at once: the second signal. */
  cut(): void {
    this.#server?.cut();
  }

  async #close(graceMs: number): Promise<void> {
    this.#watcher?.onClosing();
    this.#plane.drain();
    const server = this.#server;
    if (server !== undefined) {
      const cut = setTimeout(() => server.cut(), graceMs);
      await server.drain();
      clearTimeout(cut);
    }
    await this.#plane.settled();
    await this.alerts?.close();
    await this.#plane.close();
    await atMost(STORE_CLOSE_MS, this.store.close());
    await this.#log.flush();
  }

  /** What the mock endpoints are asked is nobody's use: it is kept only where nothing outlives the process. */
  #keep(entry: LedgerEntry): void {
    if (this.#origin.kind !== "demo" || this.store.state().kind === "memory") this.store.append(entry);
    this.#watcher?.onEntry(entry);
  }

  #limits(): ServerLimits {
    const { headMs, maxConnections: configured, writeStallMs } = this.config().server;
    const maxConnections = this.#connectionLimit ?? configured;
    return { ...DEFAULT_LIMITS, headMs, maxConnections, writeStallMs };
  }
}
