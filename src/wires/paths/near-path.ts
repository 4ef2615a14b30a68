// "Did you mean …" for paths: the known path that an unknown one was most likely meant to be.

import { editDistance } from "../../core/nearest.ts";

/** Versions and mounts that people put before a path, or twice. */
const PREFIXES = /^(?:\/(?:api|openai|proxy|v\d+(?:beta)?))+(?=\/)/i;
/** Longer paths are compared with nothing. */
const LONGEST_PATH = 128;

/** What was found. */
export type NearPath = {
  /** With its `/v1`. */
  readonly path: string;
  /** Whether it is the same path but for a slip: then nothing else can have been meant. */
  readonly isSlip: boolean;
};

/** The known path nearest to `path`. `known` are paths without `/v1`. Undefined where none is near. */
export function nearPath(path: string, known: readonly string[]): NearPath | undefined {
  if (path.length > LONGEST_PATH) return undefined;
  const lower = path.toLowerCase();
  const rest = lower.replace(PREFIXES, "");
  const slip = nearestOf(rest, known);
  if (slip !== undefined) return { path: `/v1${slip}`, isSlip: true };
  const tail = longest(known.filter((one) => lower.endsWith(one)));
  return tail === undefined ? undefined : { path: `/v1${tail}`, isSlip: false };
}

function nearestOf(rest: string, known: readonly string[]): string | undefined {
  // One slip in a short word, two in a longer one: more would take the paths of other APIs for ours.
  const limit = rest.length < 7 ? 1 : 2;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const one of known) {
    const distance = editDistance(rest, one, limit);
    if (distance < bestDistance) [best, bestDistance] = [one, distance];
  }
  return best;
}

function longest(paths: readonly string[]): string | undefined {
  return paths.reduce<string | undefined>(
    (best, one) => (best === undefined || one.length > best.length ? one : best),
    undefined,
  );
}
