// Addresses and networks from which a key may be used. The address of the connection counts, and no header that says
// another one.

import { BlockList } from "node:net";
import { isIP } from "../core/net/ip.ts";

/** One entry, read. */
type Network = {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  /** Bits that count; undefined: a single address. */
  readonly prefix: number | undefined;
};

const ENTRY = /^([0-9A-Fa-f:.]+)(?:\/(\d{1,3}))?$/;

/** Whether a text is an address or a network in CIDR notation (RFC 4632, RFC 4291 §2.3). */
export function isNetwork(text: string): boolean {
  return networkOf(text) !== undefined;
}

/** Some addresses. */
export class AddressList {
  readonly #list = new BlockList();

  /** Entries that are none are left out: they were refused when they were written. */
  constructor(entries: readonly string[]) {
    for (const entry of entries) {
      const network = networkOf(entry);
      if (network === undefined) continue;
      const { address, family, prefix } = network;
      if (prefix === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, prefix, family);
    }
  }

  /** Whether an address is among them; an empty one, which is of a connection that is gone, is not. */
  has(address: string): boolean {
    const family = isIP(address);
    if (family === 0) return false;
    return this.#list.check(address, family === 4 ? "ipv4" : "ipv6");
  }
}

function networkOf(text: string): Network | undefined {
  const [, address = "", bits] = ENTRY.exec(text) ?? [];
  const version = isIP(address);
  if (version === 0) return undefined;
  const family = version === 4 ? "ipv4" : "ipv6";
  if (bits === undefined) return { address, family, prefix: undefined };
  const prefix = Number(bits);
  return prefix > (version === 4 ? 32 : 128) ? undefined : { address, family, prefix };
}
