// Why the store cannot do what it is asked for.

/** The reason, for whoever decides by it. */
export type StoreFailureCode =
  | "off"
  | "locked"
  | "full"
  | "read_only"
  | "corrupt"
  | "missing"
  /** The file is of a later version of the program, and is left alone. */
  | "newer"
  /** The question asks for finer steps of time than are kept so far back. */
  | "too_fine"
  /** The answer would have too many lines. */
  | "too_many"
  /** The question makes no sense, such as a cursor that is none. */
  | "bad_question"
  /** The program is closing. */
  | "closed"
  | "failed";

/** A failure of the store; its message is a sentence for people, and names no path. */
export class StoreFailure extends Error {
  readonly code: StoreFailureCode;

  constructor(code: StoreFailureCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "StoreFailure";
    this.code = code;
  }
}
