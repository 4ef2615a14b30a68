// Completions for zsh, with what each command and option is for.

import type { CommandNode, CommandTree, OptionNode } from "./command-tree.ts";

/** The script: works when it is read by `source`, and as a file of the path of functions. */
export function zshCompletions(tree: CommandTree): string {
  const usual = tree.commands.find(({ name }) => name === tree.usual);
  const first = distinct([...(usual?.options ?? []), ...tree.options]).map(
    (option) => `    ${spec(option)} \\`,
  );
  return `#compdef ${tree.name}
# zsh completions of ${tree.name}: put this line into ~/.zshrc, behind compinit
#   source <(${tree.name} completions zsh)
_oai_gateway() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands
  commands=(
${tree.commands.map(({ name, about }) => `    ${quoted(`${name}:${about}`)}`).join("\n")}
  )
  _arguments -C \\
${first.join("\n")}
    '1: :->command' \\
    '*:: :->rest' && return
  case $state in
    command) _describe -t commands command commands ;;
    rest)
      case $words[1] in
${tree.commands.map((command) => restOf(command, tree.options)).join("\n")}
      esac ;;
  esac
}
case $zsh_eval_context[-1] in
  shfunc|loadautofunc) _oai_gateway "$@" ;;
  *) compdef _oai_gateway ${tree.name} ;;
esac
`;
}

function restOf({ name, options, words }: CommandNode, shared: readonly OptionNode[]): string {
  const specs = distinct([...options, ...shared]).map(spec);
  const positions = words.map((place, index) => `'${index + 1}:${place.name}:${actionOf(place)}'`);
  return `        ${name}) _arguments ${[...specs, ...positions].join(" ")} ;;`;
}

function spec({ long, short, about, value }: OptionNode): string {
  const said = `[${about.replace(/[[\]\\]/g, "\\$&")}]`;
  const taken = value === undefined ? "" : `${value.isOptional ? "::" : ":"}${value.name}:${actionOf(value)}`;
  const tail = quoted(`${said}${taken}`);
  // With "=" the value may be a word of its own or part of the option's, as the program takes it.
  const typed = value === undefined ? long : `${long}=`;
  return short === undefined ? `${typed}${tail}` : `'(${short} ${long})'{${short},${typed}}${tail}`;
}

function actionOf({ name, choices }: { readonly name: string; readonly choices: readonly string[] }): string {
  if (choices.length > 0) return `(${choices.join(" ")})`;
  if (name === "file") return "_files";
  return name === "folder" ? "_files -/" : " ";
}

function distinct(options: readonly OptionNode[]): OptionNode[] {
  return [...new Map(options.map((option) => [option.long, option])).values()];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
