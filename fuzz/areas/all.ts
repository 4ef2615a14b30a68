// The list of areas.

import type { Area } from "../area.ts";
import { BODIES } from "./bodies.ts";
import { CONFIG_FILES } from "./config-files.ts";
import { HEADS } from "./heads.ts";
import { KEYED_ERRORS } from "./keyed-errors.ts";
import { LOOPS } from "./loops.ts";
import { MODEL_LISTS } from "./model-lists.ts";
import { MULTIPART } from "./multipart.ts";
import { STREAMS } from "./streams.ts";
import { TRICKLES } from "./trickles.ts";

/** Every area, in the order in which they take turns. */
export const AREAS: readonly Area[] = [
  HEADS,
  BODIES,
  MULTIPART,
  STREAMS,
  MODEL_LISTS,
  CONFIG_FILES,
  LOOPS,
  TRICKLES,
  KEYED_ERRORS,
];
