// What a gateway that runs as a service says: variables of its own, credentials of the service manager.

import type { MessageTable } from "./message-table.ts";

/** What a gateway that runs as a service says: variables, credentials: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const SERVER_MESSAGES = {
  'variable.wrong': ['{name} must be {wanted}, found "{value}".', '環境變數 {name} 必須是{wanted}，但得到「{value}」。'],
  'variable.fix': ['set {name} to {example}, or unset it', '把 {name} 設為 {example}，或取消這個變數'],
  'variable.config': ['the path of a configuration file that exists', '一個存在的設定檔路徑'],
  'variable.configFix': ['correct the path in OAI_GATEWAY_CONFIG, or unset it to have the file looked for', '修正 OAI_GATEWAY_CONFIG 的路徑，或取消這個變數，讓程式自行尋找設定檔'],
  'variable.misspelt': ['{name} is not read here; did you mean {near}?', '這裡不會讀取環境變數 {name}；是不是要寫 {near}？'],
  'variable.host': ['an address or a host name, without scheme, port or path', '位址或主機名稱，不含通訊協定、連接埠與路徑'],
  'variable.level': ['one of {values}', '下列之一：{values}'],
  'variable.open': ['OAI_GATEWAY_HOST says so: put server.api_keys into {file}, or set OAI_GATEWAY_HOST=127.0.0.1, or pass --allow-anonymous if everyone who reaches it may use it', '這個位址來自 OAI_GATEWAY_HOST：請在 {file} 設定 server.api_keys，或改為 OAI_GATEWAY_HOST=127.0.0.1；若允許任何連得到的人使用，請加 --allow-anonymous'],
  'variable.openDemo': ['the demo has no client keys: pass --host 127.0.0.1', '示範模式沒有用戶端金鑰：請加上 --host 127.0.0.1'],
  'variable.address': ['set OAI_GATEWAY_HOST to 127.0.0.1 or to an address of this machine', '把 OAI_GATEWAY_HOST 設為 127.0.0.1，或這台電腦的某個位址'],
  'variable.taken': ['set OAI_GATEWAY_PORT to another port, such as {port}', '把 OAI_GATEWAY_PORT 設為其他連接埠，例如 {port}'],
  'credential.unreadable': ['the credential {name} cannot be read ({code})', '無法讀取憑證檔 {name}（{code}）'],
  'credential.noFile': ['the credential {name} is no plain file', '憑證檔 {name} 不是一般檔案'],
  'credential.large': ['the credential {name} is larger than 64 KiB', '憑證檔 {name} 超過 64 KiB'],
  'credential.noText': ['the credential {name} is no UTF-8 text', '憑證檔 {name} 不是 UTF-8 文字'],
  'credential.empty': ['the credential {name} is empty', '憑證檔 {name} 是空的'],
  'credential.lines': ['the credential {name} has several lines, or a control character', '憑證檔 {name} 有好幾行，或含有控制字元'],
  'credential.fix': ['put the value alone, on one line, into the file that the service hands over as {name} (LoadCredential={name}:PATH), and start the service again', '讓服務以 {name} 交付的檔案（LoadCredential={name}:PATH）只含一行值，再重新啟動服務'],
  'credential.hint': ['hand it over as a credential (LoadCredential={name}:PATH)', '以憑證檔交付（LoadCredential={name}:PATH）'],
  'service.status': ['{url}, endpoints: {endpoints}, models: {models}', '{url}，端點：{endpoints}，模型：{models}'],
} as const satisfies MessageTable;
