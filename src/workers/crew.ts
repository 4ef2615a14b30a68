// The processes that serve, seen from the one that owns the gateway: starts them, tells them what changes, tells each
// what another has learnt, and starts anew those that die. It serves nobody itself.

import type { CountChange } from "../accounts/spending/count-news.ts";
import { type PackedConfig, packCertificate, packServedConfig } from "../config/config-parcel.ts";
import { type CertificateParts, ListenerCertificate } from "../config/rules/certificate.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { DataPlane } from "../data-plane.ts";
import type { Crew } from "../gateway-parts.ts";
import type { HttpServer, Listen, ServerIdentity } from "../http/listener.ts";
import { StoredObjects } from "../objects/stored-objects.ts";
import type { Metrics } from "../observe/metrics/metrics.ts";
import type { ResetScope, SharedParts } from "../plane-parts.ts";
import type { Snapshot } from "../snapshot.ts";
import type { AppendEntry } from "../store/store.ts";
import { Batch } from "./batch.ts";
import { BoundLedger } from "./bounds/bound-ledger.ts";
import { boundsOf } from "./bounds/bounds.ts";
import { CrewServer } from "./crew-server.ts";
import type { HealthNews } from "./health/health-news.ts";
import { SharedHealth } from "./health/shared-health.ts";
import { ListTeller } from "./list-news.ts";
import {
  endedEarly,
  errorOf,
  type FailedReport,
  Member,
  type MemberEnd,
  type MemberListener,
} from "./member.ts";
import type { LogLook, QuestionReport, WorkerCounts, WorkerOrder, WorkerReport } from "./messages.ts";
import { nodeCluster, setUpCluster } from "./node-cluster.ts";
import { ObjectDesk } from "./objects/object-desk.ts";
import { OwnerAnswers } from "./owner-answers.ts";
import { takeFacts } from "./owner-facts.ts";
import { RelayDesk } from "./relay/relay-desk.ts";
import { Restarts } from "./restarts.ts";
import { type ListenPlace, takenPlace } from "./taken-place.ts";
import { withCounts } from "./worker-counts.ts";

/** Once connections are to be cut, a process has this long to end. */
const CUT_MS = 2_000;
/** How often it is looked whether what is known of lists, or the prices, have changed otherwise. */
const LOOK_MS = 500;

/** What the processes are started with. */
export type CrewParts = {
  readonly count: number;
  readonly log: Log;
  /** Writes lines of their log, as they are. */
  readonly writeLines: (text: string) => void;
  readonly look: LogLook;
  readonly version: string;
  /** The data folder, for the prices that were imported into it. */
  readonly priceFolder: string | undefined;
  readonly metrics: Metrics;
  readonly clock?: Clock;
};

/** The processes that serve. */
export class WorkerCrew implements Crew, MemberListener {
  readonly count: number;
  readonly shared: SharedParts;
  readonly #parts: CrewParts;
  readonly #clock: Clock;
  readonly #health: SharedHealth;
  readonly #ledger: BoundLedger;
  readonly #lists: ListTeller;
  readonly #listBatch = new Batch(() => this.#tellLists());
  readonly #healthBatch = new Batch(() => this.#tellHealth());
  readonly #members = new Map<number, Member>();
  readonly #objects: ObjectDesk;
  readonly #restarts: Restarts;
  readonly #starting = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  /** Set once the gateway is put together. */
  #owned:
    | {
        readonly plane: DataPlane;
        readonly answers: OwnerAnswers;
        readonly relay: RelayDesk;
        readonly append: AppendEntry;
        readonly noteUnpriced: Parameters<Crew["join"]>[3];
      }
    | undefined;
  #place: ListenPlace | undefined;
  #looks: NodeJS.Timeout | undefined;
  #priceVersion = 0;
  #hasStarted = false;
  #isStopping = false;
  #isWatched = false;
  #certificate: CertificateParts | undefined;

