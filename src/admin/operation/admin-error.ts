// What goes wrong with a request to the admin API: a `GatewayError` like any other, with the list of what is wrong in it.

import { visibleText } from "../../core/clean-text.ts";
import { GatewayError } from "../../core/errors.ts";
import { english, type Message, message, verbatim } from "../../language/messages.ts";
import type { ShapeProblem } from "./shapes.ts";

/** A request whose values do not fit. */
export class InvalidAsk extends GatewayError {
  readonly problems: readonly ShapeProblem[];

  constructor(problems: readonly ShapeProblem[]) {
    // Names of members are the client's own words.
    const shown = problems.map(({ at, message: words, ...more }) => ({
      ...more,
      at: visibleText(at),
      message: typeof words === "string" ? visibleText(words) : words,
    }));
    const param = shown[0]?.at ?? "";
    super("admin_invalid", {
      message: english(summaryOf(shown)),
      ...(param === "" ? {} : { param }),
    });
    this.problems = shown;
  }

  /** The first of them, and how many there are besides. */
  get summary(): Message {
    return summaryOf(this.problems);
  }
}

function summaryOf([first, ...others]: readonly ShapeProblem[]): Message {
  const words = first?.message ?? "does not fit";
  const at = first?.at ?? "";
  const said = typeof words === "string" ? verbatim(words) : words;
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
  readonly message: string;
  readonly problems: readonly CodedProblem[];
}): readonly Message[] {
  return refusal.problems.length === 0 ? [verbatim(refusal.message)] : refusal.problems.map(codedProblem);
}

/** The error for something that there is not. */
export function notThere(what: string): GatewayError {
  return new GatewayError("admin_not_found", { message: `There is no ${what}.` });
}

/** Why a change of what is kept was not made, as those say it who keep it. */
type ChangeRefusal = { readonly code: string; readonly message: string };

/** The error for a change that was not made; `problems`: what does not fit, where that is why. */
export function notMade(
  { code, message: words }: ChangeRefusal,
  problems: readonly ShapeProblem[],
): GatewayError {
  switch (code) {
    case "invalid":
      return new InvalidAsk(problems);
    case "not_found":
      return new GatewayError("admin_not_found", { message: words });
    case "unavailable":
      return new GatewayError("store_unavailable", { message: words });
    default:
      return new GatewayError("admin_conflict", { message: words });
  }
}
