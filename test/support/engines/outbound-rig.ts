// What the cases of an outbound engine begin with: the engine, an endpoint, and a handler that notes what it is told.

import type { TestContext } from "node:test";
import type { FlatHeaders } from "../../../src/http/message.ts";
import type {
  OutboundClient,
  OutboundFailure,
  OutboundHandler,
  OutboundRequest,
  Peer,
} from "../../../src/upstream/client.ts";
import { type FakeEndpoint, fakeFor } from "../fakes/fake-endpoint.ts";

export const GET: OutboundRequest = { method: "GET", path: "/v1/thing", headers: [], body: undefined };

export const OPTIONS = { connectMs: 5_000 };

/** Makes the engine under test. */
export type MakeClient = () => OutboundClient;

export type Stage = "onHead" | "onData" | "onEnd" | "onFailure";

export class CanaryError extends Error {}

/** Throws at one stage, the first time it comes there; notes what it is told. */
export class Thrower implements OutboundHandler {
  readonly told: string[] = [];
  readonly over: Promise<void>;
  readonly #stage: Stage | undefined;
  #resolve = (): void => {};
  #hasThrown = false;

  constructor(stage: Stage | undefined) {
    this.#stage = stage;
    this.over = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  onHead(_status: number, _headers: FlatHeaders): void {
    this.#note("onHead");
  }

  onData(_chunk: Buffer): boolean {
    this.#note("onData");
    return true;
  }

  onEnd(): void {
    this.#note("onEnd");
    this.#resolve();
  }

  onFailure(failure: OutboundFailure): void {
    this.#note("onFailure", failure.reason);
    this.#resolve();
  }

  protected resolve(): void {
    this.#resolve();
  }

  #note(stage: Stage, detail?: string): void {
    this.told.push(detail === undefined ? stage : `${stage} ${detail}`);
    if (stage !== this.#stage || this.#hasThrown) return;
    this.#hasThrown = true;
    throw new CanaryError();
  }
}

/** An engine, closed when the test is over. */
export function clientFor(t: TestContext, make: MakeClient): OutboundClient {
  const client = make();
  t.after(() => client.close());
  return client;
}

/** An engine, and an endpoint to ask. */
export async function rig(
  t: TestContext,
  make: MakeClient,
): Promise<{ endpoint: FakeEndpoint; client: OutboundClient }> {
  return { endpoint: await fakeFor(t), client: clientFor(t, make) };
}

export function peerOf(endpoint: FakeEndpoint): Peer {
  return { origin: new URL(endpoint.url).origin };
}
