// Asks zsh what it would complete: types lines into an interactive one that stands on a pseudo-terminal (zsh/zpty).

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** What the shell reads first: a Tab writes down what would be proposed, and leaves the line as it is. */
const STARTUP = `
PROMPT=
fpath=($FUNCTIONS $fpath)
autoload -Uz compinit
compinit -u -D
[[ -z $SCRIPT ]] || source $SCRIPT
compadd() {
  local -a hits
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    builtin compadd -A hits "$@"
    print -rl -- $hits >> $ANSWERS
  fi
  builtin compadd "$@"
}
answer() {
  print -r -- "? $BUFFER" >> $ANSWERS
  _main_complete 2>> $ANSWERS
  compstate[insert]= compstate[list]=
}
zle -C answer complete-word answer
bindkey '^I' answer
zle-line-init() { print -n READY }
zle -N zle-line-init
`;

/**
 * Types each line with a Tab behind it, and Ctrl-U, once the line editor reads: before that the terminal takes Ctrl-U
 * for its own.
 */
const TYPIST = `
zmodload zsh/zpty
zpty shell zsh -d -i
zpty -r shell said '*READY*'
for line in "$@"; do zpty -w -n shell "$line"$'\\t\\x15'; done
zpty -w -n shell $'exit\\n'
while zpty -r shell said; do :; done
`;

/**
 * What zsh proposes where each of the lines stands behind the program's name, with its complaints, if there are any. The script is read by `source`, or found as
 * `_oai-gateway` in the path of functions. Everything is put into the script's folder, which is the working folder too.
 */
export function askZsh(
  script: string,
  way: "source" | "autoload",
  lines: readonly string[],
): (line: string) => readonly string[] {
  const folder = dirname(script);
  const answers = join(folder, ".answers");
  writeFileSync(join(folder, ".zshrc"), STARTUP);
  if (way === "autoload") copyFileSync(script, join(folder, "_oai-gateway"));
  const env = {
    PATH: process.env["PATH"] ?? "",
    LANG: "C.UTF-8",
    TERM: "dumb",
    HOME: folder,
    ZDOTDIR: folder,
    FUNCTIONS: folder,
    SCRIPT: way === "source" ? script : "",
    ANSWERS: answers,
  };
  const typed = lines.map((line) => `oai-gateway ${line}`);
  const run = spawnSync("zsh", ["-f", "-c", TYPIST, "-", ...typed], { cwd: folder, env, encoding: "utf8" });
  assert.deepEqual([run.status, run.stderr], [0, ""]);
  assert.ok(existsSync(answers), `nothing was answered: ${run.stdout}`);
  const parts = readFileSync(answers, "utf8").split(/^\? /m).slice(1);
  const answered = new Map(
    parts.map((part) => {
      const [line = "", ...proposed] = part.split("\n");
      return [line, [...new Set(proposed.filter((one) => one !== ""))]];
    }),
  );
  return (line) => answered.get(`oai-gateway ${line}`) ?? ["not answered"];
}
