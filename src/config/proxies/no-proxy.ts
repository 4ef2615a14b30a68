// Which hosts are reached without a proxy, by the rules that curl and Go share.

import { BlockList } from "node:net";
import { isIP, isIPv6 } from "../../core/net/ip.ts";

type DirectHosts = { readonly isFor: (host: string) => boolean; readonly port: number | undefined };

/** The hosts that a `NO_PROXY` names. */
export class NoProxy {
  readonly #entries: readonly DirectHosts[];

  /**
   * Entries between commas or spaces: `*`; an address or a range (`10.0.0.0/8`, `fd00::/8`); a name, which stands for
   * itself and all below it, with a dot or `*.` in front or without; each with or without `:port`. What is none of these
   * matches nothing.
   */
  constructor(text: string) {
    this.#entries = text.split(/[\s,]+/).flatMap((entry) => (entry === "" ? [] : (entryOf(entry) ?? [])));
  }

  /** Whether a host is reached directly: a name, or an address without brackets. */
  includes(hostname: string, port: number): boolean {
    const host = hostname.toLowerCase().replace(/\.$/, "");
    return this.#entries.some((entry) => (entry.port ?? port) === port && entry.isFor(host));
  }
}

function entryOf(written: string): DirectHosts | undefined {
  // Somebody may have written a URL.
  const text = written
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/\/$/, "");
  const match = isIPv6(text) || text.includes("/") ? null : /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text);
  const host = (match?.[1] ?? text).replace(/^\[|\]$/g, "");
  const port = match?.[2] === undefined ? undefined : Number(match[2]);
  const isFor = testOf(host);
  return isFor === undefined ? undefined : { isFor, port };
}

function testOf(host: string): DirectHosts["isFor"] | undefined {
  if (host === "*") return () => true;
  const range = rangeOf(host);
  if (range !== undefined) return (other) => isIP(other) !== 0 && range.check(other, familyOf(other));
  const name = host.replace(/^\*?\./, "").replace(/\.$/, "");
  if (!/^[^\s/:*[\]]+$/.test(name)) return undefined;
  return (other) => isIP(other) === 0 && (other === name || other.endsWith(`.${name}`));
}

function rangeOf(text: string): BlockList | undefined {
  const [address = "", bits, ...more] = text.split("/");
  if (isIP(address) === 0 || more.length > 0) return undefined;
  const most = isIPv6(address) ? 128 : 32;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : Number.POSITIVE_INFINITY;
  if (prefix > most) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix, familyOf(address));
  return range;
}

function familyOf(address: string): "ipv4" | "ipv6" {
  return isIPv6(address) ? "ipv6" : "ipv4";
}
