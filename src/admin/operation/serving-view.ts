// What the admin API reads of a running gateway, and the little that it may change there. Types only.

import type { Gateway } from "../../gateway.ts";

/** A running gateway, as far as it is administered. */
export type ServingView = Pick<
  Gateway,
  | "snapshot"
  | "targets"
  | "answerAs"
  | "watch"
  | "asking"
  | "catalogue"
  | "plan"
  | "reset"
  | "emptyCache"
  | "config"
  | "table"
  | "url"
  | "clients"
>;
