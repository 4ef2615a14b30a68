// What commands say around their data.

import type { MessageTable } from "./message-table.ts";

/** What commands say around their data: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const COMMANDS_MESSAGES = {
  'check.ok': ['{file}: endpoints: {endpoints}, aliases: {overrides}, model names in the file: {models}', '{file}：端點 {endpoints} 個、別名 {overrides} 個、檔案裡寫明的模型名稱 {models} 個'],
  'check.empty': ['{file}: no mistakes, but no endpoint either: every request would be answered with no_endpoints', '{file}：沒有錯誤，但也沒有可用的端點：所有請求都會收到 no_endpoints 錯誤'],
  'models.none': ['no models.', '沒有模型。'],
  'route.unknown': ['no endpoint serves "{model}".', '沒有端點提供「{model}」。'],
  'route.next': ['next', '下一個'],
  'route.priority': ['priority {priority}', '優先序 {priority}'],
  'route.fallbacks': ['falls back to {models}', '備援模型：{models}'],
  'route.live': ['as the running gateway has it now (process {pid})', '依執行中閘道目前的狀態（處理程序 {pid}）'],
  'route.notLive': ['no gateway runs with this configuration: shown as it is with every endpoint in health', '目前沒有閘道使用這份設定執行：以下假設所有端點都正常'],
  'rest.line': ['{what}: {why}; until {until}', '{what}：{why}；到 {until} 為止'],
  'reset.nothing': ['nothing rested in the running gateway (process {pid}).', '執行中的閘道（處理程序 {pid}）沒有任何冷卻或停用。'],
  'reset.one': ['ended in the running gateway (process {pid}):', '已在執行中的閘道（處理程序 {pid}）結束：'],
  'reset.many': ['{count} ended in the running gateway (process {pid}):', '已在執行中的閘道（處理程序 {pid}）結束 {count} 項：'],
  'reset.noGateway': ['no gateway of yours runs with this configuration: {config}.', '找不到你以這份設定執行的閘道：{config}。'],
  'reset.noFile': ['none (found keys and local servers)', '沒有設定檔（採用找到的金鑰與本機伺服器）'],
  'reset.unknownEndpoint': ['the running gateway has no endpoint "{endpoint}"; it has: {known}.', '執行中的閘道沒有「{endpoint}」這個端點；現有：{known}。'],
  'explain.unknown': ['there is no code "{code}".', '沒有「{code}」這個代碼。'],
  'init.exists': ['{file} exists already.', '{file} 已存在。'],
  'init.written': ['wrote {file}', '已寫入 {file}'],
  'init.nothing': ['found no API keys in the environment or in .env, and no local servers.', '環境變數與 .env 中都沒有 API 金鑰，本機也沒有伺服器。'],
  'init.needsTty': ['init asks questions and needs a terminal.', 'init 會提問，需要終端機。'],
  'ask.useFound': ['Use {name} ({source})?', '要使用 {name}（{source}）嗎？'],
  'ask.another': ['Add another endpoint?', '要再加一個端點嗎？'],
  'ask.url': ['Its base URL (such as https://api.example.com/v1)', '它的 base URL（例如 https://api.example.com/v1）'],
  'ask.name': ['A name for it', '為它取個名稱'],
  'ask.keyVariable': ['Environment variable with its key (empty: none)', '存放金鑰的環境變數（留空表示不需要）'],
  'ask.weight': ['Its weight', '它的權重'],
  'ask.badVariable': ['That is no name of a variable. Keys stay in the environment or in .env; the file only names them.', '這不是變數名稱。金鑰請放在環境變數或 .env，設定檔只寫變數名稱。'],
  'ask.badName': ['A name has letters, digits, dashes and dots, and is not taken yet.', '名稱只能用英數字、連字號與句點，且不能重複。'],
  'ask.badWeight': ['A whole number from 0 to 1000.', '請輸入 0 到 1000 的整數。'],
  'ask.badUrl': ['That is no http:// or https:// URL.', '這不是 http:// 或 https:// 網址。'],
} as const satisfies MessageTable;
