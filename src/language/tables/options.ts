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
} as const satisfies MessageTable;
