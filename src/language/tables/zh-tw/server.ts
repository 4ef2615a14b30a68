// The sentences of `../server.ts`, 繁體中文.

import type { SentencesOf } from "../message-table.ts";
import type { SERVER_MESSAGES } from "../server.ts";

/** 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const serverZhTw = (): SentencesOf<typeof SERVER_MESSAGES> => ({
  'variable.wrong': '環境變數 {name} 必須是{wanted}，但得到「{value}」。',
  'variable.fix': '把 {name} 設為 {example}，或取消這個變數',
  'variable.config': '一個存在的設定檔路徑',
  'variable.configFix': '修正 OAI_GATEWAY_CONFIG 的路徑，或取消這個變數，讓程式自行尋找設定檔',
  'variable.misspelt': '這裡不會讀取環境變數 {name}；是不是要寫 {near}？',
  'variable.host': '位址或主機名稱，不含通訊協定、連接埠與路徑',
  'variable.level': '下列之一：{values}',
  'variable.open': '這個位址來自 OAI_GATEWAY_HOST：請在 {file} 設定 server.api_keys，或改為 OAI_GATEWAY_HOST=127.0.0.1；若允許任何連得到的人使用，請加 --allow-anonymous',
  'variable.openDemo': '示範模式沒有用戶端金鑰：請加上 --host 127.0.0.1',
  'variable.address': '把 OAI_GATEWAY_HOST 設為 127.0.0.1，或這台電腦的某個位址',
  'variable.taken': '把 OAI_GATEWAY_PORT 設為其他連接埠，例如 {port}',
  'credential.unreadable': '無法讀取憑證檔 {name}（{code}）',
  'credential.noFile': '憑證檔 {name} 不是一般檔案',
  'credential.large': '憑證檔 {name} 超過 64 KiB',
  'credential.noText': '憑證檔 {name} 不是 UTF-8 文字',
  'credential.empty': '憑證檔 {name} 是空的',
  'credential.lines': '憑證檔 {name} 有好幾行，或含有控制字元',
  'credential.fix': '讓服務以 {name} 交付的檔案（LoadCredential={name}:PATH）只含一行值，再重新啟動服務',
  'credential.hint': '以憑證檔交付（LoadCredential={name}:PATH）',
  'service.status': '{url}，端點：{endpoints}，模型：{models}',
});
