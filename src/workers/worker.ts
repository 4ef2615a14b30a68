// One of several processes that serve: a whole gateway that asks no endpoint for its models, watches no file and keeps
// nothing. All of that comes from the process that owns the gateway, which has started this one; when that is gone, this
// one serves what is under way and ends.

import { CountNews } from "../accounts/spending/count-news.ts";
import { isAdminPath } from "../admin/admin-path.ts";
import { UnpricedSink } from "../alerts/unpriced-sink.ts";
import { unpackCertificate, unpackConfig } from "../config/config-parcel.ts";
import { systemClock } from "../core/clock.ts";
import { errorCode } from "../core/error-code.ts";
import type { ExchangeSink, Log } from "../core/summary.ts";
import { Dashboard } from "../dashboard/dashboard.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { isMonitorPath } from "../monitor/monitor-path.ts";
import { WorkerMetrics } from "../monitor/worker-metrics.ts";
import { StoredObjects } from "../objects/stored-objects.ts";
import { createLog, type RequestLog } from "../observe/log.ts";
import { EntryBatch } from "../store/entry-batch.ts";
import { LedgerSink } from "../store/ledger-sink.ts";
import { OwnerShelf } from "./answers/owner-shelf.ts";
import { Batch } from "./batch.ts";
import { BoundShares } from "./bound-shares.ts";
import { CatalogueCopy } from "./catalogue-copy.ts";
import { SharedHealth } from "./health/shared-health.ts";
import { sharedOffsetMs } from "./health/shared-time.ts";
import type { StartOrder, WorkerOrder } from "./messages.ts";
import { nodeCluster } from "./node-cluster.ts";
import { ObjectShare } from "./objects/object-share.ts";
import { type LaterOrder, OwnerLine } from "./owner-line.ts";
import { AdminRelay } from "./relay/admin-relay.ts";
import { countsOf } from "./worker-counts.ts";
import { workerLines } from "./worker-lines.ts";

/** How often the owner is told what is under way. */
const BEAT_MS = 500;
/** The owner says when the time for requests under way is over. */
const NO_LIMIT_MS = 2 ** 31 - 1;
/** For the terminal and for service managers, which signal all processes of a gateway: the owner decides. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const;

/** Who learns of requests, besides the store. */
type WorkerSinks = { readonly log: RequestLog; readonly metrics: WorkerMetrics };

/** A serving process, from its start order on. */
class ServingProcess {
  readonly #order: StartOrder;
  readonly #line: OwnerLine;
  readonly #log: RequestLog;
  readonly #metrics: WorkerMetrics;
  readonly #health = new SharedHealth({ clock: systemClock, decides: false });
  readonly #offsetMs = sharedOffsetMs(systemClock);
  readonly #objects: StoredObjects;
  readonly #homes: ObjectShare;
  readonly #homing = new Batch(() => this.#homes.tell());
  readonly #shares: BoundShares;
  readonly #copy: CatalogueCopy;
  readonly #relay: AdminRelay;
  readonly #dashboard: Dashboard;
  readonly #entries = new EntryBatch((entries) => this.#line.send({ kind: "entries", entries }));
  readonly #told = new Batch(() => this.#tellHealth());
  readonly #counted = new CountNews();
  readonly #counting = new Batch(() => this.#tellCounted());
  #gateway: Gateway | undefined;
  #beat: NodeJS.Timeout | undefined;
  #lastCounts = "";
  #isWatched = false;

