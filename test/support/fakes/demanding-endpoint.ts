// An endpoint that wants to see a certificate of the test's authority before it says anything (mutual TLS).

import { once } from "node:events";
import { createServer } from "node:https";
import type { TestContext } from "node:test";
import type { TLSSocket } from "node:tls";
import { certificate, testAuthority } from "../tls.ts";

/** One, with what it was shown. */
export type DemandingEndpoint = {
  /** Such as `https://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The common name of the certificate of each connection. */
  readonly shown: string[];
  /** Whether each of these resumed a session. */
  readonly resumed: boolean[];
  /** Ends all connections. */
  readonly cut: () => void;
};

/** Starts one, which is closed when the test is over; it answers every request with `{"good":true}`. */
export async function demandingFor(
  t: TestContext,
  version: "TLSv1.2" | "TLSv1.3" = "TLSv1.3",
): Promise<DemandingEndpoint> {
  const identity = certificate("good");
  const rules = { requestCert: true, rejectUnauthorized: true, minVersion: version, maxVersion: version };
  const server = createServer({ ...identity, ...rules, ca: testAuthority() }, (request, response) => {
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end('{"good":true}');
  });
  const shown: string[] = [];
  const resumed: boolean[] = [];
  server.on("secureConnection", (socket: TLSSocket) => {
    shown.push(String(socket.getPeerCertificate().subject.CN));
    resumed.push(socket.isSessionReused());
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const cut = (): void => server.closeAllConnections();
  return { origin: `https://127.0.0.1:${address.port}`, shown, resumed, cut };
}
