// Where a local server is: at its usual port, or where a variable of its own says.

import type { Environment } from "../core/env.ts";
import type { LocalServer } from "../wires/registry/providers.ts";

/** Its base URL. What the variable holds may lack the scheme, the host or the port; what is no address counts as none. */
export function addressOf(server: LocalServer, env: Environment): URL {
  const usual = new URL(`http://127.0.0.1:${server.port}${server.basePath}`);
  const value = server.addressVariable === undefined ? undefined : env[server.addressVariable];
  const given = (value ?? "").trim().replace(/^["']|["']$/g, "");
  if (given === "") return usual;
  // With a scheme the port is the scheme's own, as the server itself reads the variable.
  const hasScheme = given.includes("://");
  const url = URL.parse(hasScheme ? given : `http://${given.startsWith(":") ? "127.0.0.1" : ""}${given}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "")
    return usual;
  if (!hasScheme && url.port === "" && !/:80(?:\/|$)/.test(given)) url.port = String(server.port);
  // A server that listens on every address is asked on this machine's own.
  if (url.hostname === "0.0.0.0" || url.hostname === "[::]") url.hostname = "127.0.0.1";
  const path = url.pathname.replace(/\/+$/, "");
  url.pathname = path.endsWith(server.basePath) ? path : `${path}${server.basePath}`;
  return url;
}
