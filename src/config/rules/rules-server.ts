// Rules about `server`: where it listens and who may call.

import { bareHost, isHostName, isLoopbackHost, normalOrigin } from "../../http/hosts.ts";
import { type Message, message } from "../../language/messages.ts";
import { aboutFound, type Draft, listAt, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { passedHeaderProblem, type TextProblem } from "../yaml/text-rules.ts";
import type { KeyFiles } from "./key-files.ts";
import { checkClientKeys } from "./rules-client-keys.ts";

/** Who can reach the listener, and what they must know. */
export type Exposure = { readonly host: string; readonly hasKeys: boolean; readonly allowAnonymous: boolean };

/** The shortest admin token that nobody guesses. */
const MIN_TOKEN_CHARS = 16;

/** Checks the tokens of `admin` and `metrics`. */
export function checkAdmin(draft: Draft): void {
  checkToken(draft, ["admin", "token"]);
  checkToken(draft, ["metrics", "token"]);
}

/** Warns of answers that are to be kept on the disk where the store is not there. */
export function checkCache(draft: Draft): void {
  const path = ["cache", "store"];
  const mode = textAt(draft, ["store", "mode"]);
  if (valueAt(draft.value, path) !== true || (mode !== "memory" && mode !== "off")) return;
  const fix = message("cache.fixNotOnDisk");
  draft.problems.add("OG177", draft.places.valueAt(path), message("cache.notOnDisk", { mode }), { fix });
}

function checkToken(draft: Draft, path: Path): void {
  const token = textAt(draft, path);
  if (token === undefined || (token.length >= MIN_TOKEN_CHARS && /^[\x21-\x7e]+$/.test(token))) return;
  const words = message("admin.weakToken", { min: MIN_TOKEN_CHARS });
  draft.problems.add("OG169", draft.places.valueAt(path), words, { fix: message("admin.fixToken") });
}

/** Refuses a listener that other machines can reach without a key. */
export function exposureProblem(exposure: Exposure): TextProblem | undefined {
  if (exposure.hasKeys || exposure.allowAnonymous || isLoopbackHost(exposure.host)) return undefined;
  return {
    message: message("server.exposed", { host: exposure.host }),
    fix: message("server.fixExposed"),
  };
}

/** Checks `server`. `isAnonymousAllowed`: the command line says so, whatever the file does. */
export function checkServer(draft: Draft, isAnonymousAllowed: boolean, keyFiles: KeyFiles): void {
  const isAsked = valueAt(draft.value, ["server", "require_keys"]) === true;
  const hasKeys = isAsked || listAt(draft, ["server", "api_keys"]).length > 0;
  const allowAnonymous = isAnonymousAllowed || valueAt(draft.value, ["server", "allow_anonymous"]) === true;
  checkHost(draft, hasKeys, allowAnonymous);
  checkClientKeys(draft, keyFiles);
  checkOrigins(draft, hasKeys || allowAnonymous);
  checkPassedHeaders(draft);
  for (const index of listAt(draft, ["server", "allowed_hosts"]).keys()) {
    const path = ["server", "allowed_hosts", index];
    const host = textAt(draft, path);
    if (host !== undefined && !isHostName(host)) reportHost(draft, path, host);
  }
}

function checkHost(draft: Draft, hasKeys: boolean, allowAnonymous: boolean): void {
  const path = ["server", "host"];
  const host = textAt(draft, path);
  if (host === undefined) return;
  if (!isHostName(host)) {
    reportHost(draft, path, host);
    return;
  }
  const problem = exposureProblem({ host, hasKeys, allowAnonymous });
  if (problem !== undefined)
    draft.problems.add("OG140", draft.places.valueAt(path), problem.message, { fix: problem.fix });
}

function reportHost(draft: Draft, path: Path, host: string): void {
  const bare = /^(?:[a-z]+:\/\/)?(\[[^\]]*\]|[^/:]*)(?::\d+)?(?:\/.*)?$/i.exec(host)?.[1] ?? "";
  const fix = hostFix(bareHost(bare), path[1] === "host");
  const words = aboutFound(draft, path, message("server.noHost"));
  draft.problems.add("OG144", draft.places.valueAt(path), words, { fix });
}

function hostFix(host: string, hasPort: boolean): Message {
  if (!isHostName(host)) return message("server.fixHost");
  return hasPort ? message("server.fixHostPort", { host }) : message("fix.write", { text: host });
}

function checkOrigins(draft: Draft, isGuarded: boolean): void {
  for (const index of listAt(draft, ["server", "cors_origins"]).keys()) {
    const path = ["server", "cors_origins", index];
    const origin = textAt(draft, path);
    if (origin === undefined) continue;
    const at = draft.places.valueAt(path);
    if (origin === "*" && !isGuarded) {
      draft.problems.add("OG140", at, message("server.anyOrigin"), { fix: message("server.fixAnyOrigin") });
    }
    if (origin === "null" && !isGuarded) {
      draft.problems.add("OG148", at, message("server.nullOrigin"), { fix: message("server.fixNullOrigin") });
    }
    if (origin === "*" || origin === "null" || normalOrigin(origin) !== undefined) continue;
    const words = aboutFound(draft, path, message("server.noOrigin"));
    draft.problems.add("OG144", at, words, { fix: message("server.fixNoOrigin") });
  }
}

function checkPassedHeaders(draft: Draft): void {
  for (const index of listAt(draft, ["server", "pass_headers"]).keys()) {
    const path = ["server", "pass_headers", index];
    const name = textAt(draft, path);
    const problem = name === undefined ? undefined : passedHeaderProblem(name);
    if (problem === undefined) continue;
    const words = aboutFound(draft, path, problem.message);
    draft.problems.add("OG125", draft.places.valueAt(path), words, { fix: problem.fix });
  }
}
