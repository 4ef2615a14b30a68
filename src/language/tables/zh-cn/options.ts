// The sentences of `../options.ts`, 简体中文.

import type { SentencesOf } from "../message-table.ts";
import type { OPTIONS_MESSAGES } from "../options.ts";

/** 简体中文. */
// biome-ignore format: a table reads best with one row a message
export const optionsZhCn = (): SentencesOf<typeof OPTIONS_MESSAGES> => ({
  'option.unknown': '没有“{option}”这个选项。',
  'option.missingArgument': '缺少必需的参数“{name}”。',
  'option.missingValue': '选项“{option}”后面缺少值。',
  'argument.invalid': '这条命令的“{name}”不接受“{value}”；可用的值：{choices}。',
  'option.invalid': '选项“{option}”不接受“{value}”；可用的值：{choices}。',
  'option.excess': '参数太多：需要 {expected} 个，却有 {count} 个。',
  'word.action': '“import”或“recalculate”；不写则列出价格',
  'word.choices': '可用的值：{choices}',
  'word.between': '、',
  'word.key': '密钥的名称或 id',
  'word.model': '客户端所写的模型名称',
  'word.endpoint': '端点的名称',
  'word.file': '文件的路径',
  'word.code': '代码，例如 upstream_timeout 或 OG110',
  'word.shell': 'bash、zsh 或 fish',
  'usage.options': '[选项]',
  'usage.command': '[命令]',
  'title.example': '示例：',
});
