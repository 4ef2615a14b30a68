// Two ends of one connection over loopback, for tests of what has a socket and no gateway around it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";

/** A connection: its far end, which a test plays, and ours, which was accepted. */
export type SocketPair = { readonly far: Socket; readonly near: Socket };

/** Makes one; neither end closes by itself when the other one does. Both are gone with the test. */
export async function socketPairFor(t: TestContext): Promise<SocketPair> {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const accepted = once(server, "connection");
  const far = connect({ port: address.port, host: "127.0.0.1", allowHalfOpen: true });
  const [near] = (await accepted) as [Socket];
  far.on("error", () => undefined);
  t.after(() => {
    far.destroy();
    near.destroy();
    server.close();
  });
  return { far, near };
}
