// What the store adds to the configuration of a gateway that is about to serve.

import { atMost } from "../../core/at-most.ts";
import type { Environment } from "../../core/env.ts";
import type { Log } from "../../core/summary.ts";
import { Overlay } from "../../overlay/overlay.ts";
import type { Store } from "../../store/store.ts";

/** A store that is locked or on a disk that hangs delays the start no longer; its entries come when they can be read. */
const READ_MS = 2_000;

/** Reads it; undefined where nothing is stored. Never rejects. */
export async function openOverlay(parts: {
  readonly store: Store;
  readonly dataDir: string;
  readonly env: Environment;
  readonly log: Log;
}): Promise<Overlay | undefined> {
  const { store, dataDir, env, log } = parts;
  const { kind } = store.state();
  if (kind === "off") return undefined;
  const overlay = new Overlay({ store, folder: kind === "file" ? dataDir : undefined, env, log });
  await atMost(READ_MS, overlay.load());
  return overlay;
}
