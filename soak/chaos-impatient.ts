// A phase of `npm run chaos`: one of three endpoints hangs though its list of models comes, and all clients give up
// after two seconds. It has to be found out all the same, and to be used again once it answers.

import { setTimeout as delay } from "node:timers/promises";
import { behaviour } from "../test/support/fakes/behaviours.ts";
import type { RecordedRequest } from "../test/support/fakes/fake-connection.ts";
import type { Chaos } from "./chaos-run.ts";
import type { Outcome } from "./client.ts";

const PHASE = "one of three hangs, clients give up after 2 s";
const PATIENCE_MS = 2_000;
const RATE = 100;
const SECONDS = 9;
/** By then the first clients have given up, and the endpoint is out. */
const FOUND_OUT_MS = 5_000;
/** Each return of the endpoint is tried with one request. */
const MAX_LOST_LATER = 3;

/** Runs the phase. */
export async function impatientClients(chaos: Chaos): Promise<void> {
  const [hanging] = chaos.endpoints;
  if (hanging === undefined) return;
  const state = { isHanging: true };
  hanging.fake.on(
    (request: RecordedRequest) => state.isHanging && request.method === "POST",
    behaviour((exchange) => exchange.closed()),
  );
  const startMs = performance.now();
  const pending: Promise<Outcome & { readonly sentMs: number }>[] = [];
  for (let now = 0; now < SECONDS * 1_000; now = performance.now() - startMs) {
    const due = Math.floor((now * RATE) / 1_000);
    while (pending.length < due) pending.push(one(chaos, now));
    await delay(5);
  }
  const taken = await Promise.all(pending);
  const lost = taken.filter(({ end }) => end === "aborted");
  const late = lost.filter(({ sentMs }) => sentMs > FOUND_OUT_MS);
  chaos.note(PHASE, taken, lost.length);
  chaos.check(
    late.length <= MAX_LOST_LATER,
    `${PHASE}: ${late.length} requests were still sent there after ${FOUND_OUT_MS / 1_000} s`,
  );
  state.isHanging = false;
  await chaos.settle(PHASE);
}

async function one(chaos: Chaos, sentMs: number): Promise<Outcome & { readonly sentMs: number }> {
  return { ...(await chaos.one(false, PATIENCE_MS)), sentMs };
}
