// Completions for bash, 3.2 (macOS) and later.

import { type CommandNode, type CommandTree, flagsWithValue, type OptionNode } from "./command-tree.ts";

/** The script: one function, and the line that names it. */
export function bashCompletions(tree: CommandTree): string {
  const names = tree.commands.map(({ name }) => name);
  const usual = tree.commands.filter(({ name }) => name === tree.usual);
  return `# bash completions of ${tree.name}: put this line into ~/.bashrc
#   source <(${tree.name} completions bash)
_oai_gateway() {
  local current previous command word place isValue
  COMPREPLY=()
  current=\${COMP_WORDS[COMP_CWORD]}
  previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # "=" is a word of its own.
  if [ "$current" = "=" ]; then current=; elif [ "$previous" = "=" ]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  command=; place=0; isValue=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ "$word" = "=" ]; then isValue=yes; continue; fi
    if [ -n "$isValue" ]; then isValue=; continue; fi
    case $word in
      ${flagsWithValue(tree).join("|")}) isValue=yes ;;
      -*) ;;
      *)
        if [ -n "$command" ]; then place=$((place + 1)); continue; fi
        case $word in ${names.join("|")}) command=$word ;; esac ;;
    esac
  done
  case "\${command:-${tree.usual}} $previous" in
${tree.commands.flatMap((command) => valueCases(command, tree.options)).join("\n")}
  esac
  case $current in
    -*)
      case $command in
${tree.commands.map((command) => optionCase(command.name, [...command.options, ...tree.options])).join("\n")}
${optionCase("*", [...usual.flatMap(({ options }) => options), ...tree.options])}
      esac ;;
    *)
      case $command:$place in
        :*) COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$current")) ;;
${tree.commands.flatMap(wordCases).join("\n")}
      esac ;;
  esac
}
complete -F _oai_gateway ${tree.name}
`;
}

/** What may stand behind an option. */
function valueCases({ name, options }: CommandNode, shared: readonly OptionNode[]): string[] {
  return [...options, ...shared].flatMap((option) => {
    const { value } = option;
    // What may be left out is no more than proposed: an option may follow as well.
    if (value === undefined || value.isOptional) return [];
    const patterns = [option.long, option.short].flatMap((flag) =>
      flag === undefined ? [] : [`"${name} ${flag}"`],
    );
    return [`    ${patterns.join("|")}) ${reply(value)}; return ;;`];
  });
}

function reply({ name, choices }: { readonly name: string; readonly choices: readonly string[] }): string {
  if (choices.length > 0) return `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current"))`;
  if (name !== "file" && name !== "folder") return ":";
  const kind = name === "folder" ? "-d" : "-f";
  return `local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen ${kind} -- "$current"))`;
}

function optionCase(pattern: string, options: readonly OptionNode[]): string {
  const flags = [
    ...new Set(options.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]))),
  ];
  return `        ${pattern}) COMPREPLY=($(compgen -W "${flags.join(" ")}" -- "$current")) ;;`;
}

/** What may stand in each place behind the command. */
function wordCases({ name, words }: CommandNode): string[] {
  return words.map((place, index) => `        ${name}:${index}) ${reply(place)} ;;`);
}
