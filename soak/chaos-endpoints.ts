// Three endpoints that can be killed and brought back, and that count what reaches them.

import { setTimeout as delay } from "node:timers/promises";
import { behaviour, events } from "../test/support/fakes/behaviours.ts";
import { type FakeEndpoint, startFakeEndpoint } from "../test/support/fakes/fake-endpoint.ts";

const CHUNK = { id: "c", object: "chat.completion.chunk", created: 1, model: "m" };
const PLAIN = JSON.stringify({ id: "x", object: "chat.completion", model: "m", choices: [] });
const UNAVAILABLE = JSON.stringify({
  error: { message: "busy", type: "server_error", param: null, code: null },
});

/** One endpoint. */
export class ChaosEndpoint {
  readonly name: string;
  readonly fake: FakeEndpoint;
  calls = 0;
  /** Answers 503 to everything. */
  isBusy = false;
  isAlive = true;

  constructor(name: string, fake: FakeEndpoint) {
    this.name = name;
    this.fake = fake;
    fake.always(
      behaviour(async (exchange) => {
        this.calls += 1;
        fake.requests.length = 0;
        // The fake keeps a little of each request while its connection lives.
        if (this.calls % 50 === 0) exchange.isReusable = false;
        if (this.isBusy) return whole(exchange, 503, UNAVAILABLE);
        if (!exchange.request.body.includes('"stream":true')) return whole(exchange, 200, PLAIN);
        await exchange.head(200, ["content-type", "text/event-stream"]);
        for (let index = 0; index < 4; index += 1) {
          for (const piece of events([{ ...CHUNK, choices: [] }])) await exchange.piece(piece);
          await delay(25);
        }
        const last = { ...CHUNK, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
        for (const piece of events([last, "[DONE]"])) await exchange.piece(piece);
        await exchange.finish();
      }),
    );
  }

  static async start(name: string): Promise<ChaosEndpoint> {
    return new ChaosEndpoint(name, await startFakeEndpoint());
  }

  /** Breaks every connection and refuses new ones. */
  kill(): Promise<void> {
    this.isAlive = false;
    return this.fake.close();
  }

  revive(): Promise<void> {
    this.isAlive = true;
    return this.fake.reopen();
  }
}

type Exchange = Parameters<Parameters<typeof behaviour>[0]>[0];

async function whole(exchange: Exchange, status: number, text: string): Promise<void> {
  await exchange.head(status, ["content-type", "application/json", "content-length", String(text.length)]);
  await exchange.piece(text);
  await exchange.finish();
}
