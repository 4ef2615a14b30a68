// What the admin API works with. Types only: a gateway that runs, or the store alone where none does.

import type { KeyBook } from "../../accounts/key-book.ts";
import type { GatewayConfig } from "../../config/compile.ts";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/summary.ts";
import type { Overlay } from "../../overlay/overlay.ts";
import type { Store } from "../../store/store.ts";
import type { ConfigEditor } from "../../supervise/config-editor.ts";
import type { AdminCredentials } from "../login/credentials.ts";
import type { Tries } from "../login/tries.ts";
import type { LiveDesk } from "./live-desk.ts";
import type { ServingView } from "./serving-view.ts";

/** Where alerts go, as far as people look at it. */
export type AlertDesk = {
  /** Without secrets. */
  targets(): readonly string[];
  /** Sends one that says that it is a test. Never rejects. */
  test(): Promise<
    readonly {
      readonly target: string;
      readonly is_ok: boolean;
      readonly status: number | null;
      readonly error: string | null;
    }[]
  >;
};

/** What the operations use. */
export type AdminParts = {
  readonly clock: Clock;
  readonly log: Log;
  /** Undefined where none is kept (`store: off`). */
  readonly store: Store | undefined;
  /** The client keys; undefined where none can be kept. */
  readonly keys: KeyBook | undefined;
  /** What the store adds to the configuration; undefined where nothing can be kept. */
  readonly overlay: Overlay | undefined;
  /** The configuration in force; that of the file where no gateway runs. */
  readonly config: GatewayConfig;
  /** The password and the sessions. */
  readonly credentials: AdminCredentials;
  /** How often passwords may be tried. */
  readonly tries: Tries;
  /** The header that gives a browser its session for so many seconds, or takes it away. */
  readonly cookie: (secret: string | undefined, maxAgeS: number) => readonly string[];
  /** Changes the file of the running gateway; undefined where none runs, or none is from a file. */
  readonly editor: ConfigEditor | undefined;
  /** Where alerts go; undefined where they go nowhere. */
  readonly alerts: AlertDesk | undefined;
  /** Where pages listen to what goes on. */
  readonly live: LiveDesk;
  /** The gateway that runs; undefined for a command that works on the store alone. */
  readonly serving: ServingView | undefined;
  readonly version: string | undefined;
};
