// The spellings of a path that are forgiven, and the one that each stands for: slashes that are doubled or left at
// the end, and Azure's prefixes. Pure; knows nothing of what is served where.

/** A path in its plain form. */
export type PlainPath = {
  /** Without doubled slashes, without one at its end, and below `/v1` where it came by a prefix of Azure's. */
  readonly path: string;
  /** The deployment that the path names, still encoded: it is the model. Undefined where the path names none. */
  readonly deployment: string | undefined;
};

const AZURE = "/openai/";
const DEPLOYMENTS = "/openai/deployments/";
/** What names one model, with the raw slashes of its id: in these a doubled slash is a part of the name. */
const ONE_MODEL = /^\/+(?:openai\/+)?(?:v1\/+)?models\/+([^/].*?)\/?$/;

/**
 * The plain form of a path. `isKnown` tells of a path without `/v1` whether it is in the table of operations: a
 * deployment's name may hold slashes, and ends where a known path begins.
 */
export function plainForm(path: string, isKnown: (path: string) => boolean): PlainPath {
  const single = path.includes("//") ? path.replace(/\/{2,}/g, "/") : path;
  const bare = single.length > 1 && single.endsWith("/") ? single.slice(0, -1) : single;
  if (bare.startsWith(DEPLOYMENTS)) return ofDeployment(bare.slice(DEPLOYMENTS.length), isKnown);
  if (!bare.startsWith(AZURE)) return { path: bare, deployment: undefined };
  const below = bare.slice(AZURE.length - 1);
  // Azure's older paths have no version in them, as ours may have none.
  return { path: below, deployment: undefined };
}

/** The id in the path of one model, encoded as it came; undefined where the path is none of that kind. */
export function modelIdIn(path: string): string | undefined {
  return ONE_MODEL.exec(path)?.[1];
}

function ofDeployment(rest: string, isKnown: (path: string) => boolean): PlainPath {
  for (let at = rest.indexOf("/"); at !== -1; at = rest.indexOf("/", at + 1)) {
    if (isKnown(rest.slice(at))) return { path: `/v1${rest.slice(at)}`, deployment: rest.slice(0, at) };
  }
  const first = rest.indexOf("/");
  if (first <= 0) return { path: `${DEPLOYMENTS}${rest}`, deployment: undefined };
  return { path: `/v1${rest.slice(first)}`, deployment: rest.slice(0, first) };
}
