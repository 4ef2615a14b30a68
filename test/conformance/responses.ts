// All hostile and odd answers.

import type { ResponseRow } from "./response-row.ts";
import { BODIES } from "./responses/bodies.ts";
import { CHUNKS } from "./responses/chunks.ts";
import { CONNECTIONS } from "./responses/connections.ts";
import { DISGUISES } from "./responses/disguises.ts";
import { DRIPS } from "./responses/drips.ts";
import { HEADS } from "./responses/heads.ts";

export const RESPONSES: readonly ResponseRow[] = [
  ...HEADS,
  ...BODIES,
  ...CHUNKS,
  ...DISGUISES,
  ...CONNECTIONS,
  ...DRIPS,
];
