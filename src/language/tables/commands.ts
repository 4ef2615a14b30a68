// What commands say around their data.

import type { MessageTable } from "./message-table.ts";

/** What commands say around their data: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const COMMANDS_MESSAGES = {
  'check.ok': ['{file}: endpoints: {endpoints}, aliases: {overrides}, model names in the file: {models}', '{file}：端點 {endpoints} 個、別名 {overrides} 個、檔案裡寫明的模型名稱 {models} 個'],
  'check.empty': ['{file}: no mistakes, but no endpoint either: every request would be answered with no_endpoints', '{file}：沒有錯誤，但也沒有可用的端點：所有請求都會收到 no_endpoints 錯誤'],
  'models.none': ['no models.', '沒有模型。'],
  'models.unusable': ['override without a usable target', '別名沒有可用的目標'],
  'models.hidden': ['not listed (hide_merged)', '不列出（hide_merged）'],
  'origin.listed': ['listed', '端點清單'],
  'origin.override': ['override', '別名'],
  'origin.prefix': ['prefix', '前綴'],
  'origin.pin': ['pin', '指定端點'],
  'origin.suffix': ['suffix', '後綴'],
  'origin.with': ['{origin}, {strategy}', '{origin}，{strategy}'],
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
} as const satisfies MessageTable;
