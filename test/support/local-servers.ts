// Model servers of the machine that the tests run on: where there are any, nothing can be shown of a machine without.

import { connect } from "node:net";
import type { TestContext } from "node:test";
import { LOCAL_SERVERS } from "../../src/wires/registry/providers.ts";

/** Whether to go on; else the test is skipped, with the reason. */
export async function hasNoLocalServers(t: TestContext): Promise<boolean> {
  const open = await Promise.all(LOCAL_SERVERS.map(({ port }) => isOpen(port)));
  if (!open.includes(true)) return true;
  t.skip("something listens where model servers do on this machine");
  return false;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true)).on("error", () => end(false));
  });
}
