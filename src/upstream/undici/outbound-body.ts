// The body of a request as the HTTP library takes it. A small one is a buffer, written with the head. A large one is
// handed over piece by piece and let go with its last piece, since the library keeps a buffer until the answer's end.

/** Above it a body goes out in pieces. */
const WHOLE_BYTES = 16 * 1024;

/** One write. TLS encrypts all that it is given in one go. */
const PIECE_BYTES = 256 * 1024;

/** What is given to the library, and the headers that go with it. */
export type SentBody = {
  readonly body: Buffer | Iterable<Buffer> | null;
  readonly headers: readonly string[];
};

/** The body, with a Content-Length among the headers where the library cannot know it. */
export function sentBody(body: Buffer | readonly Buffer[] | undefined, headers: readonly string[]): SentBody {
  if (body === undefined) return { body: null, headers };
  if (Buffer.isBuffer(body) && body.length <= WHOLE_BYTES) return { body, headers };
  const pieces: readonly Buffer[] = Buffer.isBuffer(body) ? [body] : body;
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  if (size > WHOLE_BYTES)
    return { body: new OneShot(pieces), headers: [...headers, "content-length", String(size)] };
  return { body: Buffer.concat(pieces, size), headers };
}

/** Gives its pieces once, and holds none that was given. */
class OneShot implements Iterable<Buffer>, Iterator<Buffer> {
  readonly #left: Buffer[];

  constructor(pieces: readonly Buffer[]) {
    this.#left = [...pieces].reverse();
  }

  [Symbol.iterator](): Iterator<Buffer> {
    return this;
  }

  next(): IteratorResult<Buffer, undefined> {
    const piece = this.#left.pop();
    if (piece === undefined) return { done: true, value: undefined };
    if (piece.length > PIECE_BYTES) this.#left.push(piece.subarray(PIECE_BYTES));
    return { done: false, value: piece.subarray(0, PIECE_BYTES) };
  }
}
