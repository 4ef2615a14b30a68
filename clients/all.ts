// Every client, in the order of the table.

import { AGENTS } from "./agent-rows.ts";
import type { Client } from "./client.ts";
import { LIBRARIES } from "./library-rows.ts";

/** All of them. */
export const CLIENTS: readonly Client[] = [...AGENTS, ...LIBRARIES];
