// Paths as Azure's clients write them: below a prefix, and with the model in them as a deployment.

import type { PlainPath } from "../paths/path-forms.ts";

const PREFIX = "/openai/";
/** Clients put deployments behind whatever base they were given, a version at its end or not. */
const DEPLOYMENTS = /^(\/openai)?(?:\/v1)?\/deployments\//;

/** The plain form of such a path, without doubled slashes; undefined for any other. `isKnown` is for paths without `/v1`. */
export function plainAzurePath(path: string, isKnown: (path: string) => boolean): PlainPath | undefined {
  const found = DEPLOYMENTS.exec(path);
  if (found !== null) {
    const [start, prefix] = found;
    const known = knownDeployment(path.slice(start.length), isKnown);
    if (known !== undefined || prefix === undefined) return known;
    return unknownOfDeployment(path.slice(start.length), start);
  }
  if (!path.startsWith(PREFIX)) return undefined;
  // Older paths have no version in them, as ours may have none.
  return { path: path.slice(PREFIX.length - 1), deployment: undefined };
}

/** A deployment's name may hold slashes, and ends where a known path begins. */
function knownDeployment(rest: string, isKnown: (path: string) => boolean): PlainPath | undefined {
  for (let at = rest.indexOf("/"); at !== -1; at = rest.indexOf("/", at + 1)) {
    if (isKnown(rest.slice(at))) return { path: `/v1${rest.slice(at)}`, deployment: rest.slice(0, at) };
  }
  return undefined;
}

function unknownOfDeployment(rest: string, start: string): PlainPath {
  const first = rest.indexOf("/");
  if (first <= 0) return { path: `${start}${rest}`, deployment: undefined };
  return { path: `/v1${rest.slice(first)}`, deployment: rest.slice(0, first) };
}
