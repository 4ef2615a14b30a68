// All bounds of a serving process: joins its gates and its listener with the slots that the owner lends, asks for more
// when somebody finds a gate full, and gives back what is asked for.

import type { GatewayConfig } from "../config/compile.ts";
import type { Gateway } from "../gateway.ts";
import type { Gate } from "../proxy/admit/gate.ts";
import { Batch } from "./batch.ts";
import type { BoundOrder } from "./bounds/bound-ledger.ts";
import { type Bounded, BoundShare } from "./bounds/bound-share.ts";
import { boundsOf, CONNECTIONS, dividedConfig, endpointBound, REQUESTS } from "./bounds/bounds.ts";
import type { OwnerLine } from "./owner-line.ts";

/** How long one waits for a slot of another process whom the queue has no room for: that takes two batches. */
const GRACE_MS = 100;
/** More connections are asked for when so much of the quota is open: who comes above it is refused. */
const ASK_ABOVE = 0.75;

/** What of a gateway is bounded. */
type BoundedGateway = Pick<Gateway, "overload" | "targets" | "openConnections" | "limitConnections">;

/** The slots of all bounds. */
export class BoundShares {
  readonly #line: OwnerLine;
  readonly #count: number;
  readonly #quotas: Map<string, number>;
  readonly #shares = new Map<string, BoundShare>();
  readonly #wanted = new Set<string>();
  readonly #batch = new Batch(() => this.#report());
  #gateway: BoundedGateway | undefined;

  /** `quotas`: slots that were lent at the start. */
  constructor(line: OwnerLine, count: number, quotas: ReadonlyMap<string, number>) {
    this.#line = line;
    this.#count = count;
    this.#quotas = new Map(quotas);
  }

  /** The configuration as this process has to take it. */
  divided(config: GatewayConfig): GatewayConfig {
    const known = boundsOf(config);
    for (const name of this.#shares.keys()) if (!known.has(name)) this.#shares.delete(name);
    const quotaOf = (name: string): number => this.#shares.get(name)?.quota ?? this.#quotas.get(name) ?? 0;
    return dividedConfig(config, this.#count, quotaOf);
  }

  /** The gateway has taken a configuration: its gates are joined with the slots. */
  join(gateway: BoundedGateway, config: GatewayConfig): void {
    this.#gateway = gateway;
    for (const [name, max] of boundsOf(config)) {
      if (!this.#shares.has(name))
        this.#shares.set(name, new BoundShare(this.#boundedOf(name), this.#quotas.get(name) ?? 0));
      this.#quotas.delete(name);
      this.#shares.get(name)?.lendAgain();
      const onFull = (): void => this.#want(name);
      this.#gateOf(name)?.borrow({ onFull, graceMs: GRACE_MS, graceMax: max });
    }
  }

  /** The owner lends slots, or wants some back. */
  obey(order: BoundOrder): void {
    const share = this.#shares.get(order.bound);
    if (share === undefined) {
      if (order.kind === "take") this.#line.send({ kind: "given", bound: order.bound, count: order.count });
      return;
    }
    if (order.kind === "take") share.take(order.count);
    else if (order.kind === "keep") share.keep(order.count);
    else share.keepHalfOfIdle();
    this.#give(order.bound, share);
    if (share.isOwing) this.#batch.ask();
  }

  /** From time to time: connections are asked for before there are none left. */
  beat(): void {
    const share = this.#shares.get(CONNECTIONS);
    if (share === undefined || this.#gateway === undefined) return;
    if (this.#gateway.openConnections < share.quota * ASK_ABOVE) return;
    this.#line.send({ kind: "want", bound: CONNECTIONS, count: Math.ceil(share.quota / 4) + 1 });
  }

  end(): void {
    this.#batch.end();
  }

  #want(name: string): void {
    this.#wanted.add(name);
    this.#batch.ask();
  }

  #report(): void {
    for (const name of this.#wanted) {
      const waiting = this.#gateOf(name)?.waiting ?? 0;
      this.#line.send({ kind: "want", bound: name, count: Math.max(1, waiting) });
      // Those who wait find no gate full any more: it is asked for them until nobody waits.
      if (waiting === 0) this.#wanted.delete(name);
      else this.#batch.ask();
    }
    for (const [name, share] of this.#shares) {
      if (!share.isOwing) continue;
      this.#give(name, share);
      if (share.isOwing) this.#batch.ask();
    }
  }

  #give(name: string, share: BoundShare): void {
    const count = share.give();
    if (count > 0) this.#line.send({ kind: "given", bound: name, count });
  }

  #gateOf(name: string): Gate | undefined {
    if (name === CONNECTIONS) return undefined;
    if (name === REQUESTS) return this.#gateway?.overload.gate;
    return this.#gateway?.targets.gates.of(name.slice(endpointBound("").length));
  }

  #boundedOf(name: string): Bounded {
    const openNow = (): number => this.#gateway?.openConnections ?? 0;
    const gateNow = (): Gate | undefined => this.#gateOf(name);
    if (name === CONNECTIONS)
      return {
        get inFlight() {
          return openNow();
        },
        lend: (max) => this.#gateway?.limitConnections(max),
      };
    return {
      get inFlight() {
        return gateNow()?.inFlight ?? 0;
      },
      lend: (max) => gateNow()?.lend(max),
    };
  }
}
