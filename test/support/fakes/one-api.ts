// A server that has one API for chats and no other: its path is answered by a script, all others with a 404, as its
// maker's server has it.

import { behaviour, json } from "./behaviours.ts";
import type { Behaviour } from "./fake-connection.ts";

/** Answers only below this path; what is asked elsewhere is not known. */
export function only(path: string, then: Behaviour, otherwise: Behaviour = NOT_FOUND): Behaviour {
  return behaviour(async (exchange) => {
    const isKnown = exchange.request.path.split("?")[0] === path;
    await (isKnown ? then : otherwise).run(exchange);
  });
}

const NOT_FOUND = json(404, { detail: "Not Found" });
