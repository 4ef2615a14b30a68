// What alerts are found out from, as plain data of one moment. Types only; whoever owns the gateway reads it.

/** An endpoint that is enabled. */
export type WatchedEndpoint = {
  readonly name: string;
  /** `unknown`: it was not asked anything yet. */
  readonly health: "up" | "down" | "unknown";
  /** What is wrong, as a clause; empty where nothing is known. */
  readonly reason: string;
};

/** A key of an endpoint that is refused, or whose account is empty. */
export type DeadKey = {
  readonly endpoint: string;
  /** Its place among the endpoint's keys, from 1. */
  readonly number: number;
  readonly hasSeveral: boolean;
  readonly why: "refused" | "refused_list" | "account_empty";
  /** Until when it is not used; milliseconds since 1970. */
  readonly untilMs: number;
};

/** All of it. */
export type WatchedState = {
  readonly endpoints: readonly WatchedEndpoint[];
  readonly deadKeys: readonly DeadKey[];
  readonly store: {
    readonly isOk: boolean;
    /** A word, such as `full`. */
    readonly health: string;
    /** Rows that could not be kept since the start. */
    readonly lost: number;
  };
  /** When the listener's certificate ends; undefined without one, and while that is far away. */
  readonly certificateEndMs: number | undefined;
};
