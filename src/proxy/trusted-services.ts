// The data plane for a caller of the gateway's own, who was let in elsewhere: all else of a request's life is the same.

import type { Caller } from "../accounts/caller.ts";
import { AccessRules } from "./admit/access.ts";
import type { Services } from "./exchange/services.ts";

/** Services whose every request is of this caller, wherever it comes from. */
export function trustedServices(services: Services, name: string): Services {
  const access = new TrustedAccess(name);
  return { ...services, world: () => ({ ...services.world(), access }) };
}

class TrustedAccess extends AccessRules {
  readonly #caller: Caller;

  constructor(name: string) {
    const nobody = { apiKeys: [], corsOrigins: [], allowedHosts: [], passedHeaders: new Set<string>() };
    super({ ...nobody, host: "", passesUnknownPaths: false });
    this.#caller = {
      ...{ id: name, name, digest: name, owner: name, tags: [], expiresMs: Number.POSITIVE_INFINITY },
      ...{ models: undefined, endpoints: undefined, listed: undefined, addresses: undefined },
      ...{ isDisabled: false, defaultEndpoint: undefined, limits: undefined, budget: undefined },
    };
  }

  override checkPlace(): readonly string[] {
    return [];
  }

  override callerOf(): Caller {
    return this.#caller;
  }

  override isKnownCaller(): boolean {
    return true;
  }
}
