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
  'page.title': ['# Errors', '# 錯誤'],
  'page.languages': ['English | [繁體中文](zh-TW/errors.md)', '[English](../errors.md) | 繁體中文'],
  'page.intro': ['`oai-gateway explain CODE` prints the same on the terminal.', '在終端機以 `oai-gateway explain CODE` 可得到相同的說明。'],
  'page.requests': ['## Requests', '## 請求'],
  'page.envelope': ['Everything the gateway itself says is OpenAI\'s envelope, `{"error": {"message", "type", "param", "code"}}`, with one of these codes. *Fault* says who has to act; *next* whether another endpoint is tried while nothing has been sent to the client.', '閘道本身的錯誤一律採用 OpenAI 的格式 `{"error": {"message", "type", "param", "code"}}`，並帶有下列代碼之一。「問題出在」指出該由誰處理；「改試」表示尚未送出任何內容給用戶端時，是否改試其他端點。'],
  'page.header': ['| code | status | fault | next | meaning |', '| 代碼 | 狀態 | 問題出在 | 改試 | 意義 |'],
  'page.fault.client': ['client', '呼叫者'],
  'page.fault.gateway': ['gateway', '閘道'],
  'page.fault.upstream': ['upstream', '端點'],
  'page.yes': ['yes', '是'],
  'page.no': ['no', '否'],
  'page.configuration': ['## Configuration', '## 設定檔'],
  'page.code': ['### {code} ({severity})', '### {code}（{severity}）'],
  'page.fix': ['*Fix:* {text}', '*修正：*{text}'],
} as const satisfies MessageTable;
