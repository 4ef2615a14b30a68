// What it costs to find out whose client key a request has, with one key and with ten thousand; and a table's rebuild.
// Run: node bench/client-keys.bench.ts

import { keyDigest } from "../src/accounts/client-key.ts";
import type { InboundRequest } from "../src/http/message.ts";
import { AccessRules } from "../src/proxy/admit/access.ts";

const ROUNDS = 30;
const CALLS = 20_000;

function rulesFor(count: number): AccessRules {
  const apiKeys = Array.from({ length: count }, (_, index) => {
    const digest = keyDigest(`sk-client-0123456789-0123456789-${index}`);
    return { name: `user-${index}`, digest, models: undefined, expiresMs: undefined };
  });
  const nobody = { host: "localhost", corsOrigins: [], allowedHosts: [], passedHeaders: new Set<string>() };
  return new AccessRules({ ...nobody, apiKeys, passesUnknownPaths: false });
}

function requestWith(key: string): InboundRequest {
  const authorization = `Bearer ${key}`;
  return {
    method: "POST",
    target: "/v1/chat/completions",
    headers: ["authorization", authorization],
    header: (name) => (name === "authorization" ? authorization : undefined),
    remoteAddress: "127.0.0.1",
    readBody: () => Promise.reject(new Error("not read")),
  };
}

/** Nanoseconds of processor time a call, the best of some rounds. */
function best(calls: number, run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let call = 0; call < calls; call++) run();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, ((user + system) * 1e3) / calls);
  }
  return least;
}

for (const count of [1, 10, 10_000]) {
  const rules = rulesFor(count);
  const request = requestWith(`sk-client-0123456789-0123456789-${count - 1}`);
  const found = best(CALLS, () => rules.callerOf(request, 0));
  process.stdout.write(`${count} keys: ${found.toFixed(0)} ns to find a caller\n`);
}
process.stdout.write(
  `10000 keys: ${(best(1, () => rulesFor(10_000)) / 1e6).toFixed(1)} ms to digest and index them\n`,
);
