// What an area of fuzzing is: where its inputs come from and how one is judged. Implemented in `areas/`; run by
// `main.ts` and, for the inputs that are kept, by `test/corpus.test.ts`.

import type { Random } from "./random.ts";

/** One kind of input. */
export type Area = {
  readonly name: string;
  /** A new input, the same for the same random numbers. */
  make(random: Random): Buffer;
  /** Starts what the inputs are given to. */
  open(): Promise<OpenArea>;
};

/** A running area. */
export type OpenArea = {
  /**
   * Gives the input to the code and says what is wrong with what it did; undefined when nothing is. All it does
   * follows from the input alone.
   */
  check(input: Buffer): Promise<Finding | undefined>;
  close(): Promise<void>;
};

/** Something that must not happen. */
export type Finding = {
  /** A stable short word; an input that is made smaller has to keep it. */
  readonly kind: string;
  readonly detail: string;
};

/** A finding with its detail cut to what fits a terminal. */
export function finding(kind: string, detail: string | Buffer): Finding {
  const text = typeof detail === "string" ? detail : detail.toString("latin1");
  return { kind, detail: text.length > 600 ? `${text.slice(0, 600)}…` : text };
}

/** Rejects when the work takes too long; the work itself goes on. */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TooSlow(ms)), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Thrown by `within`. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`no result within ${ms} ms`);
    this.name = "TooSlow";
  }
}
