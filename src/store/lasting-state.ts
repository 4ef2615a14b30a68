// What the gateway knows that should outlive the process: whose turn it is, and who has to rest. Small, and rebuilt by
// use where it is lost.

import { createHash } from "node:crypto";
import { atMost } from "../core/at-most.ts";
import type { SavedState } from "./saved-state.ts";

/** Identifies a key at an address without telling either, so that a replaced one does not inherit a rest. */
type SavedFingerprintOf = (endpoint: string, credential: number) => string | undefined;

/** A disk that does not answer delays the start no longer than this. */
const RESTORE_MS = 1_000;

/** What is kept; implemented in `routing/`. */
export type LastingParts = {
  readonly saved: SavedState;
  readonly rotations: {
    exportState(): unknown;
    importState(saved: unknown, isKept: (endpoint: string) => boolean): void;
  };
  readonly cooldowns: {
    exportState(fingerprintOf: SavedFingerprintOf): unknown;
    importState(saved: unknown, fingerprintOf: SavedFingerprintOf): number;
  };
  /** Where stored objects are, in a document of its own. */
  readonly objects?: LastingObjects | undefined;
  /** Endpoints as they are configured now. */
  readonly endpoints: () => readonly LastingEndpoint[];
  /** Changes whenever there is something new to save. */
  readonly revision: () => number;
};

/** What is kept of stored objects; implemented in `objects/`. */
type LastingObjects = {
  readonly saved: SavedState;
  readonly table: {
    /** Changes whenever there is something new to save. */
    readonly revision: number;
    exportState(): unknown;
    importState(saved: unknown, isKept: (endpoint: string) => boolean): void;
  };
};

/** What of an endpoint makes it the one that something was learnt of. */
type LastingEndpoint = {
  readonly name: string;
  readonly baseUrl: string;
  readonly credentials: readonly { readonly id: number; readonly apiKey: string | undefined }[];
};

/** Restores at the start, saves from time to time. */
export class LastingState {
  readonly #parts: LastingParts;
  #savedRevision = 0;
  #savedObjects = 0;
  readonly #provide = (): unknown => ({
    addresses: this.#addresses(),
    rotation: this.#parts.rotations.exportState(),
    cooldowns: this.#parts.cooldowns.exportState(this.#fingerprintOf),
  });
  readonly #provideObjects = (): unknown => ({
    addresses: this.#addresses(),
    objects: this.#parts.objects?.table.exportState(),
  });
  readonly #fingerprintOf: SavedFingerprintOf = (name, credential) => {
    const endpoint = this.#endpoint(name);
    const key = endpoint?.credentials.find(({ id }) => id === credential);
    if (endpoint === undefined || key === undefined) return undefined;
    return digest(`${endpoint.baseUrl}\n${key.apiKey ?? ""}`);
  };
  /** As earlier versions had it, which knew keys and no addresses. */
  readonly #earlierFingerprintOf: SavedFingerprintOf = (name, credential) => {
    const key = this.#endpoint(name)?.credentials.find(({ id }) => id === credential)?.apiKey;
    return key === undefined ? undefined : digest(key);
  };

  constructor(parts: LastingParts) {
    this.#parts = parts;
  }

  /** Before the first request. Whatever the file holds, it does no harm; a disk that is too slow is not waited for. */
  async restore(): Promise<void> {
    await Promise.all([this.#restoreState(), this.#restoreObjects()]);
  }

  async #restoreObjects(): Promise<void> {
    const { objects } = this.#parts;
    if (objects === undefined) return;
    const found = await atMost(RESTORE_MS, objects.saved.load());
    if (typeof found !== "object" || found === null || !("objects" in found)) return;
    const addresses = "addresses" in found ? found.addresses : undefined;
    if (typeof addresses !== "object" || addresses === null) return;
    const known = new Map<string, unknown>(Object.entries(addresses));
    objects.table.importState(found.objects, (name) => {
      const endpoint = this.#endpoint(name);
      return endpoint !== undefined && known.get(name) === digest(endpoint.baseUrl);
    });
    this.#savedObjects = objects.table.revision;
  }

  async #restoreState(): Promise<void> {
    const found = await atMost(RESTORE_MS, this.#parts.saved.load());
    if (typeof found !== "object" || found === null) return;
    const addresses = "addresses" in found ? found.addresses : undefined;
    const isEarlier = typeof addresses !== "object" || addresses === null;
    const known = new Map<string, unknown>(isEarlier ? [] : Object.entries(addresses));
    const isKept = (name: string): boolean => {
      const endpoint = this.#endpoint(name);
      return endpoint !== undefined && (isEarlier || known.get(name) === digest(endpoint.baseUrl));
    };
    const fingerprintOf = isEarlier ? this.#earlierFingerprintOf : this.#fingerprintOf;
    if ("rotation" in found) this.#parts.rotations.importState(found.rotation, isKept);
    if ("cooldowns" in found) this.#parts.cooldowns.importState(found.cooldowns, fingerprintOf);
  }

  /** Saves if there is something new; cheap enough for every beat. */
  beat(): void {
    this.#beatObjects();
    const revision = this.#parts.revision();
    if (revision === this.#savedRevision) return;
    this.#savedRevision = revision;
    this.#parts.saved.save(this.#provide);
  }

  #beatObjects(): void {
    const { objects } = this.#parts;
    if (objects === undefined || objects.table.revision === this.#savedObjects) return;
    this.#savedObjects = objects.table.revision;
    objects.saved.save(this.#provideObjects);
  }

  async close(): Promise<void> {
    this.beat();
    await Promise.all([this.#parts.saved.flush(), this.#parts.objects?.saved.flush()]);
  }

  #addresses(): unknown {
    return Object.fromEntries(this.#parts.endpoints().map((one) => [one.name, digest(one.baseUrl)]));
  }

  #endpoint(name: string): LastingEndpoint | undefined {
    return this.#parts.endpoints().find((endpoint) => endpoint.name === name);
  }
}

function digest(text: string): string {
  return createHash("sha256").update(`oai-gateway ${text}`).digest("hex").slice(0, 16);
}
