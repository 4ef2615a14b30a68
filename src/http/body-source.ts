// The seam between an engine and the reader of a body: where its pieces come from, whichever engine it is.

/** Who takes a body. */
export interface BodySink {
  /**
   * A piece; it is the sink's. `isAlone`: nothing else of use is in the memory that it lies in, which the sink may free.
   */
  onData(piece: Buffer, isAlone?: boolean): void;
  /** The body is whole. */
  onEnd(): void;
  /** No more will come, and it is not whole. Also called after `onEnd`, or twice. */
  onBroken(cause: Error | undefined): void;
}

/** A body that is coming. */
export interface BodySource {
  /** Gives what has come to the sink, and what will. One sink; may call it at once. */
  pour(sink: BodySink): void;
  /** The sink wants no more: what still comes is dropped as it comes. */
  drop(): void;
  /** Reads no more of the connection in this turn of the event loop. */
  rest(): void;
}
