// What the admin side of a gateway is made of. Types.

import type { KeyBook } from "../accounts/key-book.ts";
import type { GatewayConfig } from "../config/compile.ts";
import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/summary.ts";
import type { Overlay } from "../overlay/overlay.ts";
import type { Store } from "../store/store.ts";
import type { AlertDesk } from "./operation/parts.ts";

/** What it is made of. */
export type AdminOptions = {
  readonly clock: Clock;
  readonly log: Log;
  readonly dataDir: string | undefined;
  readonly store: Store | undefined;
  /** For a command without a gateway; else the book is that of the gateway. */
  readonly keys?: KeyBook | undefined;
  /** What the store adds to the configuration; undefined where nothing can be kept. */
  readonly overlay?: Overlay | undefined;
  /** Where alerts go; undefined where they go nowhere. */
  readonly alerts?: AlertDesk | undefined;
  readonly version: string | undefined;
  /** As it is at the start; later that of the running gateway counts. */
  readonly config: GatewayConfig;
  /** Of the environment; stands for `admin.token` where that is not set. */
  readonly token: string | undefined;
  /** Whether a link logs in without a password: where nothing is kept, there is none. */
  readonly hasLoginLink?: boolean;
};
