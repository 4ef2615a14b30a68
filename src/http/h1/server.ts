// The listener whose connections are served over `node:net` where they are plain, and by `node:http` where not.

import { listenWith } from "../listener/acceptor.ts";
import { NodeEngine } from "../node/node-engine.ts";
import { H1Engine } from "./h1-engine.ts";

/**
 * Listens and hands each request on.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export const listen = listenWith(
  (limits, listeners, share) =>
    new H1Engine(limits, listeners, share, (current) => new NodeEngine(current, listeners, share)),
);
