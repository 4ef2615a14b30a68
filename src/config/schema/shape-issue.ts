// A complaint of the schema in this room's own words: flat, with unions resolved. Not yet worded for people.

import { type Message, message } from "../../language/messages.ts";
import { uncarried } from "../../validation/issue-words.ts";

/** One problem of form, flat: unions resolved to the branch that was meant. */
export type ShapeIssue = {
  readonly path: readonly (string | number)[];
  readonly kind: "unknown_keys" | "wrong";
  /** Of `unknown_keys`: the keys. */
  readonly keys: readonly string[];
  /** Completes "KEY must be …"; for a code of its own, what follows KEY. */
  readonly message: Message;
  readonly code: "OG114" | "OG115" | undefined;
};

/** As much of the schema library's issue as is read here. */
type SchemaIssue = {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly SchemaIssue[])[];
  readonly params?: Readonly<Record<string, unknown>> | undefined;
};

/** Flattens one issue; `above` is the path of what holds it. */
export function flattenIssue(issue: SchemaIssue, above: ShapeIssue["path"]): readonly ShapeIssue[] {
  const path = [...above, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys")
    return [
      {
        path,
        kind: "unknown_keys",
        keys: issue.keys ?? [],
        message: message("shape.unknown"),
        code: undefined,
      },
    ];
  if (issue.code === "invalid_union") {
    // The branch whose outer type fits is the one that was meant.
    const branch = issue.errors?.find(
      (errors) => errors.length > 0 && !errors.some((inner) => isTypeItself(inner)),
    );
    if (branch !== undefined) return branch.flatMap((inner) => flattenIssue(inner, path));
  }
  const given: unknown = issue.code === "custom" ? issue.params?.["code"] : undefined;
  const code = given === "OG114" || given === "OG115" ? given : undefined;
  return [
    { path, kind: "wrong", keys: [], message: uncarried(issue.message) ?? message("kind.allowed"), code },
  ];
}

function isTypeItself(issue: SchemaIssue): boolean {
  return issue.path.length === 0 && (issue.code === "invalid_type" || issue.code === "invalid_union");
}
