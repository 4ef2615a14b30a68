// What goes wrong with a request to the admin API: a `GatewayError` like any other, with the list of what is wrong in it.

import { GatewayError } from "../../core/errors.ts";
import type { ShapeProblem } from "./shapes.ts";

/** A request whose values do not fit. */
export class InvalidAsk extends GatewayError {
  readonly problems: readonly ShapeProblem[];

  constructor(problems: readonly ShapeProblem[]) {
    const [first] = problems;
    const at = first === undefined || first.at === "" ? "" : `${first.at}: `;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
    const detail = first === undefined || first.at === "" ? {} : { param: first.at };
    super("admin_invalid", { message: `${at}${first?.message ?? "does not fit"}${more}`, ...detail });
    this.problems = problems;
  }
}

/** The error for something that there is not. */
export function notThere(what: string): GatewayError {
  return new GatewayError("admin_not_found", { message: `There is no ${what}.` });
}

/** Why a change of what is kept was not made, as those say it who keep it. */
type ChangeRefusal = { readonly code: string; readonly message: string };

/** The error for a change that was not made; `problems`: what does not fit, where that is why. */
export function notMade({ code, message }: ChangeRefusal, problems: readonly ShapeProblem[]): GatewayError {
  switch (code) {
    case "invalid":
      return new InvalidAsk(problems);
    case "not_found":
      return new GatewayError("admin_not_found", { message });
    case "unavailable":
      return new GatewayError("store_unavailable", { message });
    default:
      return new GatewayError("admin_conflict", { message });
  }
}
