// What a change of the configuration comes to, as one sentence in the viewer's language.

import { changeWords } from "../../words/changes/words.ts";
import { whole } from "../../words/figures.ts";
import type { ConfigChange } from "./file-state.ts";

type Item = ConfigChange["changes"][number];

/** The sentence; the gateway's own words, in English, of what was kept before it told changes as data. */
export function changeSentence({ summary, changes }: Pick<ConfigChange, "summary" | "changes">): string {
  return changes.length === 0 ? summary : changes.map(said).join(changeWords().semicolon);
}

function said(item: Item): string {
  const { what, name = "", count = 0, from = "", to = "" } = item;
  return changeWords().said[what]({ name, names: namesOf(item), count, from, to });
}

/** Those that are told, and how many there are besides. */
function namesOf({ names = [], count = 0 }: Item): string {
  const { comma, more } = changeWords();
  const left = count - names.length;
  const told = names.join(comma);
  return left > 0 ? more(told, whole(left)) : told;
}
