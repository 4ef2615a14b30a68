// Which differences between the engine and the other parsers must not be.

import { type Finding, finding } from "../area.ts";
import { type Difference, differenceOf, type Reading } from "./reading.ts";

/** The other parsers' readings; that of `node:http` is looked at for a sample, and where the others differ. */
export type Others = {
  readonly reference: Reading;
  readonly js: Reading;
  readonly node: () => Promise<Reading>;
  readonly isSampled: boolean;
};

/**
 * Where all refuse what the engine takes, or one that takes it reads something else, that is a finding; and where the
 * engine refuses what the strict reference and `node:http` take. Being stricter than one of them is none.
 */
export async function judged(engine: Reading, others: Others): Promise<Finding | undefined> {
  const byReference = differenceOf(engine, others.reference);
  const byJs = differenceOf(engine, others.js);
  if (byReference === undefined && byJs?.kind !== "other" && !others.isSampled) return undefined;
  const byNode = differenceOf(engine, await others.node());
  const all = { byReference, byNode, byJs };
  if (byReference?.kind === "refused" && byNode?.kind === "refused") return told("taken-alone", all);
  if (byReference?.kind === "taken" && byNode?.kind === "taken") return told("refused-alone", all);
  if (byReference?.kind === "other") return told("not-the-reference", all);
  if (byNode?.kind === "other") return told("not-node", all);
  if (byJs?.kind === "other") return told("not-http-parser-js", all);
  return undefined;
}

function told(kind: string, all: Readonly<Record<string, Difference | undefined>>): Finding {
  const lines = Object.entries(all).map(([name, difference]) =>
    difference === undefined ? `${name}: the same` : `${name}: ${difference.kind}, ${difference.detail}`,
  );
  return finding(kind, lines.join("; "));
}
