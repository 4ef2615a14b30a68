// The list of areas.

import type { Area } from "../area.ts";
import { BODIES } from "./bodies.ts";
import { CONFIG_FILES } from "./config-files.ts";
import { ENGINE_REQUESTS } from "./engine-requests.ts";
import { ENGINE_RESPONSES } from "./engine-responses.ts";
import { HEADS } from "./heads.ts";
import { KEYED_ERRORS } from "./keyed-errors.ts";
import { LOOPS } from "./loops.ts";
import { MODEL_LISTS } from "./model-lists.ts";
import { MULTIPART } from "./multipart.ts";
import { STREAMS } from "./streams.ts";
import { TRICKLES } from "./trickles.ts";

/** Areas that compare the engine's parsers with others. */
export const ENGINE_AREAS: readonly Area[] = [ENGINE_REQUESTS, ENGINE_RESPONSES];

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
  ...ENGINE_AREAS,
];
