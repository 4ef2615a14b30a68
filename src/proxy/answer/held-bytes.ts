// Bytes that are held back, in the pieces in which they came: joined when they are wanted, and not with each piece, which
// may be of one byte.

const NOTHING: Buffer = Buffer.alloc(0);
/** The longest blank line but for its last byte: of it so much may have come before. */
const END_BYTES = 3;

/** A few pieces, or very many. */
export class HeldBytes {
  #pieces: Buffer[] = [];
  #size = 0;
  #end: Buffer = NOTHING;

  get size(): number {
    return this.#size;
  }

  /** The last three bytes. */
  get end(): Buffer {
    return this.#end;
  }

  add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#pieces.push(piece);
    this.#size += piece.length;
    this.#end =
      piece.length >= END_BYTES
        ? piece.subarray(-END_BYTES)
        : Buffer.concat([this.#end, piece]).subarray(-END_BYTES);
  }

  /** All of them; one piece is not copied. */
  joined(): Buffer {
    if (this.#pieces.length > 1) this.#pieces = [Buffer.concat(this.#pieces, this.#size)];
    return this.#pieces[0] ?? NOTHING;
  }

  /** The same, and holds nothing any more. */
  take(): Buffer {
    const all = this.joined();
    this.clear();
    return all;
  }

  clear(): void {
    // Nearly always, with each event of a stream, there is nothing.
    if (this.#size === 0) return;
    this.#pieces = [];
    this.#size = 0;
    this.#end = NOTHING;
  }
}
