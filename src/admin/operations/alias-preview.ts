// What an alias would do to the list of models, before it is kept.

import { OverlayRefusal } from "../../overlay/overlay-refusal.ts";
import { planOf } from "../../proxy/own/route-plan.ts";
import { problemsOf } from "../operation/admin-error.ts";
import { type AdminOperation, operation } from "../operation/operation.ts";
import { planShape } from "../operation/serving-shapes.ts";
import { anything, flag, listOf, name, object, orNull, said, text } from "../operation/shapes.ts";
import { namesThatChange, tableOf } from "./config-work.ts";
import { kept, overlayOf } from "./shared-config.ts";

const names = (description: string) => listOf(text("A name."), description).max(200_000);

const sentences = (description: string) => listOf(said("A sentence."), description).max(200_000);

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
      problems: sentences("Why not."),
      appear: names("Public names that would appear."),
      vanish: names("Public names that would vanish."),
      plan: orNull(planShape).describe("Its targets with their shares; null where it would not be served."),
      notes: sentences("What is odd about the routing then."),
    },
    "The preview.",
  ).meta({ id: "AliasPreview" }),
  run: async ({ parts, body }) => {
    const { name: called, targets } = body;
    try {
      const config = await overlayOf(parts).preview("alias", called, targets ?? undefined);
      const table = tableOf(parts, config);
      const model = table.models.get(called);
      const notes = table.notes.filter((one) => one.model === called).map(({ message }) => message);
      const plan = model === undefined ? null : planOf(model);
      return { value: { is_good: true, problems: [], ...namesThatChange(parts, config), plan, notes } };
    } catch (error) {
      if (!(error instanceof OverlayRefusal) || error.code !== "invalid")
        return kept(() => Promise.reject(error));
      const nothing = { appear: [], vanish: [], plan: null, notes: [] };
      return { value: { is_good: false, problems: problemsOf(error), ...nothing } };
    }
  },
});

/** The operations. */
export const PREVIEW_OPERATIONS: readonly AdminOperation[] = [previewAlias];
