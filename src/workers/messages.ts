// What the process that owns a gateway and those that serve say to one another, over the pipe that Node lays between a
// process and its child. Plain data; both ends are of the same program and the same version.

import type { KeyNews } from "../accounts/key-table.ts";
import type { ClientState } from "../accounts/spending/client-accounts.ts";
import type { CountChange } from "../accounts/spending/count-news.ts";
import type { UntoldLists } from "../catalogue/catalogue.ts";
import type { PackedConfig } from "../config/config-parcel.ts";
import type { CertificateParts } from "../config/rules/certificate.ts";
import type { LogOptions } from "../observe/log.ts";
import type { MetricsNews } from "../observe/metrics/metrics.ts";
import type { EndpointModels } from "../routing/model.ts";
import type { ListenerSnapshot, PlaneSnapshot } from "../snapshot.ts";
import type { LedgerEntry } from "../store/store.ts";
import type { StoredAnswer } from "../store/stored-answer.ts";
import type { BoundOrder } from "./bounds/bound-ledger.ts";
import type { HealthNews } from "./health/health-news.ts";
import type { ObjectOrder, ObjectReport } from "./objects/object-news.ts";
import type { RelayOrder, RelayReport } from "./relay/relay-messages.ts";

/** How lines of the log are to look. */
export type LogLook = Pick<LogOptions, "format" | "level" | "isColour" | "isAscii"> & {
  readonly columns: number | undefined;
  /** Whether a flag or a variable sets the level, which no reload changes then. */
  readonly isLevelFixed: boolean;
};

/** What is known of the endpoints' lists. */
export type ListNews = {
  /** Those that have changed; at the start, all. */
  readonly lists: readonly EndpointModels[];
  readonly hasFirstAnswers: boolean;
  readonly untold: Omit<UntoldLists, "waitMs">;
  /** When one of these is asked again, as `shared-time.ts` has it. */
  readonly untoldUntilMs: number;
};

/** All that a process needs to serve. */
export type StartOrder = {
  readonly kind: "start";
  /** From 1; the same for the process that takes the place of one that died. */
  readonly index: number;
  readonly count: number;
  /** The address that is bound; the configuration may say port 0. */
  readonly host: string;
  readonly port: number;
  readonly config: PackedConfig;
  readonly lists: ListNews;
  readonly health: HealthNews;
  /** Where each rotation stood at the end of an earlier run. */
  readonly rotations: unknown;
  /** Slots of each bound. */
  readonly bounds: ReadonlyMap<string, number>;
  readonly clients: ClientState;
  /** Where stored objects are, as it is saved. */
  readonly objects: unknown;
  readonly gatewayId: string;
  /** The data folder, for the prices that were imported into it. */
  readonly priceFolder: string | undefined;
  readonly version: string | undefined;
  readonly log: LogLook;
};

/** A question to the owner, which asks an endpoint or knows the answer. */
export type OwnerQuestion =
  | { readonly ask: "key"; readonly endpoint: string; readonly credential: number }
  | { readonly ask: "model"; readonly endpoint: string; readonly model: string }
  | { readonly ask: "alive"; readonly endpoint: string }
  | { readonly ask: "unknown_name" }
  /** An answer that is used again; the owner has the store. */
  | { readonly ask: "kept_answer"; readonly key: string }
  /** Ids of stored objects. What is known of them comes before the answer, which says nothing. */
  | { readonly ask: "objects"; readonly ids: readonly string[] };

/** From the owner. */
export type WorkerOrder =
  | StartOrder
  | { readonly kind: "config"; readonly config: PackedConfig; readonly lists: ListNews }
  | { readonly kind: "lists"; readonly lists: ListNews }
  | { readonly kind: "certificate"; readonly certificate: CertificateParts }
  | { readonly kind: "health"; readonly news: HealthNews }
  | { readonly kind: "reset"; readonly endpoint: string | undefined; readonly model: string | undefined }
  | { readonly kind: "empty_cache" }
  /** Whether somebody wants entries of requests also where none are kept. */
  | { readonly kind: "watch"; readonly isWatched: boolean }
  | { readonly kind: "bound"; readonly order: BoundOrder }
  /** Prices were imported. */
  | { readonly kind: "prices" }
  | { readonly kind: "keys"; readonly news: KeyNews }
  /** What others have counted of limits and budgets. */
  | { readonly kind: "counted"; readonly changes: readonly CountChange[] }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | ObjectOrder
  | RelayOrder
  | { readonly kind: "drain" }
  | { readonly kind: "cut" };

/** What one process has under way. */
export type WorkerCounts = Pick<PlaneSnapshot, "overload" | "cache" | "lagMs"> & {
  readonly listener: ListenerSnapshot | null;
  /** The gate of each endpoint that has one. */
  readonly gates: readonly {
    readonly endpoint: string;
    readonly inFlight: number;
    readonly waiting: number;
    readonly refused: number;
  }[];
  /** Attempts under way at each endpoint that has any. */
  readonly underWay: readonly (readonly [endpoint: string, attempts: number])[];
};

/** To the owner. */
export type WorkerReport =
  /** Orders are heard from now on. */
  | { readonly kind: "ready" }
  | { readonly kind: "listening" }
  /** It cannot listen, or not serve what it was sent. */
  | {
      readonly kind: "failed";
      readonly code: string | undefined;
      readonly syscall: string | undefined;
      readonly message: string;
    }
  | { readonly kind: "lines"; readonly text: string }
  /** For the store, which the owner has. */
  | { readonly kind: "entries"; readonly entries: readonly LedgerEntry[] }
  | { readonly kind: "keep_answer"; readonly key: string; readonly answer: StoredAnswer }
  /** A model was used whose price nobody knows. */
  | { readonly kind: "unpriced"; readonly endpoint: string; readonly model: string }
  | { readonly kind: "health"; readonly news: HealthNews }
  | { readonly kind: "want"; readonly bound: string; readonly count: number }
  | { readonly kind: "given"; readonly bound: string; readonly count: number }
  | { readonly kind: "counted"; readonly changes: readonly CountChange[] }
  | { readonly kind: "counts"; readonly counts: WorkerCounts }
  | { readonly kind: "metrics"; readonly news: MetricsNews }
  | ObjectReport
  | RelayReport
  | { readonly kind: "question"; readonly id: number; readonly question: OwnerQuestion };

/** A question, as it is sent. */
export type QuestionReport = Extract<WorkerReport, { readonly kind: "question" }>;
