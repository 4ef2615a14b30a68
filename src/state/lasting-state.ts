// What the gateway knows that should outlive the process: whose turn it is, and who has to rest. Small, and rebuilt by
// use where it is lost. Made by `gateway.ts`; the file is `saved-state.ts`.

import { createHash } from "node:crypto";
import type { SavedState } from "./saved-state.ts";

/** Identifies a key without telling it, so that a replaced key does not inherit a rest. */
type FingerprintOf = (endpoint: string, credential: number) => string | undefined;

/** What is kept; implemented in `routing/`. */
export type LastingParts = {
  readonly saved: SavedState;
  readonly rotations: { exportState(): unknown; importState(saved: unknown): void };
  readonly cooldowns: {
    exportState(fingerprintOf: FingerprintOf): unknown;
    importState(saved: unknown, fingerprintOf: FingerprintOf): number;
  };
  /** The key now configured; undefined for none. */
  readonly keyOf: (endpoint: string, credential: number) => string | undefined;
  /** Changes whenever there is something new to save. */
  readonly revision: () => number;
};

/** Restores at the start, saves from time to time. */
export class LastingState {
  readonly #parts: LastingParts;
  #savedRevision = 0;
  readonly #provide = (): unknown => ({
    rotation: this.#parts.rotations.exportState(),
    cooldowns: this.#parts.cooldowns.exportState(this.#fingerprintOf),
  });
  readonly #fingerprintOf: FingerprintOf = (endpoint, credential) => {
    const key = this.#parts.keyOf(endpoint, credential);
    return key === undefined
      ? undefined
      : createHash("sha256").update(`oai-gateway ${key}`).digest("hex").slice(0, 16);
  };

  constructor(parts: LastingParts) {
    this.#parts = parts;
  }

  /** Before the first request. Whatever the file holds, it does no harm. */
  async restore(): Promise<void> {
    const found = await this.#parts.saved.load();
    if (typeof found !== "object" || found === null) return;
    if ("rotation" in found) this.#parts.rotations.importState(found.rotation);
    if ("cooldowns" in found) this.#parts.cooldowns.importState(found.cooldowns, this.#fingerprintOf);
  }

  /** Saves if there is something new; cheap enough for every beat. */
  beat(): void {
    const revision = this.#parts.revision();
    if (revision === this.#savedRevision) return;
    this.#savedRevision = revision;
    this.#parts.saved.save(this.#provide);
  }

  async close(): Promise<void> {
    this.beat();
    await this.#parts.saved.flush();
  }
}
