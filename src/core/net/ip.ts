// Whether a text is an IP address. Node compiles a large pattern for IPv6 when it is first asked, which takes as long
// at the start as reading the whole configuration; what has no colon is none.

import net from "node:net";

/** Which version of IP an address is of; 0 of what is none. As `isIP` of `node:net`. */
export function isIP(text: string): 0 | 4 | 6 {
  if (net.isIPv4(text)) return 4;
  return isIPv6(text) ? 6 : 0;
}

/** Whether it is an IPv6 address, as `isIPv6` of `node:net`. */
export function isIPv6(text: string): boolean {
  return text.includes(":") && net.isIPv6(text);
}
