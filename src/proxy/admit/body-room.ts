// The room for request bodies in memory: a bound over all of them, taken for what has come and never for what was
// announced. When it is used up, a body that is still coming has to go: the one that has made no headway for longest.
// A part of the room is kept for small bodies, so that uploads never keep prompts out. One per gateway.

import type { BodyMeter } from "../../http/message.ts";

const MEBIBYTE = 1024 * 1024;
/** A body up to this is small: a usual prompt. */
const SMALL_BYTES = MEBIBYTE;
/** The share of the room that large bodies may fill. */
const LARGE_SHARE = 7 / 8;
/** So many bytes more are headway. */
const STEP_BYTES = 64 * 1024;

/** The bound for a process that may use so much memory, in bytes. */
export function bodyRoomBytes(memoryLimitBytes: number): number {
  // Bodies are outside the heap; a quarter leaves room for answers under way and for the copies of large uploads.
  return Math.max(128 * MEBIBYTE, Math.min(2_048 * MEBIBYTE, memoryLimitBytes / 4));
}

/** All bodies that are held. */
export class BodyRoom {
  readonly #limitBytes: number;
  #bytes = 0;
  /** Large bodies that are held, whole ones too. */
  #largeCount = 0;
  /** Those that are still coming, the one without headway for longest first. */
  readonly #comingSmall = new Set<BodyHold>();
  readonly #comingLarge = new Set<BodyHold>();

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Bytes of request bodies held now. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Bodies that are still coming in, beyond their first piece. */
  get coming(): number {
    return this.#comingSmall.size + this.#comingLarge.size;
  }

  /** Whether so many bytes could be kept for later without keeping bodies out. */
  hasRoomToKeep(bytes: number): boolean {
    return this.#bytes + bytes <= this.#limitBytes / 2;
  }

  /** For one body. */
  open(): BodyHold {
    return new BodyHold(this);
  }

  /** For `BodyHold` only. */
  take(hold: BodyHold, bytes: number): boolean {
    const after = hold.bytes + bytes;
    const isLarge = after > SMALL_BYTES;
    const limit = isLarge ? this.#limitBytes * LARGE_SHARE : this.#limitBytes;
    while (this.#bytes + bytes > limit) {
      // A large body alone always has room, whatever its size: that is bounded by `server.max_body`.
      if (isLarge && this.#largeCount === (hold.bytes > SMALL_BYTES ? 1 : 0)) break;
      if (!this.#shedFor(hold, isLarge)) return false;
    }
    this.#bytes += bytes;
    if (isLarge && hold.bytes <= SMALL_BYTES) this.#largeCount += 1;
    return true;
  }

  /** For `BodyHold` only: it has made headway, and is the last to be given up. */
  noteHeadway(hold: BodyHold): void {
    const isLarge = hold.bytes > SMALL_BYTES;
    this.#comingSmall.delete(hold);
    this.#comingLarge.delete(hold);
    (isLarge ? this.#comingLarge : this.#comingSmall).add(hold);
  }

  /** For `BodyHold` only: it is whole or gone. */
  noteEnd(hold: BodyHold): void {
    if (!this.#comingSmall.delete(hold)) this.#comingLarge.delete(hold);
  }

  /** For `BodyHold` only, before it counts less. */
  shrink(hold: BodyHold, bytes: number): void {
    this.#bytes -= bytes;
    if (hold.bytes > SMALL_BYTES && hold.bytes - bytes <= SMALL_BYTES) this.#largeCount -= 1;
  }

  /** Gives one up, a large one if there is any; false when it would have to be the one that asks. */
  #shedFor(asking: BodyHold, isLarge: boolean): boolean {
    const victim = firstOf(this.#comingLarge) ?? (isLarge ? undefined : firstOf(this.#comingSmall));
    if (victim === undefined || victim === asking) return false;
    victim.shed();
    return true;
  }
}

/** What one body takes of the room. */
export class BodyHold implements BodyMeter {
  readonly #room: BodyRoom;
  #bytes = 0;
  #markedBytes = 0;
  #isComing = false;
  onShed: (() => void) | undefined = undefined;

  constructor(room: BodyRoom) {
    this.#room = room;
  }

  /** Bytes counted. */
  get bytes(): number {
    return this.#bytes;
  }

  take(bytes: number, isLast: boolean): boolean {
    if (!this.#room.take(this, bytes)) return false;
    this.#bytes += bytes;
    if (isLast) return true;
    if (this.#isComing && this.#bytes < this.#markedBytes + STEP_BYTES) return true;
    this.#isComing = true;
    this.#markedBytes = this.#bytes;
    this.#room.noteHeadway(this);
    return true;
  }

  finish(): void {
    if (!this.#isComing) return;
    this.#isComing = false;
    this.#room.noteEnd(this);
  }

  /** So much is left: what was packed is gone. */
  shrinkTo(bytes: number): void {
    const surplus = this.#bytes - bytes;
    if (surplus <= 0) return;
    this.#room.shrink(this, surplus);
    this.#bytes = bytes;
  }

  release(): void {
    this.finish();
    this.shrinkTo(0);
  }

  /** Gives the body up, for others. Its reader takes note; the room is free at once. */
  shed(): void {
    const { onShed } = this;
    this.release();
    onShed?.();
  }
}

function firstOf(holds: ReadonlySet<BodyHold>): BodyHold | undefined {
  for (const hold of holds) return hold;
  return undefined;
}
