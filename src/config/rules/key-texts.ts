// Rules about a single key, whoever's it is: as a text, or in a file.

import { type Message, message, translator } from "../../language/messages.ts";
import type { ConfigCode } from "../report/codes.ts";
import { type Draft, originText, pathText, report, shown, textAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { keyProblem } from "../yaml/text-rules.ts";
import type { KeyFiles } from "./key-files.ts";
import { placeholderProblem } from "./placeholders.ts";

/** Reports a key that can be none, or that is a placeholder; `use` completes "the text itself …". */
export function checkKeyText(draft: Draft, path: Path, key: string, use: string): void {
  const placeholder = placeholderProblem(key, use);
  const problem = keyProblem(key);
  if (problem === undefined) report(draft, "OG135", path, placeholder);
  else report(draft, "OG132", path, { ...problem, fix: placeholder?.fix ?? problem.fix });
}

/** Reports a file that gives no key, or one that can be none. The key, where there is one. */
export function checkKeyFile(draft: Draft, path: Path, files: KeyFiles): string | undefined {
  const file = textAt(draft, path);
  if (file === undefined) return undefined;
  const result = files.read(file);
  if (result.kind === "ok") {
    const { key } = result;
    const problem = keyProblem(key);
    if (problem === undefined) report(draft, "OG135", path, placeholderProblem(key, "is the key"));
    else report(draft, "OG132", path, problem);
    return key;
  }
  const place = `${pathText(path)}${originText(draft, path)}`;
  const words = message("keyFile.problem", { place, what: result.what, file: shown(draft, path) });
  sayWrong(draft, "OG142", path, [words, result.fix]);
  return undefined;
}

const english = translator("en");

/** Reports what is wrong at a path and its fix; the third is the other place that it is about. */
export function sayWrong(
  draft: Draft,
  code: ConfigCode,
  path: Path,
  [words, fix, first]: readonly [words: Message, fix: Message, first?: Path],
): void {
  const related =
    first === undefined
      ? []
      : [{ at: draft.places.valueAt(first), message: english(message("clientKey.first")) }];
  draft.problems.add(code, draft.places.valueAt(path), english(words), { related, fix: english(fix) });
}
