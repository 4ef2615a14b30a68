// The forward proxies of the environment: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case. Reads
// no environment by itself.

import type { Lookup } from "../../core/env.ts";
import { bareHost, isLoopbackHost } from "../../http/hosts.ts";
import type { Message } from "../../language/messages.ts";
import type { ForwardProxy } from "../../upstream/forward-proxy.ts";
import { NoProxy } from "./no-proxy.ts";
import { readProxy } from "./proxy-url.ts";

/** A variable that is set to something that is no proxy, and is not used. */
export type ProxyVariableProblem = {
  readonly variable: string;
  readonly problem: Message;
  readonly fix: Message;
};

/** Says of each endpoint by which of them it is reached. */
export class EnvironmentProxies {
  /** What is wrong with the variables, each once. */
  readonly problems: readonly ProxyVariableProblem[];
  readonly #http: ForwardProxy | undefined;
  readonly #https: ForwardProxy | undefined;
  readonly #noProxy: NoProxy;

  /** Reads them. A variable that is empty counts as not set; the lower-case one wins; `ALL_PROXY` is for both schemes. */
  constructor(lookup: Lookup) {
    const problems = new Map<string, ProxyVariableProblem>();
    const proxyIn = (...names: readonly string[]): ForwardProxy | undefined => {
      const variable = setOf(lookup, names);
      if (variable === undefined) return undefined;
      const result = readProxy(lookup(variable) ?? "");
      if (result.kind === "ok") return result.proxy;
      problems.set(variable, { variable, problem: result.problem, fix: result.fix });
      return undefined;
    };
    this.#https = proxyIn("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
    this.#http = proxyIn("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
    this.problems = [...problems.values()];
    this.#noProxy = new NoProxy(lookup(setOf(lookup, ["no_proxy", "NO_PROXY"]) ?? "") ?? "");
  }

  /** The proxy for an endpoint; undefined where it is asked directly, as everything on this machine is. */
  for(origin: string): ForwardProxy | undefined {
    const { protocol, hostname, port } = new URL(origin);
    const proxy = protocol === "https:" ? this.#https : this.#http;
    // A dot behind a name says only that it is whole.
    if (proxy === undefined || isLoopbackHost(hostname.replace(/\.$/, ""))) return undefined;
    const usual = protocol === "https:" ? 443 : 80;
    return this.#noProxy.includes(bareHost(hostname), port === "" ? usual : Number(port)) ? undefined : proxy;
  }
}

/** None at all. */
export const NO_PROXIES = new EnvironmentProxies(() => undefined);

function setOf(lookup: Lookup, names: readonly string[]): string | undefined {
  return names.find((name) => (lookup(name) ?? "").trim() !== "");
}
