// What `/readyz` and `/startupz` say: whether requests should be sent here, and why not. Cheap, and behind no queue: an
// overloaded gateway answers them too. Names of endpoints are told to this machine only.

import { isLoopbackClient, proxyHeaderOf } from "../../http/local-client.ts";
import type { Endpoint } from "../../routing/model.ts";
import { queryOf } from "../../wires/paths/router.ts";
import type { Exchange } from "../exchange/exchange.ts";
import type { Services } from "../exchange/services.ts";
import type { Targets } from "../target/targets.ts";
import { type Rest, restsIn } from "./rests.ts";

/** An answer: a status, and what is said as JSON. */
export type HealthAnswer = { readonly status: number; readonly value: unknown };

/** Why no requests should be sent here. */
const REASONS = {
  draining: "The gateway has been told to stop.",
  starting: "No endpoint has told its models yet.",
  no_models: "No endpoint offers a model.",
  no_endpoint_usable: "Every endpoint is turned off, ejected or resting.",
} as const;

type Reason = keyof typeof REASONS;

/** `GET /readyz`: a model can be served, by an endpoint that is in use. With all that is known of it where that is asked for. */
export function readyAnswer({ request, services, world }: Exchange): HealthAnswer {
  const { endpoints } = world.table;
  const usable = usableOf(services.targets, endpoints);
  const reason = reasonOf(services, usable.size);
  const status = reason === undefined ? 200 : 503;
  const said = { status: reason ?? "ok" };
  if (!isVerbose(request)) return { status, value: said };
  const isLocal = isLoopbackClient(request) && proxyHeaderOf(request) === undefined;
  const names = endpoints.map(({ name }) => ({ name, usable: usable.has(name) }));
  return {
    status,
    value: {
      ...said,
      reasons: reason === undefined ? [] : [{ code: reason, message: REASONS[reason] }],
      models: world.table.publicModels().length,
      endpoints: { usable: usable.size, total: endpoints.length, ...(isLocal ? { list: names } : {}) },
    },
  };
}

/** `GET /startupz`: each endpoint has been asked, or one of them has answered already. */
export function startupAnswer({ services }: Exchange): HealthAnswer {
  const hasStarted = services.isDraining() || services.isReady() || services.discovery.hasFirstAnswers();
  return { status: hasStarted ? 200 : 503, value: { status: hasStarted ? "ok" : "starting" } };
}

function isVerbose(request: Exchange["request"]): boolean {
  if (/[?&]verbose(?:[=&]|$)/.test(queryOf(request.target))) return true;
  return /\bapplication\/json\b/i.test(request.header("accept") ?? "");
}

function reasonOf({ isDraining, isReady, discovery }: Services, usable: number): Reason | undefined {
  if (isDraining()) return "draining";
  if (!isReady()) return discovery.hasFirstAnswers() ? "no_models" : "starting";
  return usable === 0 ? "no_endpoint_usable" : undefined;
}

/** The endpoints that are in use. One whose ejection or rest is over counts: the next request tries it. */
function usableOf(targets: Targets, endpoints: readonly Endpoint[]): ReadonlySet<string> {
  const enabled = endpoints.filter((endpoint) => endpoint.enabled);
  if (targets.health.isPristine) return new Set(enabled.map(({ name }) => name));
  const nowMs = targets.clock.wallMs();
  const whole = restsIn(targets, enabled, {}).filter(
    ({ model, operation, until }) => model === null && operation === null && Date.parse(until) > nowMs,
  );
  const rests = Map.groupBy(whole, ({ endpoint }) => endpoint);
  return new Set(enabled.filter((one) => isUsable(one, rests.get(one.name) ?? [])).map(({ name }) => name));
}

function isUsable({ credentials }: Endpoint, rests: readonly Rest[]): boolean {
  const keys = new Set(rests.map(({ key }) => key));
  return rests.length === 0 || (!keys.has(null) && keys.size < credentials.length);
}