  constructor(parts: CrewParts) {
    this.#parts = parts;
    this.count = parts.count;
    this.#clock = parts.clock ?? systemClock;
    this.#lists = new ListTeller(this.#clock);
    this.#restarts = new Restarts(parts.log, (index) => this.#start(index));
    this.#health = new SharedHealth({ clock: this.#clock, decides: true });
    this.#health.onNews = this.#healthBatch.ask;
    this.#ledger = new BoundLedger(parts.count, (index, order) =>
      this.#members.get(index)?.send({ kind: "bound", order }),
    );
    const objects = new StoredObjects(this.#clock, parts.count);
    this.#objects = new ObjectDesk(objects, () => this.#members.values());
    const { ask: onRebuilt } = this.#listBatch;
    this.shared = { health: this.#health, objects, processes: parts.count, onRebuilt };
  }

  join(...[plane, append, parts, noteUnpriced]: Parameters<Crew["join"]>): void {
    const answers = new OwnerAnswers(plane, this.#clock.nowMs);
    this.#owned = { plane, append, answers, noteUnpriced, relay: new RelayDesk(parts, this.#parts.log) };
    plane.clients.book?.onChange((news) => this.#tell({ kind: "keys", news }));
  }

  readonly listen: Listen = async (address): Promise<HttpServer> => {
    const place = await takenPlace(address.host, address.port);
    this.#place = { host: address.host, port: place.port };
    this.#ledger.configure(boundsOf(this.#plane().config()));
    setUpCluster();
    for (let index = 1; index <= this.#parts.count; index++) this.#start(index);
    await this.#starting.promise.catch((error: unknown) => {
      this.#isStopping = true;
      this.#kill();
      throw error;
    });
    this.#hasStarted = true;
    this.#looks = setInterval(() => this.#look(), LOOK_MS).unref();
    return new CrewServer({
      ...place,
      maxConnections: () => this.#plane().config().server.maxConnections,
      counts: () => this.#counts(),
      renew: (identity) => this.#renew(identity),
      drain: () => this.#drain(),
      cut: () => this.#cut(),
    });
  };

  reload(): void {
    const plane = this.#plane();
    const config = plane.config();
    this.#owned?.answers.forget();
    this.#certificate = undefined;
    const lists = this.#lists.whole(plane.catalogue);
    this.#tell({ kind: "config", config: packServedConfig(config), lists });
    this.#ledger.configure(boundsOf(config));
  }

  reset(scope: ResetScope): void {
    this.#tell({ kind: "reset", ...scope });
  }

  emptyCache(): void {
    this.#tell({ kind: "empty_cache" });
  }

  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
    this.#tell({ kind: "watch", isWatched });
  }

  complete(snapshot: Snapshot): Snapshot {
    return withCounts(snapshot, this.#counts());
  }

  onReport(member: Member, report: WorkerReport): void {
    switch (report.kind) {
      case "ready":
        this.#sendStart(member);
        return;
      case "listening":
        this.#noteListening(member);
        return;
      case "failed":
        this.#noteFailure(member, report);
        return;
      case "lines":
        this.#parts.writeLines(report.text);
        return;
      case "entries":
        for (const entry of report.entries) this.#owned?.append(entry);
        return;
      case "keep_answer":
        this.#owned?.plane.lastingAnswers.shelf?.keep(report.key, report.answer);
        return;
      case "unpriced":
        this.#owned?.noteUnpriced?.(report.endpoint, report.model);
        return;
      case "health":
        this.#takeHealth(member, report.news);
        return;
      case "want":
      case "given":
        this.#ledger[report.kind](member.index, report.bound, report.count);
        return;
      case "counted":
        member.noteCounted(report.changes);
        this.#takeCounted(report.changes, member);
        return;
      case "counts":
        member.counts = report.counts;
        return;
      case "metrics":
        this.#parts.metrics.take(member.index, report.news);
        return;
      case "objects":
        this.#objects.take(member, report);
        return;
      case "relay":
      case "relay_body":
      case "relay_no_body":
      case "relay_read":
      case "relay_gone":
        this.#owned?.relay.take(report, member);
        return;
      case "question":
        void this.#answer(member, report);
        return;
    }
  }

  onEnd(member: Member, end: MemberEnd): void {
    const { index } = member;
    // Another one may have taken its place already.
    if (this.#members.get(index) !== member) return;
    this.#members.delete(index);
    this.#ledger.leave(index);
    this.#parts.metrics.leave(index);
    this.#objects.leave(member);
    this.#owned?.relay.leave(member);
    this.#health.freeProbes(member.probes.values());
    this.#takeCounted(member.undone());
    if (!this.#hasStarted) this.#starting.reject(endedEarly(end));
    if (this.#isStopping) {
      if (this.#members.size === 0) this.#ended.resolve();
      return;
    }
    if (this.#hasStarted) this.#restarts.replace(member, end, this.#clock.nowMs() - member.startedMs);
  }

  #start(index: number): void {
    const worker = nodeCluster().fork({ OAI_GATEWAY_WORKER: String(index) });
    this.#members.set(index, new Member(worker, index, this.#clock.nowMs(), this));
  }

  #sendStart(member: Member): void {
    const plane = this.#plane();
    const place = this.#place;
    if (place === undefined || this.#isStopping) return;
    const { count, version, look, priceFolder } = this.#parts;
    member.isStarted = true;
    member.send({
      kind: "start",
      index: member.index,
      count,
      ...place,
      config: this.#packedConfig(),
      lists: this.#lists.whole(plane.catalogue),
      health: this.#health.whole(),
      rotations: plane.rotations(),
      bounds: this.#ledger.join(member.index),
      clients: plane.clients.state(),
      objects: plane.objects.table.exportState(),
      gatewayId: plane.gatewayId,
      priceFolder,
      version,
      log: look,
    });
    if (this.#isWatched) member.send({ kind: "watch", isWatched: true });
  }

  #noteListening(member: Member): void {
    member.isListening = true;
    const { index, pid } = member;
    this.#parts.log.info("worker_started", `Process ${index} serves.`, { worker: index, pid });
    if ([...this.#members.values()].every((one) => one.isListening)) this.#starting.resolve();
  }

  #noteFailure(member: Member, failed: FailedReport): void {
    if (!this.#hasStarted) this.#starting.reject(errorOf(failed));
    // It is not as the others are: one that is takes its place.
    member.kill();
  }

  #takeHealth(member: Member, news: HealthNews): void {
    member.noteProbes(news);
    takeFacts(this.#plane(), this.#health, news);
    this.#tell({ kind: "health", news }, member);
  }

  /** Counts for all what one has counted. */
  #takeCounted(changes: readonly CountChange[], of?: Member): void {
    if (changes.length === 0) return;
    this.#plane().clients.takeCounts(changes);
    this.#tell({ kind: "counted", changes }, of);
  }

  async #answer(member: Member, { id, question }: QuestionReport): Promise<void> {
    const answer =
      question.ask === "objects"
        ? await this.#objects.ask(member, question.ids)
        : await this.#owned?.answers.answer(question);
    // What the answer rests on comes before it.
    this.#tellLists();
    this.#tellHealth();
    member.send({ kind: "answer", id, answer });
  }

  #look(): void {
    this.#tellLists();
    const { tables } = this.#plane().targets.prices;
    tables.look();
    const priceVersion = tables.version(this.#clock.nowMs());
    if (priceVersion === this.#priceVersion) return;
    this.#priceVersion = priceVersion;
    this.#tell({ kind: "prices" });
  }

  #tellLists(): void {
    const { catalogue } = this.#plane();
    const lists = this.#lists.news(catalogue);
    if (lists === undefined) return;
    this.#tell({ kind: "lists", lists });
    if (!lists.hasFirstAnswers) void catalogue.firstAnswers().then(() => this.#tellLists());
  }

  #tellHealth(): void {
    const news = this.#health.takeNews();
    if (news !== undefined) this.#tell({ kind: "health", news });
  }

  #renew(identity: ServerIdentity): void {
    if (!(identity instanceof ListenerCertificate)) return;
    const certificate = packCertificate(identity);
    this.#certificate = certificate;
    this.#tell({ kind: "certificate", certificate });
  }

  /** As it is in force, with a certificate that was renewed since it was read. */
  #packedConfig(): PackedConfig {
    const packed = packServedConfig(this.#plane().config());
    if (this.#certificate === undefined || packed.server.tls === undefined) return packed;
    return { ...packed, server: { ...packed.server, tls: this.#certificate } };
  }

  #drain(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#looks);
    this.#listBatch.end();
    this.#restarts.end();
    for (const member of this.#members.values()) {
      if (member.isStarted) member.send({ kind: "drain" });
      else member.kill();
    }
    if (this.#members.size === 0) this.#ended.resolve();
    return this.#ended.promise;
  }

  #cut(): void {
    this.#tell({ kind: "cut" });
    setTimeout(() => this.#kill(), CUT_MS).unref();
  }

  #kill(): void {
    for (const member of this.#members.values()) member.kill();
  }

  /** To all that have started, but for one. */
  #tell(order: WorkerOrder, except?: Member): void {
    for (const one of this.#members.values()) if (one.isStarted && one !== except) one.send(order);
  }

  #counts(): WorkerCounts[] {
    return [...this.#members.values()].flatMap(({ counts }) => counts ?? []);
  }

  #plane(): DataPlane {
    if (this.#owned === undefined) throw new Error("the gateway is not put together yet");
    return this.#owned.plane;
  }
}
