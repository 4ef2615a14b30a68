// What a host name, an address or an origin is: loopback, link-local, any, and its usual spelling. Pure; resolves no
// names.

import { isIPv4 } from "node:net";
import { isIP, isIPv6 } from "../core/net/ip.ts";

/** Whether only this machine can reach a listener on this host. */
export function isLoopbackHost(host: string): boolean {
  const name = bareHost(host).toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (isIPv4(name)) return name.startsWith("127.");
  const groups = ipv6Groups(name);
  if (groups === undefined) return false;
  const embedded = mappedIpv4(groups);
  return embedded === undefined ? groups.join(":") === "0:0:0:0:0:0:0:1" : embedded.startsWith("127.");
}

/** Whether the host means "every address of this machine". */
export function isWildcardHost(host: string): boolean {
  const name = bareHost(host);
  return name === "0.0.0.0" || ipv6Groups(name)?.every((group) => group === 0) === true;
}

/** Without the brackets that an IPv6 address has in a URL. */
export function bareHost(host: string): string {
  return host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
}

/** Whether this is a bare address or a host name, without scheme, port or path. */
export function isHostName(host: string): boolean {
  if (isIP(bareHost(host)) !== 0) return true;
  if (host.length > 253 || /^[\d.]+$/.test(host)) return false;
  return host.split(".").every((label) => /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/.test(label));
}

/** An origin as browsers send it, or undefined: `https://app.example.com`, no path. */
export function normalOrigin(text: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+\/?$/i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  // Origins of browser extensions have a scheme without an origin of its own.
  return url.origin === "null" ? text.replace(/\/$/, "").toLowerCase() : url.origin;
}

// Names by which clouds hand out a machine's credentials.
const METADATA_NAMES = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "instance-data",
  "instance-data.ec2.internal",
]);
const METADATA_ADDRESSES = new Set(["100.100.100.200", "192.0.0.192"]);
const METADATA_IPV6 = "fd00:ec2:0:0:0:0:0:254";

/** Whether a canonical host (as the URL parser gives it) is link-local or a cloud's metadata service. */
export function isLinkLocalHost(host: string): boolean {
  const name = bareHost(host).toLowerCase().replace(/\.$/, "");
  if (METADATA_NAMES.has(name)) return true;
  if (isIPv4(name)) return isLinkLocalIpv4(name);
  const groups = ipv6Groups(name);
  if (groups === undefined) return false;
  const first = groups[0] ?? 0;
  if ((first & 0xffc0) === 0xfe80) return true;
  if (groups.map((group) => group.toString(16)).join(":") === METADATA_IPV6) return true;
  return embeddedIpv4(groups).some(isLinkLocalIpv4);
}

function isLinkLocalIpv4(address: string): boolean {
  return address.startsWith("169.254.") || METADATA_ADDRESSES.has(address);
}

function ipv6Groups(address: string): readonly number[] | undefined {
  if (!isIPv6(address) || address.includes("%")) return undefined;
  // The URL parser writes embedded IPv4 addresses as groups.
  const canonical = bareHost(new URL(`http://[${address}]/`).hostname);
  const [head = "", tail] = canonical.split("::");
  const left = groupsOf(head);
  if (tail === undefined) return left;
  const right = groupsOf(tail);
  return [...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right];
}

function groupsOf(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}

function mappedIpv4(groups: readonly number[]): string | undefined {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  return isMapped ? ipv4Of(groups[6], groups[7]) : undefined;
}

// Mapped and compatible (RFC 4291 §2.5.5), NAT64 (RFC 6052), 6to4 (RFC 3056).
function embeddedIpv4(groups: readonly number[]): readonly string[] {
  const leading = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(":");
  const isLast = leading === "0:0:0:0:0:ffff" || leading === "0:0:0:0:0:0" || leading === "64:ff9b:0:0:0:0";
  const found = isLast ? [ipv4Of(groups[6], groups[7])] : [];
  return groups[0] === 0x2002 ? [...found, ipv4Of(groups[1], groups[2])] : found;
}

function ipv4Of(high = 0, low = 0): string {
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
