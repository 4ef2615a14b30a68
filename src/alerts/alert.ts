// What the operator is told of: the words of alerts, and one of them as plain data. Types, and the lists of words.

import type { FlatHeaders } from "../http/message.ts";
import type { Peer } from "../upstream/client.ts";

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

/** That something is over: what is said then, and by which kind where that is another one. */
export type SolvedNews = {
  readonly kind?: AlertKind;
  readonly text: string;
  readonly details: AlertDetails;
};

/** One telling of an alert, as webhooks get it. */
export type Alert = {
  /** Of this telling: one that is sent again has the same. */
  readonly id: string;
  readonly kind: AlertKind | "test";
  /** `flapping`: it comes and goes, and is not told again before it has been one way for a while. */
  readonly state: "raised" | "solved" | "flapping";
  readonly level: AlertNews["level"];
  readonly subject: string;
  readonly text: string;
  /** When this began; milliseconds since 1970, as is the time of the telling. */
  readonly firstSeenMs: number;
  readonly toldMs: number;
  /** How often the same was held back since it was told before. */
  readonly heldBack: number;
  readonly details: AlertDetails;
};

/** The form of what is posted. */
export const ALERT_FORMATS = ["json", "slack", "discord"] as const;

/** One of them. */
export type AlertFormat = (typeof ALERT_FORMATS)[number];

/** One webhook as it is configured. Its address and headers are secrets. */
export type WebhookSettings = {
  /** What people call it; undefined where it has no name. */
  readonly name: string | undefined;
  readonly format: AlertFormat;
  /** Undefined: all. */
  readonly kinds: ReadonlySet<AlertKind> | undefined;
  readonly peer: Peer;
  /** Path and query. */
  readonly path: string;
  readonly headers: FlatHeaders;
};

/** The alerts of a configuration. */
export type AlertSettings = {
  readonly webhooks: readonly WebhookSettings[];
  /** The same alert is told at most once in this time. */
  readonly repeatMs: number;
  /** For so long an endpoint has to be gone before anybody is told. */
  readonly downAfterMs: number;
};
