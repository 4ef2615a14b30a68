// The value of Host.

/** A name or an address, in brackets where it is one of IPv6, and perhaps a port (RFC 9110 §7.2, RFC 3986 §3.2.2). */
const HOST = /^(?:\[[\dA-Fa-fv.:]+\]|[\w.~!$&'()*+,;=%-]*)(?::\d*)?$/;

/** Whether Host may say so; a request in which it may not must be refused (RFC 9112 §3.2). It may be empty. */
export function isHostValue(value: string): boolean {
  return HOST.test(value);
}
