// When a configuration that is right in itself must not replace the running one. Pure: whoever swaps configurations asks
// here first, so that no way to a reload goes round these rules.

import type { GatewayConfig } from "../config/compile.ts";
import { exposureProblem } from "../config/rules/rules-server.ts";

/**
 * `exposed`: other machines could use the gateway without a key. `takes_all_away`: no endpoint would be left where there
 * were some, and nobody has asked for that: the first lines of a file that is being written say nothing wrong.
 */
export type RefusalReason = "exposed" | "takes_all_away";

/** A configuration was refused; the one before it stays in force. */
export class ReloadRefused extends Error {
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(`the configuration was refused: ${reason}`);
    this.reason = reason;
  }
}

/** Whether other machines could use what is configured so without a key. */
export function isExposed({ server }: GatewayConfig, boundHost = server.host): boolean {
  const { apiKeys, allowAnonymous, requiresKeys } = server;
  // The bound address stays what it was, so that it is the one to judge by.
  const hasKeys = requiresKeys || apiKeys.length > 0;
  return exposureProblem({ host: boundHost, hasKeys, allowAnonymous }) !== undefined;
}

/** What a reload is judged by. */
export type ReloadCase = {
  readonly before: GatewayConfig;
  readonly after: GatewayConfig;
  /** The host that the listener has, whatever a configuration says. */
  readonly boundHost: string;
  /** A person wants it; a saved file alone does not count. */
  readonly isAsked: boolean;
};

/** @throws ReloadRefused where the new configuration must not be served */
export function checkReload({ before, after, boundHost, isAsked }: ReloadCase): void {
  const hadAny = before.plan.endpoints.length > 0;
  if (!isAsked && hadAny && after.plan.endpoints.length === 0) throw new ReloadRefused("takes_all_away");
  if (isExposed(after, boundHost)) throw new ReloadRefused("exposed");
}

/** Where the listener is, whatever a configuration says. */
export type BoundListener = {
  readonly host: string;
  /** As it was asked for, and as it is: they differ where 0 was asked for. */
  readonly ports: readonly number[];
  readonly isTls: boolean;
};

/** What a reload changes and only the next start puts in force, in sentences for people. */
export function delayedChanges(before: GatewayConfig, after: GatewayConfig, bound: BoundListener): string[] {
  const changes: string[] = [];
  if (isMoved(before, after, bound))
    changes.push("server.host and server.port take effect at the next start");
  if (before.server.engine !== after.server.engine)
    changes.push("server.engine takes effect at the next start");
  if (before.server.workers !== after.server.workers)
    changes.push("server.workers takes effect at the next start");
  const isTls = after.server.tls !== undefined;
  if (isTls !== (before.server.tls !== undefined) && isTls !== bound.isTls)
    changes.push("server.tls takes effect at the next start");
  if (before.store.place !== after.store.place || before.store.folder !== after.store.folder)
    changes.push("store.mode and store.folder take effect at the next start");
  return changes;
}

/** Whether a reload brings an address that is neither the one before it nor the one in force. */
function isMoved(before: GatewayConfig, { server }: GatewayConfig, bound: BoundListener): boolean {
  const isNew = before.server.host !== server.host || before.server.port !== server.port;
  return isNew && !(server.host === bound.host && bound.ports.includes(server.port));
}
