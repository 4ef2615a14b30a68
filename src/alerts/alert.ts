// What the operator is told of: the words of alerts, and one of them as plain data. Types, and the lists of words.

/** What alerts are about. */
export const ALERT_KINDS = [
  "endpoint_down",
  "endpoint_up",
  "key_dead",
  "budget_warning",
  "budget_spent",
  "budget_unpriced",
  "model_unpriced",
  "config_rejected",
  "ledger_losing",
  "certificate_expiring",
] as const;

/** One of them. */
export type AlertKind = (typeof ALERT_KINDS)[number];

/** Plain data that goes into JSON as it is. Nothing in it is secret. */
export type AlertDetails = { readonly [name: string]: AlertDetail };

type AlertDetail = string | number | boolean | null | readonly AlertDetail[] | AlertDetails;

/** What was found out, before it is decided whether anybody is told. */
export type AlertNews = {
  readonly kind: AlertKind;
  /** How bad it is. */
  readonly level: "info" | "warning" | "error";
  /** What it is about, such as the name of an endpoint: the same kind of the same subject is the same alert. */
  readonly subject: string;
  /** A sentence. */
  readonly text: string;
  readonly details: AlertDetails;
};

/** Who takes news. Returns at once and never throws. `mark`: the same news with the same mark is told once. */
export type TellNews = (news: AlertNews, mark: string) => void;
