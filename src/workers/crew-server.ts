// The listeners of all serving processes, as the gateway sees one.

import type { HttpServer, ServerIdentity } from "../http/listener.ts";
import type { WorkerCounts } from "./messages.ts";

/** What it is made of. */
export type CrewServerParts = {
  readonly host: string;
  readonly port: number;
  readonly maxConnections: () => number;
  readonly counts: () => readonly WorkerCounts[];
  readonly renew: (identity: ServerIdentity) => void;
  readonly drain: () => Promise<void>;
  readonly cut: () => void;
};

/** All listeners. */
export class CrewServer implements HttpServer {
  readonly host: string;
  readonly port: number;
  readonly #parts: CrewServerParts;

  constructor(parts: CrewServerParts) {
    this.#parts = parts;
    this.host = parts.host;
    this.port = parts.port;
  }

  get maxConnections(): number {
    return this.#parts.maxConnections();
  }

  get openConnections(): number {
    return this.#sum((counts) => counts.listener?.openConnections ?? 0);
  }

  get refusedConnections(): number {
    return this.#sum((counts) => counts.listener?.refusedConnections ?? 0);
  }

  /** The processes have their bounds with the configuration. */
  configure(): void {}

  renew(identity: ServerIdentity): void {
    this.#parts.renew(identity);
  }

  drain(): Promise<void> {
    return this.#parts.drain();
  }

  cut(): void {
    this.#parts.cut();
  }

  #sum(read: (counts: WorkerCounts) => number): number {
    return this.#parts.counts().reduce((total, counts) => total + read(counts), 0);
  }
}