  constructor(order: StartOrder, line: OwnerLine, { log, metrics }: WorkerSinks) {
    this.#order = order;
    this.#line = line;
    this.#log = log;
    this.#metrics = metrics;
    this.#objects = new StoredObjects(systemClock, order.count);
    this.#objects.table.importState(order.objects, () => true);
    this.#homes = new ObjectShare(this.#objects, line);
    this.#homes.onNews = this.#homing.ask;
    this.#shares = new BoundShares(line, order.count, order.bounds);
    const config = () => this.#gateway?.config() ?? order.config;
    const takes = (path: string): boolean =>
      isAdminPath(path) ? config().admin.isEnabled : isMonitorPath(path, config);
    this.#relay = new AdminRelay(line.send, takes);
    this.#dashboard = new Dashboard(config);
    this.#copy = new CatalogueCopy({
      nowMs: systemClock.nowMs,
      askOwner: async () => void (await line.ask({ ask: "unknown_name" })),
      onChange: () => this.#gateway?.rebuild(),
    });
  }

  get log(): Log {
    return this.#log;
  }

  /** @throws the system's error where it cannot listen */
  async start(): Promise<void> {
    const { count, host, port, version, lists, health } = this.#order;
    const { gatewayId, priceFolder, rotations, clients } = this.#order;
    const config = unpackConfig(this.#order.config);
    this.#health.takeOver(health);
    this.#health.takeNews();
    this.#health.onNews = this.#told.ask;
    this.#counted.onNews = this.#counting.ask;
    this.#takeLists(lists, false);
    const divided = this.#shares.divided(config);
    const isWanted = config.store.place === "off" ? () => this.#isWatched : undefined;
    const gateway = await startGateway({
      config: { ...divided, server: { ...divided.server, host, port } },
      log: this.#log,
      sinks: this.#sinks(isWanted),
      dataDir: undefined,
      parts: [this.#relay.part, this.#dashboard.part],
      ...(version === undefined ? {} : { version }),
      shared: {
        health: this.#health,
        objects: this.#objects,
        processes: count,
        owner: {
          catalogue: this.#copy,
          checks: this.#line,
          answers: config.store.place === "folder" ? new OwnerShelf(this.#line) : undefined,
          gatewayId,
          priceFolder,
          rotations,
          clients,
          news: this.#counted,
        },
      },
    });
    this.#gateway = gateway;
    this.#metrics.serve(gateway);
    this.#shares.join(gateway, config);
    this.#beat = setInterval(() => this.#onBeat(gateway), BEAT_MS).unref();
  }

  /** Does what the owner says. */
  obey(order: LaterOrder): void {
    switch (order.kind) {
      case "config":
        this.#reload(order);
        return;
      case "lists":
        this.#takeLists(order.lists, true);
        return;
      case "certificate":
        this.#gateway?.renewCertificate(unpackCertificate(order.certificate));
        return;
      case "health":
        void this.#health.takeOver(order.news);
        return;
      case "prices":
        this.#gateway?.targets.prices.tables.look();
        return;
      case "keys":
        this.#gateway?.clients.takeKeys(order.news);
        return;
      case "counted":
        this.#gateway?.clients.takeCounts(order.changes);
        return;
      case "reset":
        void this.#gateway?.reset(order);
        return;
      case "empty_cache":
        void this.#gateway?.emptyCache();
        return;
      case "watch":
        this.#isWatched = order.isWatched;
        return;
      case "bound":
        this.#shares.obey(order.order);
        return;
      case "answer":
        this.#line.answered(order.id, order.answer);
        return;
      case "objects":
      case "tell_objects":
        this.#homes.obey(order);
        return;
      case "relay_want_body":
      case "relay_answer":
      case "relay_head":
      case "relay_piece":
      case "relay_end":
      case "relay_cut":
        this.#relay.obey(order);
        return;
      case "drain":
        void this.close(NO_LIMIT_MS);
        return;
      case "cut":
        this.#gateway?.cut();
        return;
    }
  }

  /** The owner is gone. */
  lose(): void {
    this.#relay.end();
  }

  /** Lets what is under way end, for so long at most or as long as is configured; resolves when all is closed. */
  async close(graceMs?: number): Promise<void> {
    await this.#gateway?.close(graceMs === undefined ? {} : { graceMs });
    clearInterval(this.#beat);
    this.#told.end();
    this.#tellMetrics();
    this.#entries.flush();
    this.#counting.flush();
    this.#homing.flush();
    this.#shares.end();
    await this.#log.flush();
    if (process.connected) process.disconnect();
  }

  #sinks(isWanted: (() => boolean) | undefined): readonly ExchangeSink[] {
    const unpriced = new UnpricedSink(systemClock, (endpoint, model) =>
      this.#line.send({ kind: "unpriced", endpoint, model }),
    );
    return [this.#log, this.#metrics.sink, new LedgerSink(this.#entries.append, isWanted), unpriced];
  }

  #reload({ config: packed, lists }: Extract<WorkerOrder, { readonly kind: "config" }>): void {
    const gateway = this.#gateway;
    if (gateway === undefined) return;
    const config = unpackConfig(packed);
    this.#takeLists(lists, false);
    const { host, port, log: look } = this.#order;
    if (!look.isLevelFixed) this.#log.setLevel(config.log.level);
    const divided = this.#shares.divided(config);
    gateway.reload({ ...divided, server: { ...divided.server, host, port } });
    this.#shares.join(gateway, config);
  }

  #takeLists(lists: StartOrder["lists"], isTold: boolean): void {
    this.#copy.take(lists, lists.untoldUntilMs - this.#offsetMs, isTold);
  }

  #tellHealth(): void {
    const news = this.#health.takeNews();
    if (news !== undefined) this.#line.send({ kind: "health", news });
  }

  #tellMetrics(): void {
    this.#metrics.tell((news) => this.#line.send({ kind: "metrics", news }));
  }
  #tellCounted(): void {
    this.#line.send({ kind: "counted", changes: this.#counted.take() });
  }

  #onBeat(gateway: Gateway): void {
    this.#shares.beat();
    this.#tellMetrics();
    const counts = countsOf(gateway);
    // How late the loop was is different each time, and no reason to tell.
    const text = JSON.stringify({ ...counts, lagMs: 0 });
    if (text === this.#lastCounts) return;
    this.#lastCounts = text;
    this.#line.send({ kind: "counts", counts });
  }
}

