// The processes that serve, seen from the one that owns the gateway: starts them, tells them what changes, tells each
// what another has learnt, and starts anew those that die. It serves nobody itself.

import { createServer } from "node:net";
import { ListenerCertificate } from "../config/rules/certificate.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { DataPlane } from "../data-plane.ts";
import type { Crew } from "../gateway.ts";
import type { HttpServer, Listen, ServerIdentity } from "../http/listener.ts";
import type { ResetScope, SharedParts } from "../plane-parts.ts";
import type { Snapshot } from "../snapshot.ts";
import { Batch } from "./batch.ts";
import { BoundLedger } from "./bound-ledger.ts";
import { boundsOf } from "./bounds.ts";
import { type PackedCertificate, type PackedConfig, packCertificate, packConfig } from "./config-parcel.ts";
import { CrewServer } from "./crew-server.ts";
import { ListTeller, listNews } from "./list-news.ts";
import { Member, type MemberEnd, type MemberListener } from "./member.ts";
import type { LogLook, WorkerCounts, WorkerOrder, WorkerReport } from "./messages.ts";
import { nodeCluster } from "./node-cluster.ts";
import { OwnerAnswers } from "./owner-answers.ts";
import { takeFacts } from "./owner-facts.ts";
import { RestartPause } from "./restart-pause.ts";
import { SharedHealth } from "./shared-health.ts";
import { sharedOffsetMs } from "./shared-time.ts";
import { withCounts } from "./worker-counts.ts";

/** How often it is looked whether what is known of lists has changed otherwise than by a list. */
const LOOK_MS = 500;

/** What the processes are started with. */
export type CrewParts = {
  readonly count: number;
  readonly log: Log;
  /** Writes lines of their log, as they are. */
  readonly writeLines: (text: string) => void;
  readonly look: LogLook;
  readonly version: string;
  readonly clock?: Clock;
};

/** What is there once the gateway is put together. */
type Owned = { readonly plane: DataPlane; readonly answers: OwnerAnswers };
/** Where they listen. */
type Place = { readonly host: string; readonly port: number };

/** The processes that serve. */
export class WorkerCrew implements Crew, MemberListener {
  readonly count: number;
  readonly shared: SharedParts;
  readonly #parts: CrewParts;
  readonly #clock: Clock;
  readonly #offsetMs: number;
  readonly #health: SharedHealth;
  readonly #ledger: BoundLedger;
  readonly #lists = new ListTeller();
  readonly #listBatch = new Batch(() => this.#tellLists());
  readonly #healthBatch = new Batch(() => this.#tellHealth());
  readonly #members = new Map<number, Member>();
  readonly #pauses = new Map<number, RestartPause>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  readonly #starting = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  #owned: Owned | undefined;
  #place: Place | undefined;
  #looks: NodeJS.Timeout | undefined;
  #hasStarted = false;
  #isStopping = false;
  #certificate: PackedCertificate | undefined;

