// The one place where sentences of tables become the text of a problem.

import { type Message, translator } from "../../language/messages.ts";

const say = translator("en");

/** A sentence as problems of the configuration are told. */
export function inEnglish(message: Message): string {
  return say(message);
}
