// Phases of `npm run chaos`: endpoints that are killed or busy, one after the other, under load and on single requests.

import type { ChaosEndpoint } from "./chaos-endpoints.ts";
import { type Chaos, isGood, told } from "./chaos-run.ts";
import { endsWithErrorEvent, isWholeStream, type Outcome } from "./client.ts";
import { percentile } from "./statistics.ts";

/** Nothing is killed: what the other phases are compared with. */
export async function quiet(chaos: Chaos): Promise<void> {
  const taken = await chaos.load(3, []);
  chaos.note("nothing killed", taken, taken.filter((one) => !isGood(one)).length);
}

/** One, then two of three are killed under load; plain requests, then streams. */
export async function killUnderLoad(chaos: Chaos, isStream: boolean): Promise<void> {
  const [a, b] = chaos.endpoints;
  const phase = `one, then two of three killed, ${isStream ? "streams" : "plain"}`;
  const taken = await chaos.load(
    8,
    [
      [1_500, () => a?.kill()],
      [4_500, () => b?.kill()],
    ],
    isStream,
  );
  const killed = new Set([a?.name, b?.name]);
  const broke = taken.filter(
    (one) => isStream && one.status === 200 && killed.has(one.endpoint) && !isWholeStream(one),
  );
  const failures = taken.filter(
    (one) => !(isStream ? isWholeStream(one) : isGood(one)) && !broke.includes(one),
  );
  const dishonest = broke.filter((one) => !endsWithErrorEvent(one));
  chaos.note(phase, taken, failures.length);
  chaos.check(
    failures.length === 0,
    `${phase}: ${failures.length} requests lost while an endpoint was left;`,
    told(failures),
  );
  chaos.check(
    dishonest.length === 0,
    `${phase}: ${dishonest.length} broken streams end without an error event;`,
    told(dishonest),
  );
  if (isStream)
    process.stdout.write(
      `${broke.length} streams had begun at a killed endpoint; ${dishonest.length} of them hide it\n`,
    );
  await chaos.settle(phase);
}

/** All are killed, or say that they are busy; and come back. */
export async function allGone(chaos: Chaos, how: "killed" | "busy"): Promise<void> {
  const phase = `all three ${how}`;
  const take = (endpoint: ChaosEndpoint): Promise<unknown> | undefined => {
    if (how === "killed") return endpoint.kill();
    endpoint.isBusy = true;
    return undefined;
  };
  await chaos.load(1, []);
  for (const endpoint of chaos.endpoints) await take(endpoint);
  const reached = chaos.endpoints.reduce((sum, { calls }) => sum + calls, 0);
  const taken = await chaos.load(4, []);
  const reachedNow = chaos.endpoints.reduce((sum, { calls }) => sum + calls, 0) - reached;
  const failed = taken.filter((one) => !isGood(one)).length;
  const calls = Math.round(chaos.note(phase, taken, failed) * taken.length);
  const allowed = chaos.allowedCalls(taken);
  chaos.check(calls <= allowed, `${phase}: ${calls} calls for ${failed} requests, more than ${allowed}`);
  chaos.check(
    reachedNow <= allowed,
    `${phase}: ${reachedNow} calls reached the endpoints, more than ${allowed}`,
  );
  const odd = taken.filter((one) => one.status < 429 || !/"code":"\w+"/.test(one.text));
  chaos.check(
    odd.length === 0,
    `${phase}: ${odd.length} answers are no error in OpenAI's envelope;`,
    told(odd),
  );
  const slow = percentile(
    taken.map((one) => one.durationMs),
    99,
  );
  chaos.check(slow < 2_000, `${phase}: a failure takes ${Math.round(slow)} ms`);
  const hintless = taken.filter((one) => one.retryAfter === undefined).length;
  const statuses = [...new Set(taken.map((one) => one.status))].join(", ");
  process.stdout.write(`${phase}: status ${statuses}; ${hintless} of ${taken.length} without Retry-After\n`);
  await chaos.settle(phase);
}

/** The same, one request after the other. */
export async function singly(chaos: Chaos): Promise<void> {
  for (const count of [1, 2]) {
    for (const endpoint of chaos.endpoints.slice(0, count)) if (endpoint.isAlive) await endpoint.kill();
    const taken: Outcome[] = [];
    for (let sent = 0; sent < 30; sent += 1) taken.push(await chaos.one(sent % 2 === 1));
    const failures = taken.filter((one) => !isGood(one));
    chaos.note(`single requests, ${count} of three killed`, taken, failures.length);
    chaos.check(
      failures.length === 0,
      `single requests, ${count} killed: ${failures.length} lost;`,
      told(failures),
    );
  }
  await chaos.endpoints[2]?.kill();
  const none = await chaos.one();
  chaos.check(none.status >= 500, "single requests, all killed: not a 5xx", told([none]));
  chaos.note("single request, all killed", [none], 1);
  await chaos.settle("single requests");
}
