// Completions for bash, 3.2 (macOS) and later.

import type { CommandNode, CompletionFacts, OptionNode } from "./command-tree.ts";

/** The script: one function, and the line that names it. */
export function bashCompletions({ tree, words }: CompletionFacts): string {
  const names = tree.commands.map(({ name }) => name);
  const usual = tree.commands.filter(({ name }) => name === tree.usual);
  return `# bash completions of ${tree.name}: put this line into ~/.bashrc
#   source <(${tree.name} completions bash)
_oai_gateway() {
  local current previous command word
  COMPREPLY=()
  current=\${COMP_WORDS[COMP_CWORD]}
  previous=\${COMP_WORDS[COMP_CWORD - 1]}
  # "=" is a word of its own.
  if [ "$current" = "=" ]; then current=; elif [ "$previous" = "=" ]; then previous=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  command=
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join("|")}) command=$word; break ;; esac
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
      case $command in
        "") COMPREPLY=($(compgen -W "${names.join(" ")}" -- "$current")) ;;
${tree.commands.flatMap((command) => wordCase(command, words)).join("\n")}
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
    return [`    ${patterns.join("|")}) ${valueReply(value.name, value.choices)}; return ;;`];
  });
}

function valueReply(name: string, choices: readonly string[]): string {
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

function wordCase({ name, words: places }: CommandNode, words: CompletionFacts["words"]): string[] {
  const known = words[places[0]?.name ?? ""];
  return known === undefined
    ? []
    : [`        ${name}) COMPREPLY=($(compgen -W "${known.join(" ")}" -- "$current")) ;;`];
}