  constructor(parts: CrewParts) {
    this.#parts = parts;
    this.count = parts.count;
    this.#clock = parts.clock ?? systemClock;
    this.#offsetMs = sharedOffsetMs(this.#clock);
    this.#health = new SharedHealth({ clock: this.#clock, decides: true });
    this.#health.onNews = this.#healthBatch.ask;
    this.#ledger = new BoundLedger(parts.count, (index, order) =>
      this.#members.get(index)?.send({ kind: "bound", order }),
    );
    this.shared = {
      health: this.#health,
      processes: parts.count,
      onRebuilt: this.#listBatch.ask,
    };
  }

  join(plane: DataPlane): void {
    this.#owned = { plane, answers: new OwnerAnswers(plane, this.#clock.nowMs) };
  }

  readonly listen: Listen = async (address): Promise<HttpServer> => {
    const { host, port } = address;
    const place = await takenPlace(host, port);
    this.#place = { host, port: place.port };
    this.#ledger.configure(boundsOf(this.#plane().config()));
    this.#setUp();
    for (let index = 1; index <= this.#parts.count; index++) this.#start(index);
    try {
      await this.#starting.promise;
    } catch (error) {
      this.#isStopping = true;
      for (const member of this.#members.values()) member.kill();
      throw error;
    }
    this.#hasStarted = true;
    this.#looks = setInterval(() => this.#tellLists(), LOOK_MS).unref();
    return new CrewServer({
      ...place,
      maxConnections: () => this.#plane().config().server.maxConnections,
      counts: () => this.#counts(),
      renew: (identity) => this.#renew(identity),
      drain: () => this.#drain(),
      cut: () => this.#tell({ kind: "cut" }),
    });
  };

  reload(): void {
    const config = this.#plane().config();
    this.#owned?.answers.forget();
    this.#certificate = undefined;
    const lists = listNews(this.#plane().catalogue, this.#clock.nowMs(), this.#offsetMs);
    this.#tell({ kind: "config", config: packConfig(config), lists });
    this.#ledger.configure(boundsOf(config));
  }

  reset({ endpoint, model }: ResetScope): void {
    this.#tell({ kind: "reset", endpoint, model });
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
      case "health":
        this.#takeHealth(member, report.news);
        return;
      case "want":
        this.#ledger.want(member.index, report.bound, report.count);
        return;
      case "given":
        this.#ledger.given(member.index, report.bound, report.count);
        return;
      case "counts":
        member.counts = report.counts;
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
    this.#health.freeProbes(member.probes.values());
    if (!this.#hasStarted) this.#starting.reject(endedEarly(end));
    if (this.#isStopping) {
      if (this.#members.size === 0) this.#ended.resolve();
      return;
    }
    if (this.#hasStarted) this.#replace(member, end);
  }

  /** How the processes are started: as this one was, whatever that is. */
  #setUp(): void {
    const cluster = nodeCluster();
    // One socket for all: nobody who waits there is lost with a process, and no second program can join it.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const { isSea } = process.getBuiltinModule("node:sea");
    const script = isSea() ? undefined : process.argv[1];
    cluster.setupPrimary({ exec: script ?? "worker", args: ["worker"], serialization: "advanced" });
  }

  #start(index: number): void {
    const worker = nodeCluster().fork({ OAI_GATEWAY_WORKER: String(index) });
    this.#members.set(index, new Member(worker, index, this.#clock.nowMs(), this));
  }

  #sendStart(member: Member): void {
    const plane = this.#plane();
    const place = this.#place;
    if (place === undefined || this.#isStopping) return;
    const { count, version, look } = this.#parts;
    member.isStarted = true;
    member.send({
      kind: "start",
      index: member.index,
      count,
      ...place,
      config: this.#packedConfig(),
      lists: listNews(plane.catalogue, this.#clock.nowMs(), this.#offsetMs),
      health: this.#health.whole(),
      rotations: plane.rotations(),
      bounds: this.#ledger.join(member.index),
      gatewayId: plane.gatewayId,
      version,
      log: look,
    });
  }

  #noteListening(member: Member): void {
    member.isListening = true;
    const { index, pid } = member;
    this.#parts.log.info("worker_started", `Process ${index} serves.`, { worker: index, pid });
    if ([...this.#members.values()].every((one) => one.isListening)) this.#starting.resolve();
  }

  #noteFailure(member: Member, failed: Extract<WorkerReport, { readonly kind: "failed" }>): void {
    const { code, syscall, message } = failed;
    if (!this.#hasStarted) {
      const error = Object.assign(new Error(message), { code }, syscall === undefined ? {} : { syscall });
      this.#starting.reject(error);
    }
    // It is not as the others are: one that is takes its place.
    member.kill();
  }

  #replace({ index, pid, startedMs }: Member, { code, signal }: MemberEnd): void {
    const pause = this.#pauses.get(index) ?? new RestartPause();
    this.#pauses.set(index, pause);
    const pauseMs = pause.next(this.#clock.nowMs() - startedMs);
    const how = signal === null ? `with code ${code}` : `by ${signal}`;
    const when = pauseMs === 0 ? "at once" : `in ${pauseMs / 1000} s`;
    this.#parts.log.error(
      "worker_died",
      `Process ${index} has ended ${how}; its requests are lost, and another one takes its place ${when}.`,
      { worker: index, pid, code: code ?? undefined, signal: signal ?? undefined, pause_ms: pauseMs },
    );
    const timer = setTimeout(() => {
      this.#restarts.delete(timer);
      if (!this.#isStopping) this.#start(index);
    }, pauseMs);
    this.#restarts.add(timer);
  }

  #takeHealth(member: Member, news: Extract<WorkerReport, { readonly kind: "health" }>["news"]): void {
    member.noteProbes(news);
    takeFacts(this.#plane(), this.#health, news);
    this.#tell({ kind: "health", news }, member);
  }

  async #answer(
    member: Member,
    { id, question }: Extract<WorkerReport, { readonly kind: "question" }>,
  ): Promise<void> {
    const answer = await this.#owned?.answers.answer(question);
    // What the answer rests on is there before it.
    this.#tellLists();
    this.#tellHealth();
    member.send({ kind: "answer", id, answer });
  }

  #tellLists(): void {
    const { catalogue } = this.#plane();
    const lists = this.#lists.news(catalogue, this.#clock.nowMs(), this.#offsetMs);
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
    const packed = packConfig(this.#plane().config());
    if (this.#certificate === undefined || packed.server.tls === undefined) return packed;
    return { ...packed, server: { ...packed.server, tls: this.#certificate } };
  }

  #drain(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#looks);
    this.#listBatch.end();
    for (const timer of this.#restarts) clearTimeout(timer);
    for (const member of this.#members.values()) {
      if (member.isStarted) member.send({ kind: "drain" });
      else member.kill();
    }
    if (this.#members.size === 0) this.#ended.resolve();
    return this.#ended.promise;
  }

  /** To all that have started, but for one. */
  #tell(order: WorkerOrder, except?: Member): void {
    for (const member of this.#members.values())
      if (member.isStarted && member !== except) member.send(order);
  }

  #counts(): WorkerCounts[] {
    return [...this.#members.values()].flatMap(({ counts }) => counts ?? []);
  }

  #plane(): DataPlane {
    if (this.#owned === undefined) throw new Error("the gateway is not put together yet");
    return this.#owned.plane;
  }
}

/** Takes the address for a moment: who finds it taken learns so before any process is started. */
function takenPlace(host: string, port: number): Promise<Place> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address : { address: host, port };
      server.close(() => resolve({ host: bound.address, port: bound.port }));
    });
  });
}

function endedEarly({ code, signal }: MemberEnd): Error {
  return new Error(`a process ended before it could serve (${signal ?? `code ${code}`})`);
}
