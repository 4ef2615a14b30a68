// What a reload makes stale of what is known of endpoints: the health of one that has another address, another
// proxy or another certificate of ours now, the cool-down of a key that was replaced.

import { isSameProxy } from "../../upstream/forward-proxy.ts";
import { isSameCertificate } from "../../upstream/trust.ts";
import type { Endpoint } from "../model.ts";

/** What is known of endpoints. */
type Knowledge = {
  forget(endpoint: string): void;
  forgetKey(endpoint: string, credential: number): void;
};

/** Forgets what was learnt of something that is not there any more although its name is. */
export function forgetChanged(
  knowledge: Knowledge,
  before: readonly Endpoint[],
  after: readonly Endpoint[],
): void {
  const known = new Map(before.map((endpoint) => [endpoint.name, endpoint]));
  for (const endpoint of after) {
    const old = known.get(endpoint.name);
    if (old === undefined) continue;
    if (isElsewhere(old, endpoint)) knowledge.forget(endpoint.name);
    for (const { id, apiKey } of old.credentials) {
      const now = endpoint.credentials.find((credential) => credential.id === id);
      if (now?.apiKey !== apiKey) knowledge.forgetKey(endpoint.name, id);
    }
  }
}

/** What was met before may have been due to the address, to the way to it, or to what it was shown of us. */
function isElsewhere(old: Endpoint, now: Endpoint): boolean {
  if (old.baseUrl !== now.baseUrl || !isSameProxy(old.proxy, now.proxy)) return true;
  return !isSameCertificate(old.clientCertificate, now.clientCertificate);
}
