// A name server in the test's hand: stands in for the system's resolver, which cannot be told to fail, and for the
// name servers that say how long an answer holds. The sockets are real all the same.

import dns from "node:dns";
import { isIP } from "node:net";
import type { TestContext } from "node:test";

/** What a name resolves to: addresses, an error's code, or nothing ever. */
export type Resolution = readonly string[] | "ENOTFOUND" | "EAI_AGAIN" | "silence";

/** The names, by which the test changes what they resolve to, and how often each was asked for. */
export type Resolver = {
  readonly names: Map<string, Resolution>;
  readonly asked: Map<string, number>;
  /** For how many seconds an answer holds, as name servers say; 0 where nothing is said. */
  readonly ttls: Map<string, number>;
};

/** Takes the place of the system's resolver until the test is over; names that are not given go to the system. */
export function resolverFor(t: TestContext, names: Readonly<Record<string, Resolution>>): Resolver {
  const resolver: Resolver = { names: new Map(Object.entries(names)), asked: new Map(), ttls: new Map() };
  const system = dns.lookup;
  t.mock.method(dns, "lookup", (...args: unknown[]) => {
    const [name, options, callback] = args;
    const resolution = resolver.names.get(String(name));
    if (resolution === undefined) return Reflect.apply(system, dns, args);
    resolver.asked.set(String(name), (resolver.asked.get(String(name)) ?? 0) + 1);
    if (resolution !== "silence" && typeof callback === "function")
      answer(resolution, options, (...result) => Reflect.apply(callback, undefined, result));
  });
  mockServers(t, resolver, "resolve4", 4);
  mockServers(t, resolver, "resolve6", 6);
  return resolver;
}

/** Name servers know the same, and nothing of other names: no question leaves this machine. */
function mockServers(
  t: TestContext,
  resolver: Resolver,
  method: "resolve4" | "resolve6",
  family: number,
): void {
  t.mock.method(dns.Resolver.prototype, method, (name: string, _options: unknown, callback: unknown) => {
    const resolution = resolver.names.get(name);
    const addresses = typeof resolution === "object" ? resolution : [];
    const ttl = resolver.ttls.get(name) ?? 0;
    const records = addresses.filter((one) => isIP(one) === family).map((address) => ({ address, ttl }));
    if (typeof callback !== "function") return;
    const error =
      records.length > 0 ? null : Object.assign(new Error("query ENOTFOUND"), { code: "ENOTFOUND" });
    process.nextTick(() => Reflect.apply(callback, undefined, [error, records]));
  });
}

function answer(
  resolution: Exclude<Resolution, "silence">,
  options: unknown,
  callback: (...result: unknown[]) => void,
): void {
  const wantsAll =
    typeof options === "object" && options !== null && "all" in options && options.all === true;
  if (typeof resolution === "string") {
    const error = Object.assign(new Error(resolution), { code: resolution });
    process.nextTick(() => callback(error));
    return;
  }
  const all = resolution.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
  const first = all[0];
  process.nextTick(() => (wantsAll ? callback(null, all) : callback(null, first?.address, first?.family)));
}
