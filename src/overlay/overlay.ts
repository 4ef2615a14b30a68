// The part of the configuration that lies in the store: read at the start where there is any, changed by the admin API,
// and laid over whatever the file says. The file wins; the store is never asked on the way of a request.

import { emptyConfig, type GatewayConfig } from "../config/compile.ts";
import type { Environment } from "../core/env.ts";
import type { Log } from "../core/summary.ts";
import { english, type MessageKey, message } from "../language/messages.ts";
import type { Store } from "../store/store.ts";
import { type LeftEntry, layOver, type OverlayBase, placeInFile } from "./lay-over.ts";
import {
  entryOfRecord,
  OVERLAY_KIND,
  type OverlayEntry,
  type OverlayKind,
  overlayId,
  setsEnabled,
} from "./overlay-entry.ts";
import { clearOverlayMarker, hasOverlayMarker, setOverlayMarker } from "./overlay-marker.ts";
import { OverlayRefusal } from "./overlay-refusal.ts";

/** While the store cannot be read it is asked so often. */
const RETRY_MS = 2_000;
/** More are no configuration any more. */
const MAX_ENTRIES = 1_000;

/** What it is made of. */
export type OverlayParts = {
  readonly store: Store;
  /** Where the marker is; undefined where the store lasts no longer than the process. */
  readonly folder: string | undefined;
  readonly env: Environment;
  readonly log: Log;
};

/** An entry with what keeps it out of force; undefined where nothing does. */
export type OverlayItem = { readonly entry: OverlayEntry; readonly left: LeftEntry | undefined };

