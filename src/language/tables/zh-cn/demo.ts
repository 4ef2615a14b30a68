// The sentences of `../demo.ts`, 简体中文.

import type { DEMO_MESSAGES } from "../demo.ts";
import type { SentencesOf } from "../message-table.ts";

/** 简体中文. */
// biome-ignore format: a table reads best with one row a message
export const demoZhCn = (): SentencesOf<typeof DEMO_MESSAGES> => ({
  'demo.counts': '示例流量：{count} 个请求，已回答 {answered} 个（{shares}）',
  'demo.begins': '示例流量：即将开始',
  'demo.between': '、',
  'demo.waiting': '故障转移：beta 一开始会失败，之后也偶尔失败；这时会由其他端点代为回答',
  'demo.rescued': '故障转移：{failed} 失败（{reason}）后，同一个问题改由 {endpoint} 回答；至今 {count} 次',
});
