// What the demo says besides what every gateway says.

import type { MessageTable } from "./message-table.ts";

/** What the demo says besides what every gateway says. */
// biome-ignore format: a table reads best with one row a message
export const DEMO_MESSAGES = {
  'demo.counts': 'Sample traffic: {answered} of {count} requests answered ({shares})',
  'demo.begins': 'Sample traffic: it begins in a moment',
  'demo.between': ', ',
  'demo.waiting': 'Failover: when beta fails, another endpoint answers in its place',
  'demo.rescued': 'Failover: {endpoint} answered when {failed} failed ({reason}); {count} so far',
} as const satisfies MessageTable;
