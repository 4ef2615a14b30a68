// Ports at which nothing useful happens: one that refuses connections, one that swallows them.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Worker } from "node:worker_threads";

/** A loopback port that refuses connections: it was free a moment ago. */
export async function deadPort(): Promise<number> {
  const [port = 0] = await deadPorts(1);
  return port;
}

/** Several, no two of which are the same, as those of one after the other might be. */
export async function deadPorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => {
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("not listening on TCP");
    return address.port;
  });
  for (const server of servers) server.close();
  await Promise.all(servers.map((server) => once(server, "close")));
  return ports;
}

/** A port that is listened on, but never completes a handshake. */
export type BlackHole = { readonly port: number; close(): Promise<void> };

/**
 * Starts a listener whose thread never runs again and whose queue of connections is full, so that the kernel drops
 * every further SYN (2). Relies on Linux's rule that a backlog of 1 holds two connections.
 */
export async function blackHole(host = "127.0.0.1", atPort = 0): Promise<BlackHole> {
  const worker = new Worker(FROZEN_LISTENER, { eval: true, workerData: { host, port: atPort } });
  const [message]: unknown[] = await once(worker, "message");
  const port = Number(message);
  const fillers = [connect(port, host), connect(port, host)];
  for (const filler of fillers) {
    filler.on("error", () => {});
    await once(filler, "connect");
  }
  return {
    port,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      await worker.terminate();
    },
  };
}

const FROZEN_LISTENER = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer().listen({ ...workerData, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
`;