/** The entries of the store. */
export class Overlay {
  readonly #parts: OverlayParts;
  #entries: readonly OverlayEntry[] = [];
  #base: OverlayBase = { config: emptyConfig(), file: undefined };
  #left: readonly LeftEntry[] = [];
  #isWaiting = false;
  /** Mock endpoints are never mixed with real ones. */
  #isDemo = false;
  #listener: (() => Promise<void>) | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** One change after the other, so that two of this process never meet. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: OverlayParts) {
    this.#parts = parts;
  }

  /** Reads the entries where there are any. Never rejects: while they cannot be read, it is tried again and again. */
  async load(): Promise<void> {
    const { folder } = this.#parts;
    if (folder !== undefined && hasOverlayMarker(folder)) await this.#read();
  }

  /** Told when other entries are in force; what it gives is waited for. */
  onChange(listener: () => Promise<void>): void {
    this.#listener = listener;
  }

  /** The configuration with the entries. Of what is left out the log is told. */
  over(base: OverlayBase): GatewayConfig {
    this.#base = base;
    this.#isDemo = false;
    const { config, left } = layOver(base, this.#entries, this.#parts.env);
    this.#left = left;
    for (const one of left) this.#warn(one);
    return config;
  }

  /** The same, when nothing is to come of it. */
  triedOver(base: OverlayBase): GatewayConfig {
    return layOver(base, this.#entries, this.#parts.env).config;
  }

  /** From now on a demo is served, which takes nothing of the store. */
  rest(): void {
    this.#isDemo = true;
  }

  /**
   * The entries in the order in which they were made.
   * @throws OverlayRefusal where they cannot be read now
   */
  async list(): Promise<readonly OverlayItem[]> {
    if (this.#isWaiting) throw unavailable();
    return this.#entries.map((entry) => ({
      entry,
      left: this.#left.find((one) => one.entry === entry),
    }));
  }

  /**
   * Adds an entry, or puts it in place of the one of its name; it is in force when this resolves. `version`: only while
   * that is its version (0: only where there is none).
   * @throws OverlayRefusal, StoreFailure
   */
  put(kind: OverlayKind, name: string, value: unknown, version?: number): Promise<OverlayItem> {
    return this.#inTurn(async () => {
      const known = this.#changeable(kind, name, version);
      const place = this.#placeOf(kind, name);
      if (place !== undefined) throw readOnly(name, place);
      const rest = this.#entries.filter((entry) => entry !== known);
      if (known === undefined && rest.length >= MAX_ENTRIES)
        throw new OverlayRefusal("invalid", message("overlay.full", { max: MAX_ENTRIES }));
      const wanted: OverlayEntry = { kind, name, value, version: known?.version ?? 0 };
      const { left } = layOver(this.#base, [...rest, wanted], this.#parts.env);
      const problem = left.find(({ entry }) => entry === wanted);
      if (problem !== undefined)
        throw new OverlayRefusal("invalid", message("overlay.broken"), problem.problems);
      const entry = { ...wanted, version: await this.#write(wanted) };
      this.#entries =
        known === undefined
          ? [...this.#entries, entry]
          : this.#entries.map((one) => (one === known ? entry : one));
      await this.#listener?.();
      return { entry, left: this.#left.find((one) => one.entry === entry) };
    });
  }

  /**
   * Takes an entry away; it is out of force when this resolves.
   * @throws OverlayRefusal, StoreFailure
   */
  remove(kind: OverlayKind, name: string, version?: number): Promise<OverlayEntry> {
    return this.#inTurn(async () => {
      const { store, folder } = this.#parts;
      const known = this.#changeable(kind, name, version);
      if (known === undefined) {
        const place = this.#placeOf(kind, name);
        if (place !== undefined) throw readOnly(name, place);
        throw new OverlayRefusal("not_found", message(ABSENT[kind], { name }));
      }
      await store.remove(OVERLAY_KIND, overlayId(kind, name));
      // A switch that outlives its endpoint would turn off another one of its name.
      if (kind === "endpoint") await store.remove(OVERLAY_KIND, overlayId("switch", name));
      this.#entries = this.#entries.filter(
        (entry) =>
          entry !== known && !(kind === "endpoint" && entry.kind === "switch" && entry.name === name),
      );
      if (this.#entries.length === 0 && folder !== undefined) await clearOverlayMarker(folder);
      await this.#listener?.();
      return known;
    });
  }

  /**
   * What would be in force with an entry, or without one, `value` being undefined; nothing is kept.
   * @throws OverlayRefusal
   */
  async preview(kind: OverlayKind, name: string, value: unknown): Promise<GatewayConfig> {
    if (this.#isWaiting) throw unavailable();
    const place = this.#placeOf(kind, name);
    if (place !== undefined) throw readOnly(name, place);
    const known = this.#entries.find((entry) => entry.kind === kind && entry.name === name);
    const rest = this.#entries.filter((entry) => entry !== known);
    if (value === undefined) return layOver(this.#base, rest, this.#parts.env).config;
    const wanted: OverlayEntry = { kind, name, value, version: 0 };
    const { config, left } = layOver(this.#base, [...rest, wanted], this.#parts.env);
    const problem = left.find(({ entry }) => entry === wanted);
    if (problem !== undefined)
      throw new OverlayRefusal("invalid", message("overlay.broken"), problem.problems);
    return config;
  }

  /** Where a name is set that the store must not set; undefined where that is nowhere. */
  #placeOf(kind: OverlayKind, name: string): string | undefined {
    const place = placeInFile(this.#base, kind, name);
    if (place !== undefined || kind !== "switch") return place;
    const endpoint = this.#entries.find((entry) => entry.kind === "endpoint" && entry.name === name);
    return endpoint !== undefined && setsEnabled(endpoint.value)
      ? `the store (\`enabled\` of ${name})`
      : undefined;
  }

  /** Ends what runs beside; a change that was begun is still made. */
  async close(): Promise<void> {
    clearTimeout(this.#retry);
    await this.#last;
  }

  async #read(): Promise<void> {
    const { store, log } = this.#parts;
    try {
      const records = await store.records(OVERLAY_KIND);
      this.#entries = records.flatMap((record) => {
        const entry = entryOfRecord(record);
        if (entry === undefined)
          log.warn("config_entry_unreadable", `${record.id} of the store cannot be read; it is left out.`);
        return entry === undefined ? [] : [entry];
      });
      const isLate = this.#isWaiting;
      this.#isWaiting = false;
      if (isLate) await this.#listener?.();
    } catch (error) {
      if (!this.#isWaiting) {
        const words = "Endpoints and aliases of the store cannot be read; what the file has is served.";
        log.error("config_store_unavailable", words, {}, error);
      }
      this.#isWaiting = true;
      this.#retry = setTimeout(() => void this.#read(), RETRY_MS).unref();
    }
  }

  async #write({ kind, name, value, version }: OverlayEntry): Promise<number> {
    const { store, folder } = this.#parts;
    // The marker first: without it an entry that was written would be forgotten at the next start.
    if (folder !== undefined)
      await setOverlayMarker(folder).catch((error: unknown) => {
        this.#parts.log.error("config_store_unavailable", "The data folder cannot be written.", {}, error);
        throw unavailable();
      });
    const id = overlayId(kind, name);
    const written = await store.put({ kind: OVERLAY_KIND, id, text: JSON.stringify(value), version });
    if (written !== "changed") return written;
    await this.#read();
    await this.#listener?.();
    throw changed();
  }

  #changeable(kind: OverlayKind, name: string, version: number | undefined): OverlayEntry | undefined {
    if (this.#isWaiting) throw unavailable();
    if (this.#isDemo) throw new OverlayRefusal("read_only", message("overlay.demo"));
    const known = this.#entries.find((entry) => entry.kind === kind && entry.name === name);
    if (version !== undefined && version !== (known?.version ?? 0)) throw changed();
    return known;
  }

  #warn({ entry: { kind, name }, place, problems }: LeftEntry): void {
    const [problem] = problems;
    const reason = place === undefined ? "does not fit" : `is set at ${place} as well, which counts`;
    const found = problem === undefined ? "" : `: ${problem.code}: ${english(problem.message)}`;
    const words = `The ${kind} ${JSON.stringify(name)} of the store ${reason}${found}; it is left out.`;
    this.#parts.log.warn("config_entry_left_out", words, { [kind]: name, code: problem?.code, place });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const ABSENT = {
  endpoint: "overlay.noEndpoint",
  alias: "overlay.noAlias",
  switch: "overlay.noSwitch",
} as const satisfies Readonly<Record<OverlayKind, MessageKey>>;

function unavailable(): OverlayRefusal {
  return new OverlayRefusal("unavailable", message("overlay.unavailable"));
}

function readOnly(name: string, place: string): OverlayRefusal {
  return new OverlayRefusal("read_only", message("overlay.readOnly", { name, place }));
}

function changed(): OverlayRefusal {
  return new OverlayRefusal("changed", message("overlay.changed"));
}
