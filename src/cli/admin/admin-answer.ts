// What commands ask the admin API, and what it answers them. Types.

/** A request to the admin API; the target is below `/admin/v1`. */
export type AdminAsk = { readonly method: string; readonly target: string; readonly body?: unknown };

/** What it answered: a status of HTTP, and a value as its OpenAPI document has it. */
export type AdminAnswer = {
  readonly status: number;
  readonly value: unknown;
  /** The process of the gateway that answered; undefined where none runs. */
  readonly pid: number | undefined;
};
