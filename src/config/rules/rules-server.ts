// Rules about `server`: where it listens and who may call.

import { bareHost, isHostName, isLoopbackHost, normalOrigin } from "../schema/hosts.ts";
import { type Draft, listAt, pathText, shown, textAt, valueAt } from "../yaml/draft.ts";
import type { Path } from "../yaml/places.ts";
import { passedHeaderProblem, type TextProblem } from "../yaml/text-rules.ts";
import type { KeyFiles } from "./key-files.ts";
import { checkClientKeys } from "./rules-client-keys.ts";

/** Who can reach the listener, and what they must know. */
export type Exposure = { readonly host: string; readonly hasKeys: boolean; readonly allowAnonymous: boolean };

/** Refuses a listener that other machines can reach without a key. */
export function exposureProblem(exposure: Exposure): TextProblem | undefined {
  if (exposure.hasKeys || exposure.allowAnonymous || isLoopbackHost(exposure.host)) return undefined;
  return {
    message: `other machines can reach "${exposure.host}", and no client key is configured: anyone there could spend your money`,
    fix: "set server.api_keys, or server.allow_anonymous: true if that is what you want",
  };
}

/** Checks `server`. `isAnonymousAllowed`: the command line says so, whatever the file does. */
export function checkServer(draft: Draft, isAnonymousAllowed: boolean, keyFiles: KeyFiles): void {
  const hasKeys = listAt(draft, ["server", "api_keys"]).length > 0;
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
  const fix = isHostName(bare)
    ? `write "${bareHost(bare)}"${path[1] === "host" ? "; the port goes into server.port" : ""}`
    : 'write a name or an address, such as "127.0.0.1"';
  draft.problems.add(
    "OG144",
    draft.places.valueAt(path),
    `${pathText(path)} is no host: ${shown(draft, path)}`,
    { fix },
  );
}

function checkOrigins(draft: Draft, isGuarded: boolean): void {
  for (const index of listAt(draft, ["server", "cors_origins"]).keys()) {
    const path = ["server", "cors_origins", index];
    const origin = textAt(draft, path);
    if (origin === undefined) continue;
    const at = draft.places.valueAt(path);
    if (origin === "*" && !isGuarded) {
      const fix =
        "name the origins, or set server.api_keys, or server.allow_anonymous: true if that is what you want";
      draft.problems.add(
        "OG140",
        at,
        "every web page could call the gateway, and no client key is configured",
        { fix },
      );
    }
    if (origin === "null" && !isGuarded) {
      const message =
        'pages of every site can call the gateway with the origin "null" (in a sandboxed frame), and no client key is configured';
      draft.problems.add("OG148", at, message, {
        fix: "set server.api_keys, or name an origin that has a host",
      });
    }
    if (origin === "*" || origin === "null" || normalOrigin(origin) !== undefined) continue;
    const fix = 'write scheme and host, such as "https://app.example.com"';
    draft.problems.add("OG144", at, `${pathText(path)} is no origin: ${shown(draft, path)}`, { fix });
  }
}

function checkPassedHeaders(draft: Draft): void {
  for (const index of listAt(draft, ["server", "pass_headers"]).keys()) {
    const path = ["server", "pass_headers", index];
    const name = textAt(draft, path);
    const problem = name === undefined ? undefined : passedHeaderProblem(name);
    if (problem === undefined) continue;
    draft.problems.add(
      "OG125",
      draft.places.valueAt(path),
      `${pathText(path)} ${problem.message}: ${shown(draft, path)}`,
      { fix: problem.fix },
    );
  }
}
