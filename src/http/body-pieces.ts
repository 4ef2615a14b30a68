// The pieces of a body that is coming in, and how they become one. A small body keeps its few pieces as they are. A
// large one, or one in very many pieces, is copied into slabs as it comes: a piece of one byte is an object of a hundred,
// the engine's read buffers are not kept alive, and no copy of the whole has to be made in one go.

import type { SlicedWork } from "../core/slices.ts";

/** Up to so many bytes a body is joined at once. */
export const SMALL_BODY_BYTES = 1024 * 1024;

/** A small body keeps so many pieces: as many as the engine's reads of a body of that size are. */
const MAX_PIECES = 64;
const SMALLEST_SLAB_BYTES = 16 * 1024;
/** Memory of this size is worth a call to free it. */
const SMALLEST_FREED_BYTES = 16 * 1024;

/** A large body that has come and is not yet in one piece. */
export type PiecedBody = {
  readonly size: number;
  /** Joins it, a slab a slice; to be run once. */
  readonly inOnePiece: () => SlicedWork<Buffer>;
};

/** Collects one body. */
export class BodyPieces {
  #pieces: Buffer[] = [];
  /** Those of the pieces that are freed once they were copied. */
  #alone: Buffer[] | undefined;
  #size = 0;
  /** Bytes that the last slab has room for; 0 while there are no slabs. */
  #room = 0;
  #isInSlabs = false;

  get size(): number {
    return this.#size;
  }

  /** Takes a piece; it is the caller's no more. `isAlone`: nor is the memory that it lies in. */
  add(piece: Buffer, isAlone = false): void {
    this.#size += piece.length;
    const isFreed = isAlone && isWorthFreeing(piece);
    if (!this.#isInSlabs && this.#size <= SMALL_BODY_BYTES && this.#pieces.length < MAX_PIECES) {
      this.#pieces.push(piece);
      if (!isFreed) return;
      this.#alone ??= [];
      this.#alone.push(piece);
      return;
    }
    if (!this.#isInSlabs) this.#moveIntoSlabs();
    this.#copyIn(piece);
    if (isFreed) giveBack(piece);
  }

  /** What has been collected: one buffer where the body is small. Leaves nothing behind. */
  take(): Buffer | PiecedBody {
    const pieces = this.#pieces;
    const size = this.#size;
    this.#pieces = [];
    this.#size = 0;
    const [first] = pieces;
    if (pieces.length === 1 && first !== undefined && !this.#isInSlabs) return first;
    // Slabs have more room than there are bytes; the rest of the last one is cut off.
    if (size <= SMALL_BODY_BYTES) {
      const whole = Buffer.concat(pieces, size);
      this.#giveBackCopied();
      return whole;
    }
    return { size, inOnePiece: () => joinSlabs(pieces, size) };
  }

  #moveIntoSlabs(): void {
    this.#isInSlabs = true;
    const before = this.#pieces;
    this.#pieces = [];
    for (const piece of before) this.#copyIn(piece);
    this.#giveBackCopied();
  }

  #giveBackCopied(): void {
    const alone = this.#alone;
    this.#alone = undefined;
    if (alone !== undefined) for (const piece of alone) giveBack(piece);
  }

  #copyIn(piece: Buffer): void {
    let from = 0;
    while (from < piece.length) {
      if (this.#room === 0) this.#addSlab();
      const slab = this.#pieces.at(-1) ?? piece;
      const copied = piece.copy(slab, slab.length - this.#room, from);
      from += copied;
      this.#room -= copied;
    }
  }

  /** As large as all before it, so that what is taken is at most twice what has come. */
  #addSlab(): void {
    const bytes = this.#pieces.reduce((sum, slab) => sum + slab.length, 0);
    const room = Math.min(SMALL_BODY_BYTES, Math.max(SMALLEST_SLAB_BYTES, bytes));
    // Memory of its own: a slab of the engine's pool could not be given back alone.
    this.#pieces.push(Buffer.allocUnsafeSlow(room));
    this.#room = room;
  }
}

function* joinSlabs(slabs: readonly Buffer[], size: number): SlicedWork<Buffer> {
  const whole = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (const slab of slabs) {
    at += slab.copy(whole, at, 0, Math.min(slab.length, size - at));
    giveBack(slab);
    yield;
  }
  return whole;
}

/** Whether memory is large enough, and not the pool that Node cuts buffers from, of half its size at most. */
function isWorthFreeing({ buffer, length }: Buffer): boolean {
  if (buffer.byteLength < SMALLEST_FREED_BYTES) return false;
  return buffer.byteLength !== Buffer.poolSize || length > Buffer.poolSize / 2;
}

/**
 * Frees a slab or a piece now and not at the next collection, so that a body needs no room twice, and V8, which counts such
 * memory with its heap, has no reason to collect all of that. Only for memory that nobody else has seen.
 */
function giveBack({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}
