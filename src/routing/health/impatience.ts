// Clients that gave up before an answer began: a sign of an endpoint that hangs, or of a client in a hurry. Tells the
// two apart as far as that can be told from outside; asks nobody and ejects nobody, which is for
// `proxy/target/walkouts.ts`.
//
// One that leaves says nothing by itself: whoever wants to harm an endpoint could do it all day. It counts where the
// wait was long for that endpoint, several times in a row, without any answer from there, while others answer.

import type { Clock } from "../../core/clock.ts";
import { makeRoom } from "../make-room.ts";

/** What is known of an attempt that its client gave up. */
export type Walkout = {
  readonly endpoint: string;
  readonly targetKey: string;
  readonly operation: string;
  readonly isStream: boolean;
  readonly startedMs: number;
};

/** What a walkout amounts to, together with those before it. */
export type WalkoutSign =
  | "nothing"
  /** Reason enough to ask the endpoint whether it is there. */
  | "doubt"
  /** Long waits in a row and nothing else from there, while others answer. */
  | "hangs";

/** Where nothing is known of the usual wait. */
const UNKNOWN_PATIENCE_MS = 5_000;
/** Long is what takes so many times as long as the longest of late, and a second in any case. */
const PATIENCE_FACTOR = 3;
const MIN_PATIENCE_MS = 1_000;
/** Who leaves sooner did not wait at all. */
const MIN_WALKOUT_MS = 250;
const WALKOUTS_IN_A_ROW = 3;
/** Walkouts further apart than this are no row. */
const ROW_MS = 300_000;
/** Waits are remembered for one to two of these. */
const WINDOW_MS = 120_000;
/** Clients choose the names of pinned models, so there must be bounds. */
const MAX_TARGETS = 10_000;
const MAX_ROWS = 1_000;

/** The longest wait for an answer in this window and the one before it. */
type Peak = { nowMs: number; beforeMs: number; sinceMs: number };
type Usual = { plain: Peak | undefined; stream: Peak | undefined };

type Row = {
  readonly endpoint: string;
  count: number;
  /** When the first of the attempts began. */
  firstMs: number;
  lastMs: number;
  haveOthersAnswered: boolean;
};

