// Why a target is left out, in words for people.

import { type Message, message } from "../../language/messages.ts";
import type { Availability } from "./tiers.ts";

/** Says why a target is left out. */
export function wordsFor(why: Exclude<Availability, "ok">): Message {
  return message(`left.${why}`);
}
