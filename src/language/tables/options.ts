// Why options and arguments are refused, and what the help adds to them.

import type { MessageTable } from "./message-table.ts";

/** Why options and arguments are refused, and examples for the help: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const OPTIONS_MESSAGES = {
  'option.unknown': ['unknown option \'{option}\'.', '沒有「{option}」這個選項。'],
  'option.missingArgument': ['missing required argument \'{name}\'.', '缺少必要的參數「{name}」。'],
  'option.missingValue': ['option \'{option}\' argument missing.', '選項「{option}」後面缺少值。'],
  'argument.invalid': ['"{value}" is no {name} of this command. Allowed choices are {choices}.', '這個指令的「{name}」不接受「{value}」；可用的值：{choices}。'],
  'option.invalid': ['option \'{option}\' argument \'{value}\' is invalid. Allowed choices are {choices}.', '選項「{option}」不接受「{value}」；可用的值：{choices}。'],
  'option.excess': ['too many arguments. Expected {expected} but got {count}.', '參數太多：需要 {expected} 個，卻有 {count} 個。'],
  'word.action': ['"import" or "recalculate"; prices are listed without it', '「import」或「recalculate」；不寫就列出價格'],
  'word.choices': ['one of {choices}', '可用的值：{choices}'],
  'word.between': [', ', '、'],
  'word.key': ['name or id of the key', '金鑰的名稱或 id'],
  'word.model': ['a model\'s name as clients write it', '用戶端所寫的模型名稱'],
  'word.endpoint': ['name of an endpoint', '端點的名稱'],
  'word.file': ['path of a file', '檔案的路徑'],
  'word.code': ['a code such as upstream_timeout or OG110', '代碼，例如 upstream_timeout 或 OG110'],
  'word.shell': ['bash, zsh or fish', 'bash、zsh 或 fish'],
  'usage.options': ['[options]', '[選項]'],
  'usage.command': ['[command]', '[指令]'],
  'title.example': ['Examples:', '範例：'],
  'serve.examples': ['oai-gateway\noai-gateway --port 8081 --log-level warn\noai-gateway serve --config config.yaml --json', 'oai-gateway\noai-gateway --port 8081 --log-level warn\noai-gateway serve --config config.yaml --json'],
  'demo.examples': ['oai-gateway demo\noai-gateway demo --port 0 --traffic 0', 'oai-gateway demo\noai-gateway demo --port 0 --traffic 0'],
  'check.examples': ['oai-gateway check\noai-gateway check --config config.yaml --format github', 'oai-gateway check\noai-gateway check --config config.yaml --format github'],
  'doctor.examples': ['oai-gateway doctor\noai-gateway doctor --endpoint openai --spend\noai-gateway doctor --bundle report.json', 'oai-gateway doctor\noai-gateway doctor --endpoint openai --spend\noai-gateway doctor --bundle report.json'],
  'models.examples': ['oai-gateway models\noai-gateway models --json', 'oai-gateway models\noai-gateway models --json'],
  'prices.examples': ['oai-gateway prices\noai-gateway prices --json\noai-gateway prices import model_prices_and_context_window.json\noai-gateway prices recalculate --from 2026-11-01 --dry-run', 'oai-gateway prices\noai-gateway prices --json\noai-gateway prices import model_prices_and_context_window.json\noai-gateway prices recalculate --from 2026-11-01 --dry-run'],
  'route.examples': ['oai-gateway route gpt-5-mini\noai-gateway route openai/gpt-5-mini --json', 'oai-gateway route gpt-5-mini\noai-gateway route openai/gpt-5-mini --json'],
  'reset.examples': ['oai-gateway reset\noai-gateway reset openai --model gpt-5-mini', 'oai-gateway reset\noai-gateway reset openai --model gpt-5-mini'],
  'init.examples': ['oai-gateway init\noai-gateway init --from-detected --output config.yaml', 'oai-gateway init\noai-gateway init --from-detected --output config.yaml'],
  'schema.examples': ['oai-gateway schema > config.schema.json', 'oai-gateway schema > config.schema.json'],
  'explain.examples': ['oai-gateway explain\noai-gateway explain OG110\noai-gateway explain model_not_found --json', 'oai-gateway explain\noai-gateway explain OG110\noai-gateway explain model_not_found --json'],
  'completions.examples': ['source <(oai-gateway completions bash)\noai-gateway completions fish > ~/.config/fish/completions/oai-gateway.fish', 'source <(oai-gateway completions bash)\noai-gateway completions fish > ~/.config/fish/completions/oai-gateway.fish'],
  'version.examples': ['oai-gateway version\noai-gateway version --json', 'oai-gateway version\noai-gateway version --json'],
} as const satisfies MessageTable;
