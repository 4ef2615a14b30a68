// All that is known of targets at one moment, as plain data. Types only.

import type { TargetLoadSnapshot } from "../../routing/choice/target-load.ts";
import type { HealthSnapshot } from "../../routing/health/health-snapshot.ts";
import type { ModelBudgetSnapshot } from "../../routing/retry/retry-budgets.ts";
import type { EndpointGateSnapshot } from "./endpoint-gates.ts";

/** What `Targets` knows. Times are of the monotonic clock, in milliseconds. */
export type TargetsSnapshot = {
  readonly health: HealthSnapshot;
  /** Attempts under way and usual waits, of the targets whose strategy weighs them. */
  readonly loads: readonly TargetLoadSnapshot[];
  readonly budgets: readonly ModelBudgetSnapshot[];
  /** Requests under way and waiting at the endpoints that have a limit. */
  readonly gates: readonly EndpointGateSnapshot[];
  /** Attempts under way at each endpoint that has any. */
  readonly underWay: ReadonlyMap<string, number>;
  /** Requests that wait for the end of a rest. */
  readonly awaitingRests: number;
};
