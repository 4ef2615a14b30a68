// The HTTP engines that there are: each listens for clients and asks endpoints, behind the same two seams. An engine is
// loaded when it is asked for, so that the other one costs nothing.

import type { EngineName } from "./config/schema/engine-name.ts";
import type { Listen } from "./http/listener.ts";
import type { OutboundClient } from "./upstream/client.ts";

/** One engine. */
export type Engine = {
  readonly listen: Listen;
  readonly createClient: () => OutboundClient;
};

/** Loads an engine: `fast` is our own, `node` is `node:http` and undici. */
export async function loadEngine(name: EngineName): Promise<Engine> {
  if (name === "node") {
    const [{ listen }, { createUndiciClient }] = await Promise.all([
      import("./http/node/server.ts"),
      import("./upstream/undici/undici-client.ts"),
    ]);
    return { listen, createClient: createUndiciClient };
  }
  const [{ listen }, { createH1Client }] = await Promise.all([
    import("./http/h1/server.ts"),
    import("./upstream/h1/h1-client.ts"),
  ]);
  return { listen, createClient: createH1Client };
}
