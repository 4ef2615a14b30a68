// How many gateways a request has been through, and which: the header that ends a loop. An endpoint may be this
// gateway itself, directly, by another of its names or by way of a second gateway.

/** The header; its value is `2; a3f1… 77c0…`: the count, and an id of each gateway on the way. */
export const HOPS_HEADER = "x-oai-gateway-hops";

/** A request that comes with a greater count is refused. */
const MAX_HOPS = 3;

/** What a request says of its way. */
export type Hops = {
  readonly count: number;
  /** Those of the gateways on the way, the first one first. */
  readonly ids: readonly string[];
};

/** Of a request that comes from a client. */
export const NO_HOPS: Hops = { count: 0, ids: [] };

/** An id for a gateway: 16 hexadecimal digits, which say nothing of it. */
export function newGatewayId(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}

const COUNT = /^\s*(\d{1,6})\s*(?:;|$)/;
const ID = /[0-9a-f]{16}/g;

/**
 * Reads the values of the header, of which there may be several where something on the way has added its own. One
 * that cannot be read counts as too many: it could otherwise go round for ever.
 */
export function readHops(values: readonly string[]): Hops {
  let count = 0;
  const ids: string[] = [];
  for (const value of values.flatMap((one) => one.split(","))) {
    const counted = COUNT.exec(value)?.[1];
    count = Math.max(count, counted === undefined ? MAX_HOPS + 1 : Number(counted));
    for (const [id] of value.matchAll(ID)) if (ids.length <= MAX_HOPS) ids.push(id);
  }
  return { count: Math.max(count, ids.length), ids };
}

/** Why a request goes round in a circle: it was here before, or it has come too far. Undefined when it does not. */
export function loopIn(hops: Hops, ownId: string): "self" | "too_far" | undefined {
  if (hops.ids.includes(ownId)) return "self";
  return hops.count > MAX_HOPS ? "too_far" : undefined;
}

/** The header's value for what is sent on. `ownId`: 16 hexadecimal digits. */
export function nextHops(hops: Hops, ownId: string): string {
  return `${hops.count + 1}; ${[...hops.ids, ownId].join(" ")}`;
}
