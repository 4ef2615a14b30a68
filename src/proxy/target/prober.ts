// Looks after ejected endpoints, so that no client's request has to be risked on them: once the time of an ejection
// is up it asks for the list of models, which is free, and, where one is configured, sends the paid probe from time
// to time.

import { type ProbeAnswer, sendProbe } from "../../catalogue/probe.ts";
import { USUAL_OPERATION } from "../../routing/health/operation-breakers.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import type { AskingClient } from "../../upstream/client.ts";
import type { ChatApi } from "../../wires/paths/operation.ts";
import type { WireProbe } from "../../wires/wire.ts";
import type { Fact } from "./facts.ts";
import { isStreamOf, probeAt } from "./spoken-api.ts";
import type { Targets } from "./targets.ts";

/** What the prober works with. */
export type ProberParts = {
  readonly targets: Pick<Targets, "clock" | "health" | "learning" | "lacking">;
  readonly client: AskingClient;
  /** Asks one endpoint for its models: true when it listed them, undefined when it is never asked. */
  readonly askModels: (endpoint: string) => Promise<boolean | undefined>;
  /** Whether free probes are wanted (`health.active_probes`). */
  readonly isActive: () => boolean;
  /** The endpoint as it is configured now; undefined when it is gone. */
  readonly endpointNow: (name: string) => Endpoint | undefined;
};

/** A little after the end of the ejection: then the breaker is half open. */
const MARGIN_MS = 10;
const PAID_TIMEOUT_MS = 30_000;
/** What says that an endpoint does not know a path. */
const NO_PATH: ReadonlySet<number> = new Set([404, 405, 501]);

/** One timer for each ejected endpoint, and one for each of its operations that can be probed. */
export class Prober {
  readonly #parts: ProberParts;
  readonly #free = new Map<string, NodeJS.Timeout>();
  readonly #paid = new Map<string, NodeJS.Timeout>();

  constructor(parts: ProberParts) {
    this.#parts = parts;
  }

  /** Listens to `Facts`. */
  readonly onFact = (fact: Fact): void => {
    if (fact.kind === "ejected") this.#watch(fact.target, fact.untilMs, fact.operation);
  };

  /** An endpoint, or an operation of one of its models, was ejected until then (monotonic clock). */
  #watch(target: Target, untilMs: number, operation = USUAL_OPERATION): void {
    const { name, probe } = target.endpoint;
    const waitMs = Math.max(0, untilMs - this.#parts.targets.clock.nowMs()) + MARGIN_MS;
    if (this.#parts.isActive()) {
      clearTimeout(this.#free.get(name));
      this.#free.set(name, setTimeout(() => void this.#askFree(target), waitMs).unref());
    }
    // A probe says something of its own operation alone.
    const key = `${name} ${operation}`;
    const { lacking } = this.#parts.targets;
    if (probe === undefined || this.#paid.has(key)) return;
    if (probeAt(target.endpoint, lacking, operation) === undefined) return;
    const ask = (): void => void this.#askPaid(target, operation, key);
    this.#paid.set(key, setInterval(ask, probe.intervalMs).unref());
  }

  close(): void {
    for (const timer of this.#free.values()) clearTimeout(timer);
    for (const timer of this.#paid.values()) clearInterval(timer);
    this.#free.clear();
    this.#paid.clear();
  }

  /** A list says that the endpoint is there; of its models only their own requests can tell. */
  async #askFree(target: Target): Promise<void> {
    const { name } = target.endpoint;
    this.#free.delete(name);
    const { targets, askModels, endpointNow } = this.#parts;
    if (endpointNow(name) === undefined) return;
    const startedMs = targets.clock.nowMs();
    const isThere = await askModels(name);
    const breaker = targets.health.endpointBreaker(target);
    if (breaker === undefined || breaker.state === "closed" || isThere === undefined) return;
    if (isThere) targets.learning.recordListed(target, startedMs);
    else targets.learning.strike(target, false, startedMs);
  }

  /** One token of the configured model; a 2xx is proof for it. */
  async #askPaid(target: Target, operation: string, key: string): Promise<void> {
    const { targets, endpointNow } = this.#parts;
    const endpoint = endpointNow(target.endpoint.name);
    // A reload may have given it another wire, and it may be asked in other words by now.
    const request = endpoint && probeAt(endpoint, targets.lacking, operation);
    const probed =
      endpoint?.probe === undefined ? undefined : asTarget(target, endpoint, endpoint.probe.model);
    if (probed === undefined || request === undefined || this.#isHealthy([probed, target], operation)) {
      clearInterval(this.#paid.get(key));
      this.#paid.delete(key);
      return;
    }
    const startedMs = targets.clock.nowMs();
    if (!(await this.#isServing(probed, operation))) return;
    targets.learning.recordSuccess({
      target: probed,
      credential: probed.endpoint.credentials[0],
      startedMs,
      operation,
    });
  }

  #isHealthy([probed, target]: readonly [Target, Target], operation: string): boolean {
    const { health } = this.#parts.targets;
    const breakers = [
      health.endpointBreaker(probed),
      health.targetBreaker(probed, operation),
      health.targetBreaker(target, operation),
    ];
    return breakers.every((breaker) => breaker === undefined || breaker.state === "closed");
  }

  /** Asks in the words that are left where the endpoint does not know a path, as a request would be. */
  async #isServing(probed: Target, operation: string): Promise<boolean> {
    const { lacking } = this.#parts.targets;
    const { endpoint } = probed;
    const refused: ChatApi[] = [];
    for (;;) {
      const request = probeAt(endpoint, lacking, operation, refused);
      if (request === undefined) return false;
      const isStream = isStreamOf(request, operation);
      const answer = await this.#send(probed, request, isStream);
      if (answer.kind === "failed") return false;
      const { status, contentType } = answer;
      if (status >= 200 && status < 300) {
        for (const api of refused) lacking.note(endpoint.name, api);
        return contentType.includes(isStream ? "event-stream" : "json");
      }
      const { chatApi } = request.operation;
      if (!NO_PATH.has(status) || chatApi === undefined || endpoint.speaks !== undefined) return false;
      refused.push(chatApi);
    }
  }

  #send(target: Target, request: WireProbe, isStream: boolean): Promise<ProbeAnswer> {
    const { targets, client } = this.#parts;
    const { endpoint, timeouts, upstreamModel: model } = target;
    return sendProbe({
      client,
      clock: targets.clock,
      endpoint: { ...endpoint, timeouts },
      credential: targets.health.takeCredential(target),
      request,
      model,
      ...(isStream ? { options: { isStream } } : {}),
      timeoutMs: PAID_TIMEOUT_MS,
      until: "end",
    });
  }
}

function asTarget(target: Target, endpoint: Endpoint, upstreamModel: string): Target {
  return { ...target, endpoint, upstreamModel, key: `${endpoint.name}/${upstreamModel}` };
}
