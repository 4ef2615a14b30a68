// The sentences of `../demo.ts`, 繁體中文.

import type { DEMO_MESSAGES } from "../demo.ts";
import type { SentencesOf } from "../message-table.ts";

/** 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const demoZhTw = (): SentencesOf<typeof DEMO_MESSAGES> => ({
  'demo.counts': '示範流量：{count} 個請求，已回答 {answered} 個（{shares}）',
  'demo.begins': '示範流量：即將開始',
  'demo.between': '、',
  'demo.waiting': '容錯移轉：beta 一開始會失敗，之後也偶爾失敗；這時會由其他端點代為回答',
  'demo.rescued': '容錯移轉：{failed} 失敗（{reason}）後，同一個問題改由 {endpoint} 回答；至今 {count} 次',
});
