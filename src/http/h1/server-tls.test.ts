// The listener engine over `node:net` keeps over TLS what the seam promises; and what is TLS's own.

import { testListenerEngine } from "../../../test/support/engines/listener-cases.ts";
import { testTlsListener } from "../../../test/support/engines/listener-tls-cases.ts";
import { identity } from "../../../test/support/tls.ts";
import { speakTlsTo } from "../../../test/support/wire.ts";
import type { Listen } from "../listener.ts";
import { listen } from "./server.ts";

const listenByTls: Listen = async (address, limits, listeners) => {
  const server = await listen({ ...address, tls: identity("good") }, limits, listeners);
  speakTlsTo(server.port);
  return server;
};

testListenerEngine(listenByTls);
testTlsListener(listenByTls);
