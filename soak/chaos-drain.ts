// A phase of `npm run chaos`: SIGTERM while clients send over connections that they keep. What is sent on a connection
// that was open is answered; only new connections are refused.

import { type Chaos, isGood, told } from "./chaos-run.ts";
import { Client, type Outcome } from "./client.ts";

const CLIENTS = 50;
/** By then each client has sent several requests. */
const TERMINATED_AFTER = 500;
/** No client sends more than this, should the gateway not stop. */
const MAX_REQUESTS = 400;
const BODY = { model: "m", messages: [{ role: "user", content: "hi" }] };

/** Stops a gateway under load. */
export async function drainUnderLoad(chaos: Chaos): Promise<void> {
  const phase = "SIGTERM while clients keep their connections";
  await chaos.withFreshGateway(async (gateway) => {
    const taken: Outcome[] = [];
    let stopped: Promise<void> | undefined;
    const client = async (name: number): Promise<void> => {
      const own = new Client(gateway.port, { maxConnections: 1 });
      for (let sent = 0; sent < MAX_REQUESTS; sent += 1) {
        const outcome = await own.call({
          path: "/v1/chat/completions",
          body: BODY,
          id: `drain-${name}-${sent}`,
        });
        // The connection had been closed after an answer: this was a new one.
        if (outcome.end === "no-connection" && !outcome.isReused) break;
        taken.push(outcome);
        if (taken.length === TERMINATED_AFTER) stopped = gateway.stop();
        if (outcome.isLastOnConnection || !isGood(outcome)) break;
      }
      own.close();
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, name) => client(name)));
    await stopped;
    const lost = taken.filter((one) => !isGood(one));
    chaos.note(phase, taken, lost.length);
    chaos.check(stopped !== undefined, `${phase}: the gateway was never told to stop`);
    chaos.check(lost.length === 0, `${phase}: ${lost.length} requests lost on open connections;`, told(lost));
  });
}
