// What was asked and answered, as it is told.

import type { KeptBodies, KeptBody } from "../../core/summary.ts";
import { flag, object, orNull, text, whole } from "./shapes.ts";

const bodyShape = object(
  {
    type: text("The media type."),
    bytes: whole("All of it, kept or not."),
    text: orNull(text("What is kept; null for what is no text.")),
    is_cut: flag("Whether there was more."),
  },
  "A body.",
);

/** Both bodies of a request. */
export const bodiesShape = object(
  { asked: bodyShape, answered: bodyShape },
  "What was asked and answered, for keys with `log_bodies`; never in a list.",
);

/** Both bodies as they are told. */
export function bodiesOf({ asked, answered }: KeptBodies) {
  return { asked: bodyOf(asked), answered: bodyOf(answered) };
}

function bodyOf({ type, bytes, text: kept, isCut }: KeptBody) {
  return { type, bytes, text: kept ?? null, is_cut: isCut };
}
