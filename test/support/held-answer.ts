// A request under way whose answer is in the test's hand: asked for on a wire of its own, not yet begun.

import type { TestContext } from "node:test";
import { type Manual, manual } from "./fakes/behaviours.ts";
import type { FakeEndpoint } from "./fakes/fake-endpoint.ts";
import type { FakeExchange } from "./fakes/fake-exchange.ts";
import { requestBytes, type Wire, type WireRequest, wireFor } from "./wire.ts";

/** Both ends of it. */
export type HeldAnswer = {
  /** The client's. */
  readonly wire: Wire;
  /** The endpoint's. */
  readonly exchange: FakeExchange;
  /** Ends the endpoint's part where the answer does not. */
  readonly live: Manual;
};

/** Sends a request, and waits until it is at the endpoint. */
export async function heldAnswer(
  t: TestContext,
  port: number,
  fake: FakeEndpoint,
  request: WireRequest,
): Promise<HeldAnswer> {
  const live = manual();
  fake.script([live]);
  const wire = await wireFor(t, port);
  await wire.send(requestBytes(request));
  return { wire, exchange: await live.started, live };
}
