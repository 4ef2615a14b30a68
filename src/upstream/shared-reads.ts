// The memory that connections are read into: one buffer for all of them, out of which each read is copied at once. Without
// it the system is given 64 KiB of new memory for each read, of which an event of a stream needs a few hundred bytes.

import type { OnReadOpts } from "node:net";

/** As much as the engine asks for in one read. */
const READ_BYTES = 64 * 1024;
/** Small reads lie in slabs of this size. Whoever keeps one keeps its slab: a larger one would be much for a few bytes. */
const SLAB_BYTES = 8 * 1024;
/** A larger read has memory of its own. */
const MAX_SLAB_READ_BYTES = SLAB_BYTES / 4;

/** Takes what a connection was read for; it is the taker's. False: nobody has asked for it, and the socket gets it. */
export type ReadTaker = (read: Buffer) => boolean;

/** Reads for any number of connections, one after the other. */
export class SharedReads {
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #used = 0;

  /**
   * The option of a connection by which it is read here, and `data` is not told of what `taker` takes. `socketOf`: the
   * connection.
   */
  option(taker: ReadTaker, socketOf: () => { push(read: Buffer): boolean }): OnReadOpts {
    return {
      buffer: this.#buffer,
      // Before it has returned no other connection is read. False stops the reading.
      callback: (bytes) => {
        const read = this.#copy(bytes);
        return taker(read) || socketOf().push(read);
      },
    };
  }

  #copy(bytes: number): Buffer {
    const copy = bytes > MAX_SLAB_READ_BYTES ? Buffer.allocUnsafeSlow(bytes) : this.#room(bytes);
    this.#buffer.copy(copy, 0, 0, bytes);
    return copy;
  }

  #room(bytes: number): Buffer {
    if (this.#used + bytes > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used = from + bytes;
    return this.#slab.subarray(from, this.#used);
  }
}
