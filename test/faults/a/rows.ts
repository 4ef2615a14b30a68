// Part A of the catalogue of faults: connecting to an endpoint.

/** A line a row: number, fault, promise, and what of that belongs to a later version. */
export const ROWS_A = `
1 | The connection is refused | the next endpoint at once, within milliseconds; a strike against the first
2 | Connecting meets silence (lost SYNs) | given up after \`timeouts.connect\`, then the next endpoint
3 | The name does not exist, or its resolver fails or dawdles | the next endpoint; asked again within a second; other endpoints do not wait
4 | A name's address changes while connections are pooled | old streams finish; new connections go to the new address
5 | The IPv6 address is dead, the IPv4 one is fine | connected by the other within 250 ms
6 | A certificate that is expired, for another host, self-signed or of an unknown authority | the next endpoint; the error names endpoint and reason; checks are never turned off; \`ca_file\` adds an authority
7 | The TLS handshake stalls | counts as connecting, and ends with \`timeouts.connect\`
8 | A pooled connection is closed just as it is used | one free try on a fresh connection; no strike
9 | A peer that is gone without a word | the time limit of the first byte, then the next endpoint
10 | Bytes nobody asked for, or a second answer, on an idle connection | the connection is destroyed; no other client ever sees them
11 | Too many connections, no file descriptors left | a bounded queue, then 503 with \`Retry-After\`; the process lives
12 | No ephemeral ports left | connections are used again, so that ports are not used up; open connections and descriptors are metrics
13 | Proxies in the environment, \`NO_PROXY\` in odd forms, and endpoints on this machine | these are reached directly, whatever the variables say; an entry that is none matches nothing
258 | A forward proxy is down, its name does not exist, or its certificate is not to be trusted | the next endpoint; a strike; the reason names the proxy's host and port
259 | A forward proxy refuses CONNECT (403, 502, 503, 504, a redirect), closes without a word, cuts the tunnel, babbles or sends a head without an end | the next endpoint, with a word for each; its endpoint is ejected as for any failed connection
260 | A forward proxy wants credentials, or others | the next endpoint; the reason says so; credentials are percent-decoded, and no endpoint ever sees them
261 | A forward proxy, or an endpoint behind it, hangs while the connection is made, or over a request that was sent to it whole | given up after \`timeouts.connect\`, or \`timeouts.first_byte\`, and told apart where that can be
262 | The credentials of a forward proxy in errors, logs, snapshots, lists, \`doctor\` and problems of the configuration | never, in whatever spelling
263 | A tunnel is cut in the middle of an answer | as any connection that breaks
264 | \`HTTPS_PROXY\`, \`HTTP_PROXY\` or \`ALL_PROXY\` is a SOCKS proxy, or no address at all | a warning at the start and in \`check\` and \`doctor\`; endpoints are asked directly
141 | The client leaves while the connection to the endpoint is being made | the connecting ends at once
142 | Many connections to one TLS endpoint, and reloads that change limits of time | sessions are resumed, authorities are parsed once, connections are shared; a session whose certificate did not pass is never offered
292 | An endpoint that wants to see a certificate is shown none, an expired one, or one of an authority that it does not know | the next endpoint; the reason is that of the handshake; no other endpoint and no proxy on the way is shown what is meant for this one
293 | The certificate that an endpoint is shown is renewed, half of it first, or goes away | the old one stays in force until the two files fit, with a word; then new connections show the new one, and requests under way are not cut
294 | Name servers fail after they have answered | the known addresses serve on for an hour
`;
