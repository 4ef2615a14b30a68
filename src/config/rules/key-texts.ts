// Rules about a single key, whoever's it is: as a text, or in a file.

import { type Message, message } from "../../language/messages.ts";
import type { ConfigCode } from "../report/codes.ts";
import { aboutFound, type Draft, report, textAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { keyProblem } from "../yaml/text-rules.ts";
import type { KeyFiles } from "./key-files.ts";
import { type PlaceholderUse, placeholderProblem } from "./placeholders.ts";

/** Reports a key that can be none, or that is a placeholder; `use` says what becomes of the text itself. */
export function checkKeyText(draft: Draft, path: Path, key: string, use: PlaceholderUse): void {
  const placeholder = placeholderProblem(key, use);
  const problem = keyProblem(key);
  if (problem === undefined) {
    report(draft, "OG135", path, placeholder);
    if (key.endsWith(",")) sayComma(draft, path);
  } else report(draft, "OG132", path, { ...problem, fix: placeholder?.fix ?? problem.fix });
}

/** Warns of what ends a line in JSON: it would be sent, and asked for, as a part of the key. */
function sayComma(draft: Draft, path: Path): void {
  report(draft, "OG138", path, { message: message("text.comma"), fix: message("slip.fixComma") });
}

/** Reports a file that gives no key, or one that can be none. The key, where there is one. */
export function checkKeyFile(draft: Draft, path: Path, files: KeyFiles): string | undefined {
  const file = textAt(draft, path);
  if (file === undefined) return undefined;
  const result = files.read(file);
  if (result.kind === "ok") {
    const { key } = result;
    const problem = keyProblem(key);
    if (problem === undefined)
      report(draft, "OG135", path, placeholderProblem(key, "placeholder.isSentAsKey"));
    else report(draft, "OG132", path, problem);
    return key;
  }
  sayWrong(draft, "OG142", path, [aboutFound(draft, path, result.what), result.fix]);
  return undefined;
}

/** Reports what is wrong at a path and its fix; the third is the other place that it is about. */
export function sayWrong(
  draft: Draft,
  code: ConfigCode,
  path: Path,
  [words, fix, first]: readonly [words: Message, fix: Message, first?: Path],
): void {
  const related =
    first === undefined ? [] : [{ at: draft.places.valueAt(first), message: message("config.firstGiven") }];
  draft.problems.add(code, draft.places.valueAt(path), words, { related, fix });
}
