// The listener whose connections are all served by `node:http`.

import { listenWith } from "../listener/acceptor.ts";
import { NodeEngine } from "./node-engine.ts";

/**
 * Listens and hands each request on.
 * @throws the system's error (EADDRINUSE, EACCES …) when the address cannot be had
 */
export const listen = listenWith((limits, listeners, share) => new NodeEngine(limits, listeners, share));
