// Looks after ejected endpoints, so that no client's request has to be risked on them: once the time of an ejection
// is up it asks for the list of models, which is free, and, where one is configured, sends the paid probe from time
// to time. Made by `gateway.ts`; told of ejections by `steering.ts`.

import { USUAL_OPERATION } from "../../routing/health/operation-breakers.ts";
import type { Endpoint, Target } from "../../routing/model.ts";
import type { OutboundClient, OutboundHandler } from "../../upstream/client.ts";
import { headerOf } from "../outcome/classify.ts";
import type { Steering } from "./steering.ts";

/** What the prober works with. */
export type ProberParts = {
  readonly steering: Steering;
  readonly client: OutboundClient;
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

/** One timer of each kind for each ejected endpoint. */
export class Prober {
  readonly #parts: ProberParts;
  readonly #free = new Map<string, NodeJS.Timeout>();
  readonly #paid = new Map<string, NodeJS.Timeout>();

  constructor(parts: ProberParts) {
    this.#parts = parts;
  }

  /** An endpoint, or an operation of one of its models, was ejected until then (monotonic clock). */
  watch(target: Target, untilMs: number, operation: string): void {
    const { name, probe } = target.endpoint;
    const waitMs = Math.max(0, untilMs - this.#parts.steering.clock.nowMs()) + MARGIN_MS;
    if (this.#parts.isActive()) {
      clearTimeout(this.#free.get(name));
      this.#free.set(name, setTimeout(() => void this.#askFree(target), waitMs).unref());
    }
    // The paid probe is a chat and says nothing of anything else.
    if (probe !== undefined && operation === USUAL_OPERATION && !this.#paid.has(name)) {
      this.#paid.set(name, setInterval(() => void this.#askPaid(target), probe.intervalMs).unref());
    }
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
    const { steering, askModels, endpointNow } = this.#parts;
    if (endpointNow(name) === undefined) return;
    const startedMs = steering.clock.nowMs();
    const isThere = await askModels(name);
    const breaker = steering.health.endpointBreaker(target);
    if (breaker === undefined || breaker.state === "closed" || isThere === undefined) return;
    if (isThere && breaker.recordSuccess(startedMs)) steering.tellReturn(target, undefined);
    if (!isThere) steering.strike(target, false, startedMs);
  }

  /** One token of the configured model; a 2xx is proof for it. */
  async #askPaid(target: Target): Promise<void> {
    const { steering, endpointNow } = this.#parts;
    const { name } = target.endpoint;
    const endpoint = endpointNow(name);
    const probed =
      endpoint?.probe === undefined ? undefined : asTarget(target, endpoint, endpoint.probe.model);
    if (probed === undefined || this.#isHealthy(probed, target)) {
      clearInterval(this.#paid.get(name));
      this.#paid.delete(name);
      return;
    }
    const startedMs = steering.clock.nowMs();
    const isGood = await this.#send(probed);
    if (!isGood) return;
    steering.recordSuccess({
      target: probed,
      credential: probed.endpoint.credentials[0],
      startedMs,
      operation: USUAL_OPERATION,
    });
  }

  #isHealthy(probed: Target, target: Target): boolean {
    const { health } = this.#parts.steering;
    const breakers = [
      health.endpointBreaker(probed),
      health.targetBreaker(probed),
      health.targetBreaker(target),
    ];
    return breakers.every((breaker) => breaker === undefined || breaker.state === "closed");
  }

  #send(target: Target): Promise<boolean> {
    const { endpoint, timeouts } = target;
    const { apiKey } = this.#parts.steering.health.takeCredential(target);
    const messages = [{ role: "user", content: "ping" }];
    const body = Buffer.from(JSON.stringify({ model: target.upstreamModel, messages, max_tokens: 1 }));
    const headers = [
      "content-type",
      "application/json",
      "accept-encoding",
      "identity",
      ...endpoint.fixedHeaders,
    ];
    if (apiKey !== undefined) headers.push("authorization", `Bearer ${apiKey}`);
    const path = `${endpoint.basePath}/chat/completions`;
    const { client } = this.#parts;
    const route = client.open(endpoint);
    return new Promise((resolve) => {
      const handler = new ProbeHandler(resolve);
      const request = { method: "POST", path, headers, body };
      const call = client.send(route, request, handler, { connectMs: timeouts.connectMs });
      const timer = setTimeout(() => {
        call.cancel();
        resolve(false);
      }, PAID_TIMEOUT_MS);
      handler.onOver = () => clearTimeout(timer);
    });
  }
}

/** Takes the status; the body is dropped as it comes. */
class ProbeHandler implements OutboundHandler {
  onOver: () => void = () => undefined;
  readonly #resolve: (isGood: boolean) => void;
  #isGood = false;

  constructor(resolve: (isGood: boolean) => void) {
    this.#resolve = resolve;
  }

  onHead(status: number, headers: readonly string[]): void {
    this.#isGood = status >= 200 && status < 300 && headerOf(headers, "content-type").includes("json");
  }

  onData(): boolean {
    return true;
  }

  onEnd(): void {
    this.onOver();
    this.#resolve(this.#isGood);
  }

  onFailure(): void {
    this.onOver();
    this.#resolve(false);
  }
}

function asTarget(target: Target, endpoint: Endpoint, upstreamModel: string): Target {
  return { ...target, endpoint, upstreamModel, key: `${endpoint.name}/${upstreamModel}` };
}
