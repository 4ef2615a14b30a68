// The server that the cases of a listener engine talk to, and what they ask of it.

import type { TestContext } from "node:test";
import {
  DEFAULT_LIMITS,
  type HttpServer,
  type Listen,
  type ServerLimits,
} from "../../../src/http/listener.ts";
import type { Reply, RequestListener, UpgradeListener } from "../../../src/http/message.ts";
import { Condition } from "../condition.ts";
import { requestBytes } from "../wire.ts";

export const GET = requestBytes({ path: "/" });
export const HELLO = Buffer.from("hello");
/** More than the buffers of a loopback connection hold. */
export const FLOOD = Buffer.alloc(16 * 1024 * 1024);

const sayHello: RequestListener = (_request, reply) => {
  reply.head(200, ["content-length", String(HELLO.length)]);
  reply.end(HELLO);
};

/** The engine under test, and limits that are not the usual ones. */
type Engine = {
  readonly listen: Listen;
  readonly given?: Partial<ServerLimits>;
};

/** A listening server, cut when the test is over. */
export async function serverFor(
  t: TestContext,
  { listen, given }: Engine,
  onRequest: RequestListener = sayHello,
  upgrades?: UpgradeListener,
): Promise<HttpServer> {
  const limits = { ...DEFAULT_LIMITS, ...given };
  const server = await listen({ host: "127.0.0.1", port: 0 }, limits, {
    onRequest,
    ...(upgrades === undefined ? {} : { upgrades }),
  });
  t.after(async () => {
    const drained = server.drain();
    server.cut();
    await drained;
  });
  return server;
}

/** What a test sees of one reply. */
type Seen = { reply: Reply | undefined; isAborted: boolean; wasFull: boolean; readonly changed: Condition };

/** A listener that hands its reply over, and notes an abort. */
export function handOver(answer: (reply: Reply, seen: Seen) => void): {
  seen: Seen;
  listener: RequestListener;
} {
  const seen: Seen = { reply: undefined, isAborted: false, wasFull: false, changed: new Condition() };
  const listener: RequestListener = (_request, reply) => {
    reply.onAbort(() => {
      seen.isAborted = true;
      seen.changed.notify();
    });
    seen.reply = reply;
    answer(reply, seen);
    seen.changed.notify();
  };
  return { seen, listener };
}
