// Why options and arguments are refused, and what the help adds to them.

import type { MessageTable } from "./message-table.ts";

/** Why options and arguments are refused, and examples for the help. */
// biome-ignore format: a table reads best with one row a message
export const OPTIONS_MESSAGES = {
  'option.unknown': 'unknown option \'{option}\'.',
  'option.missingArgument': 'missing required argument \'{name}\'.',
  'option.missingValue': 'option \'{option}\' argument missing.',
  'argument.invalid': '"{value}" is no {name} of this command. Allowed choices are {choices}.',
  'option.invalid': 'option \'{option}\' argument \'{value}\' is invalid. Allowed choices are {choices}.',
  'option.excess': 'too many arguments. Expected {expected} but got {count}.',
  'word.action': '"import" or "recalculate"; prices are listed without it',
  'word.choices': 'one of {choices}',
  'word.between': ', ',
  'word.key': 'name or id of the key',
  'word.model': 'a model\'s name as clients write it',
  'word.endpoint': 'name of an endpoint',
  'word.file': 'path of a file',
  'word.code': 'a code such as upstream_timeout or OG110',
  'word.shell': 'bash, zsh or fish',
  'usage.options': '[options]',
  'usage.command': '[command]',
  'title.example': 'Examples:',
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
} as const satisfies MessageTable;
