// The sentences of `../options.ts`, 繁體中文.

import type { SentencesOf } from "../message-table.ts";
import type { OPTIONS_MESSAGES } from "../options.ts";

/** 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const optionsZhTw = (): SentencesOf<typeof OPTIONS_MESSAGES> => ({
  'option.unknown': '沒有「{option}」這個選項。',
  'option.missingArgument': '缺少必要的參數「{name}」。',
  'option.missingValue': '選項「{option}」後面缺少值。',
  'argument.invalid': '這個指令的「{name}」不接受「{value}」；可用的值：{choices}。',
  'option.invalid': '選項「{option}」不接受「{value}」；可用的值：{choices}。',
  'option.excess': '參數太多：需要 {expected} 個，卻有 {count} 個。',
  'word.action': '「import」或「recalculate」；不寫就列出價格',
  'word.choices': '可用的值：{choices}',
  'word.between': '、',
  'word.key': '金鑰的名稱或 id',
  'word.model': '用戶端所寫的模型名稱',
  'word.endpoint': '端點的名稱',
  'word.file': '檔案的路徑',
  'word.code': '代碼，例如 upstream_timeout 或 OG110',
  'word.shell': 'bash、zsh 或 fish',
  'usage.options': '[選項]',
  'usage.command': '[指令]',
  'title.example': '範例：',
});