/** Serves until the owner says stop, or is gone. */
export async function runWorker(settleMemory: () => void): Promise<void> {
  const line = new OwnerLine((report, done) => {
    if (process.connected && process.send !== undefined) process.send(report, undefined, undefined, done);
    else done?.(new Error("the owner is gone"));
  });
  for (const signal of SIGNALS) process.on(signal, () => undefined);
  // Node would end this process at once with the other, and cut every request.
  const { worker } = nodeCluster();
  if (worker !== undefined) worker.exitedAfterDisconnect = true;
  const ended = Promise.withResolvers<void>();
  let serving: ServingProcess | undefined;
  process.on("disconnect", () => {
    line.end();
    serving?.lose();
    if (serving === undefined) ended.resolve();
    else void serving.close().then(ended.resolve);
  });
  process.on("message", (order: WorkerOrder) => {
    if (order.kind !== "start") {
      line.hear(order);
      return;
    }
    void begin(order, line).then((one) => {
      serving = one;
      if (one === undefined) return;
      line.begin((later) => attempt(one, line, later));
      settleMemory();
    });
  });
  line.send({ kind: "ready" });
  await ended.promise;
}

async function begin(order: StartOrder, line: OwnerLine): Promise<ServingProcess | undefined> {
  const { index, log: look } = order;
  const writer = workerLines(line, index, look.format === "json");
  const metrics = new WorkerMetrics(unpackConfig(order.config), () => writer.droppedCount);
  const log = await createLog({
    ...look,
    level: look.isLevelFixed ? look.level : order.config.log.level,
    columns: () => look.columns,
    writer,
    onEvent: metrics.noteEvent,
    clock: systemClock,
  });
  const report = (error: unknown): void =>
    log.error("internal", "a fault inside the gateway; it goes on", {}, error);
  process.on("uncaughtException", report).on("unhandledRejection", report);
  const serving = new ServingProcess(order, line, { log, metrics });
  try {
    await serving.start();
    line.send({ kind: "listening" });
    return serving;
  } catch (error) {
    fail(line, error);
    return undefined;
  }
}

/** What cannot be done is told: the owner starts another process in place of one that does not follow. */
function attempt(serving: ServingProcess, line: OwnerLine, order: LaterOrder): void {
  try {
    serving.obey(order);
  } catch (error) {
    serving.log.error("internal", "A process cannot follow the one that owns the gateway.", {}, error);
    fail(line, error);
  }
}

function fail(line: OwnerLine, error: unknown): void {
  const syscall = error instanceof Error && "syscall" in error ? String(error.syscall) : undefined;
  const message = error instanceof Error ? error.message : String(error);
  line.send({ kind: "failed", code: errorCode(error), syscall, message });
}