/** Usual waits, and rows of walkouts. `noteAnswer` is O(1) while there are no rows. */
export class Impatience {
  readonly #clock: Clock;
  readonly #usual = new Map<string, Usual>();
  /** By endpoint: any walkout. By target and operation: those after a long wait. */
  readonly #endpointRows = new Map<string, Row>();
  readonly #targetRows = new Map<string, Row>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Entries held, for the test of their bounds. */
  get sizes(): { readonly usual: number; readonly endpointRows: number; readonly targetRows: number } {
    const { size: usual } = this.#usual;
    return { usual, endpointRows: this.#endpointRows.size, targetRows: this.#targetRows.size };
  }

  /** An answer began, whatever it says: the endpoint does not hang. */
  noteAnswer(answered: Walkout): void {
    const nowMs = this.#clock.nowMs();
    this.#learn(answered, nowMs - answered.startedMs, nowMs);
    this.noteLife(answered);
  }

  /** The endpoint said something, if only an error. */
  noteLife(answered: Pick<Walkout, "endpoint" | "targetKey" | "operation">): void {
    if (this.#endpointRows.size === 0 && this.#targetRows.size === 0) return;
    this.#endpointRows.delete(answered.endpoint);
    this.#targetRows.delete(rowKeyOf(answered));
    for (const rows of [this.#endpointRows, this.#targetRows]) {
      for (const row of rows.values()) if (row.endpoint !== answered.endpoint) row.haveOthersAnswered = true;
    }
  }

  /** A client left before anything of an answer had come. */
  noteWalkout(walkout: Walkout): WalkoutSign {
    const nowMs = this.#clock.nowMs();
    const waitedMs = nowMs - walkout.startedMs;
    if (waitedMs < MIN_WALKOUT_MS) return "nothing";
    const atEndpoint = this.#count(this.#endpointRows, walkout.endpoint, walkout);
    if (this.isLong(walkout)) {
      const atTarget = this.#count(this.#targetRows, rowKeyOf(walkout), walkout);
      if (isHang(atTarget)) return "hangs";
    }
    return isRow(atEndpoint) && nowMs - atEndpoint.firstMs >= MIN_PATIENCE_MS ? "doubt" : "nothing";
  }

  /** Whether the wait was long for what is usual there. */
  isLong({ targetKey, isStream, startedMs }: Pick<Walkout, "targetKey" | "isStream" | "startedMs">): boolean {
    const usual = this.#usual.get(targetKey);
    const peak = isStream ? usual?.stream : usual?.plain;
    const patienceMs =
      peak === undefined
        ? UNKNOWN_PATIENCE_MS
        : Math.max(MIN_PATIENCE_MS, PATIENCE_FACTOR * Math.max(peak.nowMs, peak.beforeMs));
    return this.#clock.nowMs() - startedMs >= patienceMs;
  }

  /** Whether nothing at all has come from the endpoint since the row began. */
  isSilent(endpoint: string): boolean {
    const row = this.#endpointRows.get(endpoint);
    return row !== undefined && isRow(row);
  }

  /** Whether what made `noteWalkout` say `hangs` still holds; other models of the endpoint may well answer. */
  isHanging(walkout: Pick<Walkout, "targetKey" | "operation">): boolean {
    const row = this.#targetRows.get(rowKeyOf(walkout));
    return row !== undefined && isHang(row);
  }

  /** A row has led to something: the next one begins anew. */
  endRows(endpoint: string): void {
    this.#endpointRows.delete(endpoint);
    for (const [key, row] of this.#targetRows) if (row.endpoint === endpoint) this.#targetRows.delete(key);
  }

  /** Forgets what is in no table any more. */
  retain(isTargetKept: (key: string) => boolean): void {
    for (const key of this.#usual.keys()) if (!isTargetKept(key)) this.#usual.delete(key);
    for (const name of this.#endpointRows.keys())
      if (!isTargetKept(`${name}/`)) this.#endpointRows.delete(name);
    for (const [key, row] of this.#targetRows)
      if (!isTargetKept(`${row.endpoint}/`)) this.#targetRows.delete(key);
  }

  #learn(answered: Walkout, waitedMs: number, nowMs: number): void {
    let usual = this.#usual.get(answered.targetKey);
    if (usual === undefined) {
      makeRoom(this.#usual, MAX_TARGETS);
      usual = { plain: undefined, stream: undefined };
      this.#usual.set(answered.targetKey, usual);
    }
    const peak = answered.isStream ? usual.stream : usual.plain;
    if (peak === undefined) {
      usual[answered.isStream ? "stream" : "plain"] = { nowMs: waitedMs, beforeMs: 0, sinceMs: nowMs };
      return;
    }
    if (nowMs - peak.sinceMs >= WINDOW_MS) {
      peak.beforeMs = peak.nowMs;
      peak.nowMs = waitedMs;
      peak.sinceMs = nowMs;
    } else if (waitedMs > peak.nowMs) peak.nowMs = waitedMs;
  }

  #count(rows: Map<string, Row>, key: string, walkout: Walkout): Row {
    const nowMs = this.#clock.nowMs();
    let row = rows.get(key);
    if (row === undefined || nowMs - row.lastMs > ROW_MS) {
      makeRoom(rows, MAX_ROWS);
      const { endpoint, startedMs } = walkout;
      row = { endpoint, count: 0, firstMs: startedMs, lastMs: nowMs, haveOthersAnswered: false };
      rows.set(key, row);
    }
    row.count += 1;
    row.lastMs = nowMs;
    return row;
  }
}

function isRow(row: Row): boolean {
  return row.count >= WALKOUTS_IN_A_ROW;
}

function isHang(row: Row): boolean {
  return isRow(row) && row.haveOthersAnswered;
}

function rowKeyOf({ targetKey, operation }: Pick<Walkout, "targetKey" | "operation">): string {
  return `${operation} ${targetKey}`;
}
