// The spellings of a path that are forgiven, and the one that each stands for: slashes that are doubled or left at
// the end, and the forms of vendors. Pure; knows nothing of what is served where.

import type { ClientWireName } from "./operation.ts";

/** A path in its plain form. */
export type PlainPath = {
  /** Without doubled slashes, without one at its end, and below `/v1` where it came by a vendor's prefix. */
  readonly path: string;
  /** The deployment that the path names, still encoded: it is the model. Undefined where the path names none. */
  readonly deployment: string | undefined;
  /** Whose clients alone write it so; undefined where the path says that itself. */
  readonly wire?: ClientWireName;
};

/** The plain form of a path that some vendor's clients write in a way of their own; undefined for any other path. */
export type PathForm = (path: string, isKnown: (path: string) => boolean) => PlainPath | undefined;

/** What names one model, with the raw slashes of its id: in these a doubled slash is a part of the name. */
const ONE_MODEL = /^\/+(?:(?:openai|anthropic)\/+)?(?:v1\/+)?models\/+([^/].*?)\/?$/;

/**
 * The plain form of a path. `isKnown` tells of a path without `/v1` whether there is an operation of that path;
 * `forms` are those of the vendors.
 */
export function plainForm(
  path: string,
  isKnown: (path: string) => boolean,
  forms: readonly PathForm[],
): PlainPath {
  const single = path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
  const bare = single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single;
  for (const form of forms) {
    const plain = form(bare, isKnown);
    if (plain !== undefined) return plain;
  }
  return { path: bare, deployment: undefined };
}

/** The id in the path of one model, encoded as it came; undefined where the path is none of that kind. */
export function modelIdIn(path: string): string | undefined {
  return ONE_MODEL.exec(path)?.[1];
}
