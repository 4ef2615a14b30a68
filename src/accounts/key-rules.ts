// What a client key may do, besides its name: the words that keys of the configuration and keys of the store have in
// common. Types.

/** How many in a minute, an hour and a day; undefined: no bound. */
export type WindowLimits = {
  readonly minute?: number | undefined;
  readonly hour?: number | undefined;
  readonly day?: number | undefined;
};

/** Bounds on what is asked for in a time, and at the same time. */
export type LimitSettings = {
  readonly requests?: WindowLimits | undefined;
  readonly tokens?: WindowLimits | undefined;
  /** Requests under way. */
  readonly parallel?: number | undefined;
};

/** After which time a budget begins anew; `total`: never. */
export type BudgetPer = "day" | "week" | "month" | "total";

/** How much may be spent. */
export type BudgetSettings = {
  /** Whole nano-dollars. */
  readonly nanoDollars: number;
  readonly per: BudgetPer;
  /** The share of it, above 0 and at most 1, from which on the operator is told; undefined: at no time before its end. */
  readonly warnAt?: number | undefined;
  /** By whose midnight days, weeks and months begin: a name of the IANA data base. */
  readonly timeZone: string;
  /** What becomes of a request whose price nobody knows. */
  readonly unpriced: "allow" | "refuse";
};

/** What a key may do. What is undefined is not bounded. */
export type KeyRules = {
  /** Whom it was given to; for people. */
  readonly owner?: string | undefined;
  /** By which usage is summed up, and that limits and budgets may be for. */
  readonly tags: readonly string[];
  /** Patterns over the names of models. */
  readonly models?: readonly string[] | undefined;
  /** Patterns over the names of endpoints. */
  readonly endpoints?: readonly string[] | undefined;
  /** Addresses and networks (`192.168.1.0/24`, `fd00::/8`) from which it may be used. */
  readonly addresses?: readonly string[] | undefined;
  /** Milliseconds since 1970 from which on it lets nobody in. */
  readonly expiresMs?: number | undefined;
  readonly isDisabled: boolean;
  /** What is asked and answered with it is kept in the log of requests. */
  readonly logsBodies?: boolean | undefined;
  readonly limits?: LimitSettings | undefined;
  readonly budget?: BudgetSettings | undefined;
};
