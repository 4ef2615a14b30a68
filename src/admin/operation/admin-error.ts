// What goes wrong with a request to the admin API: a refusal like any other, with the list of what is wrong in it.

import { visibleText } from "../../core/clean-text.ts";
import { type Message, message } from "../../language/messages.ts";
import { SaidRefusal } from "../../language/said-refusal.ts";
import type { ShapeProblem } from "./shapes.ts";

/** A request whose values do not fit. */
export class InvalidAsk extends SaidRefusal {
  readonly problems: readonly ShapeProblem[];

  constructor(problems: readonly ShapeProblem[]) {
    // Names of members are the client's own words.
    const shown = problems.map(({ at, ...more }) => ({ ...more, at: visibleText(at) }));
    const param = shown[0]?.at ?? "";
    super("admin_invalid", summaryOf(shown), param === "" ? {} : { param });
    this.problems = shown;
  }
}

/** The first of them, and how many there are besides. */
function summaryOf([first, ...others]: readonly ShapeProblem[]): Message {
  const said = first?.message ?? message("ask.misfit");
  const at = first?.at ?? "";
  const told = at === "" ? said : message("problem.labelled", { label: at, words: said });
  return others.length === 0 ? told : message("problem.andMore", { first: told, count: others.length });
}

/** What is told of a problem of the configuration. */
type CodedProblem = { readonly code: string; readonly message: Message };

/** A problem of the configuration behind its code. */
export function codedProblem({ code, message: words }: CodedProblem): Message {
  return message("problem.labelled", { label: code, words });
}

/** What is wrong with a change of the configuration that was not made; a refusal's own words where it names no problem. */
export function problemsOf(refusal: {
  readonly said: Message;
  readonly problems: readonly CodedProblem[];
}): readonly Message[] {
  return refusal.problems.length === 0 ? [refusal.said] : refusal.problems.map(codedProblem);
}

/** The error for something that there is not. */
export function notThere(words: Message): SaidRefusal {
  return new SaidRefusal("admin_not_found", words);
}

/** Why a change of what is kept was not made, as those say it who keep it. */
type ChangeRefusal = { readonly code: string; readonly said: Message };

/** The error for a change that was not made; `problems`: what does not fit, where that is why. */
export function notMade({ code, said }: ChangeRefusal, problems: readonly ShapeProblem[]): SaidRefusal {
  switch (code) {
    case "invalid":
      return new InvalidAsk(problems);
    case "not_found":
      return new SaidRefusal("admin_not_found", said);
    case "unavailable":
      return new SaidRefusal("store_unavailable", said);
    default:
      return new SaidRefusal("admin_conflict", said);
  }
}
