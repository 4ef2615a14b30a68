// What an alias would do to the list of models, before it is kept.

import { GatewayError } from "../../core/errors.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import { anything, flag, listOf, name, object, orNull, text } from "../operation/shapes.ts";
import { planShape } from "./serving-shapes.ts";

const names = (description: string) => listOf(text("A name."), description).max(200_000);

const previewAlias = operation({
  id: "previewAlias",
  tag: "configuration",
  method: "POST",
  path: "/aliases/preview",
  summary:
    "What would appear and vanish in the list of models with an alias, or without it; nothing is kept.",
  body: object(
    {
      name: name("The alias."),
      targets: orNull(listOf(anything("As for PUT."), "Its targets; null: as if it were taken away.")),
    },
    "The alias.",
  ),
  answer: object(
    {
      is_good: flag("Whether it could be kept."),
      problems: names("Why not, in sentences."),
      appear: names("Public names that would appear."),
      vanish: names("Public names that would vanish."),
      plan: orNull(planShape).describe("Its targets with their shares; null where it would not be served."),
      notes: names("What is odd about the routing then, in sentences."),
    },
    "The preview.",
  ).meta({ id: "AliasPreview" }),
  run: () => {
    throw new GatewayError("internal");
  },
});

/** The operations. */
export const PREVIEW_OPERATIONS: readonly AdminOperation[] = [previewAlias];
