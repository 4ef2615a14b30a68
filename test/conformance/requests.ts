// All hostile and odd requests.

import type { RequestRow } from "./request-row.ts";
import { CHUNKS } from "./requests/chunks.ts";
import { CONNECTIONS } from "./requests/connections.ts";
import { DISGUISES } from "./requests/disguises.ts";
import { DRIPS } from "./requests/drips.ts";
import { ENDS } from "./requests/ends.ts";
import { FIELDS } from "./requests/fields.ts";
import { FRAMING } from "./requests/framing.ts";
import { LINES } from "./requests/lines.ts";

export const REQUESTS: readonly RequestRow[] = [
  ...LINES,
  ...FIELDS,
  ...FRAMING,
  ...DISGUISES,
  ...CHUNKS,
  ...CONNECTIONS,
  ...ENDS,
  ...DRIPS,
];
