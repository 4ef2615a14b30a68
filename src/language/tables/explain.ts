// What `explain` and the page of errors say around the codes.

import type { MessageTable } from "./message-table.ts";

/** What `explain` and the page of errors say around the codes: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const EXPLAIN_MESSAGES = {
  'explain.config': ['{code} ({severity} in the configuration)', '{code}（設定檔的{severity}）'],
  'explain.error': ['error', '錯誤'],
  'explain.warning': ['warning', '警告'],
  'explain.status': ['status {status}, type {type}', '狀態 {status}，類型 {type}'],
  'explain.fault': ['at fault: {who}', '問題出在：{who}'],
  'fault.client': ['the caller', '呼叫者'],
  'fault.gateway': ['this gateway', '本閘道'],
  'fault.upstream': ['the endpoint', '端點'],
  'explain.retried': ['another endpoint is tried first', '會先改試其他端點'],
  'explain.final': ['never tried again', '不會重試'],
  'explain.strike': ['counts against the endpoint\'s health', '計入端點的失敗'],
  'explain.requests': ['Codes of requests', '請求的代碼'],
  'explain.configuration': ['Codes of the configuration', '設定檔的代碼'],
  'explain.more': ['oai-gateway explain CODE says more of one.', '以 oai-gateway explain 代碼 查看單一代碼的說明。'],
  'explain.list': ['oai-gateway explain lists all codes', '以 oai-gateway explain 列出所有代碼'],
} as const satisfies MessageTable;
