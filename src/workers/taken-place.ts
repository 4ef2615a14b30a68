// The address of several processes, before there are any.

import { createServer } from "node:net";

/** Where processes listen. */
export type ListenPlace = { readonly host: string; readonly port: number };

/**
 * Takes the address for a moment, so that it is known before any process is started whether it can be had, and which port
 * it is.
 * @throws the system's error (EADDRINUSE, EACCES …) when it cannot
 */
export function takenPlace(host: string, port: number): Promise<ListenPlace> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host, port }, () => {
      const address = server.address();
      const bound = typeof address === "object" && address !== null ? address : { address: host, port };
      server.close(() => resolve({ host: bound.address, port: bound.port }));
    });
  });
}
