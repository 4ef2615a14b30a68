// A catalogue with scripted endpoints and the time held still, for the tests of `src/catalogue/`.

import { mock } from "node:test";
import { Catalogue } from "../../src/catalogue/catalogue.ts";
import { MemorySavedLists, type SavedLists } from "../../src/catalogue/saved-lists.ts";
import type { Log } from "../../src/core/summary.ts";
import type { Endpoint, RoutingPlan } from "../../src/routing/model.ts";
import { FakeOutbound, type Scripted } from "./fakes/fake-outbound.ts";
import { makeEndpoint, makePlan } from "./routing-fixtures.ts";

/** The usual times. */
export const DISCOVERY = { intervalMs: 300_000, timeoutMs: 5_000, maxListBytes: 1_048_576 };

/** An endpoint `http://NAME.test/v1`. */
export function endpoint(name: string, changes: Partial<Endpoint> = {}): Endpoint {
  return makeEndpoint(name, { credentials: [{ id: 1, apiKey: undefined }], ...changes });
}

/** A plan of these endpoints. */
export function plan(...endpoints: readonly Endpoint[]): RoutingPlan {
  return makePlan(endpoints);
}

/** A catalogue whose endpoints answer by the script, by name; the time is in the test's hand (mock timers on). */
export function rig(script: Readonly<Record<string, Scripted>>, saved: SavedLists = new MemorySavedLists()) {
  const answers = new Map(Object.entries(script));
  const client = new FakeOutbound(
    (call) => answers.get(new URL(call.origin).hostname.split(".")[0] ?? "") ?? "hang",
  );
  const events: string[] = [];
  const log: Log = {
    info: (event) => events.push(event),
    warn: (event, message) => events.push(`${event} ${message}`),
    error: (event) => events.push(event),
    flush: () => Promise.resolve(),
  };
  let nowMs = 0;
  let changes = 0;
  const catalogue = new Catalogue({
    client,
    clock: { nowMs: () => nowMs, wallMs: () => 1000 + nowMs, random: () => 0.5 },
    saved,
    log,
    onChange: () => {
      changes += 1;
    },
  });
  return {
    catalogue,
    client,
    events,
    answers,
    changes: () => changes,
    asked: (name: string) => client.calls.filter((call) => call.origin === `http://${name}.test`).length,
    ids: () =>
      catalogue.lists().map((one) => `${one.endpointName}:${one.source}:${one.entries.map((e) => e.id)}`),
    states: () => catalogue.status().map((one) => `${one.endpoint.name}:${one.state}:${one.modelCount}`),
    advance: async (ms: number) => {
      await turn();
      nowMs += ms;
      mock.timers.tick(ms);
      await turn();
    },
  };
}

// Lets everything that is ready run.
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether a promise is still open once everything that is ready has run. */
export function isPending(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([promise.then(() => false), turn().then(() => true)]);
}
