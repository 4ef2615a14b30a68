// How problems of the configuration are laid out.

import type { MessageTable } from "./message-table.ts";

/** How problems of the configuration are laid out: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const CONFIG_CHECK_MESSAGES = {
  'problem.error': ['error', '錯誤'],
  'problem.warning': ['warning', '警告'],
  'problem.note': ['note', '附註'],
  'problem.fix': ['fix', '修正'],
  'problem.labelled': ['{label}: {words}', '{label}：{words}'],
  'problem.more': ['{count} more problems: oai-gateway check', '另有 {count} 個問題：oai-gateway check'],
  'problem.oneMore': ['1 more problem: oai-gateway check', '另有 1 個問題：oai-gateway check'],
  'problem.docs': ['docs: oai-gateway explain {code}', '說明：oai-gateway explain {code}'],
} as const satisfies MessageTable;
