// What the demo says besides what every gateway says.

import type { MessageTable } from "./message-table.ts";

/** What the demo says besides what every gateway says: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const DEMO_MESSAGES = {
  'demo.counts': ['Sample traffic: {answered} of {count} requests answered ({shares})', '示範流量：{count} 個請求，已回答 {answered} 個（{shares}）'],
  'demo.begins': ['Sample traffic: it begins in a moment', '示範流量：即將開始'],
  'demo.between': [', ', '、'],
  'demo.waiting': ['Failover: when beta fails, another endpoint answers in its place', '容錯移轉：beta 一開始會失敗，之後也偶爾失敗；這時會由其他端點代為回答'],
  'demo.rescued': ['Failover: {endpoint} answered when {failed} failed ({reason}); {count} so far', '容錯移轉：{failed} 失敗（{reason}）後，同一個問題改由 {endpoint} 回答；至今 {count} 次'],
} as const satisfies MessageTable;
