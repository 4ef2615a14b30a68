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
  'serve.examples': 'oai-gateway\noai-gateway --port 8081 --log-level warn\noai-gateway serve --config config.yaml --json',
  'demo.examples': 'oai-gateway demo\noai-gateway demo --port 0 --traffic 0',
  'check.examples': 'oai-gateway check\noai-gateway check --config config.yaml --format github',
  'doctor.examples': 'oai-gateway doctor\noai-gateway doctor --endpoint openai --spend\noai-gateway doctor --bundle report.json',
  'models.examples': 'oai-gateway models\noai-gateway models --json',
  'prices.examples': 'oai-gateway prices\noai-gateway prices --json\noai-gateway prices import model_prices_and_context_window.json\noai-gateway prices recalculate --from 2026-11-01 --dry-run',
  'route.examples': 'oai-gateway route gpt-5-mini\noai-gateway route openai/gpt-5-mini --json',
  'reset.examples': 'oai-gateway reset\noai-gateway reset openai --model gpt-5-mini',
  'init.examples': 'oai-gateway init\noai-gateway init --from-detected --output config.yaml',
  'schema.examples': 'oai-gateway schema > config.schema.json',
  'explain.examples': 'oai-gateway explain\noai-gateway explain OG110\noai-gateway explain model_not_found --json',
  'completions.examples': 'source <(oai-gateway completions bash)\noai-gateway completions fish > ~/.config/fish/completions/oai-gateway.fish',
  'version.examples': 'oai-gateway version\noai-gateway version --json',
});
