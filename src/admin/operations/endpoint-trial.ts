// An endpoint asked by the gateway itself, for a person who wants to know how it is: for one token, or for its models.

import { askModels } from "../../catalogue/ask.ts";
import { chooseChatModel, probeChat } from "../../catalogue/chat-probe.ts";
import { mendingOf } from "../../catalogue/mending.ts";
import { selectEntries } from "../../catalogue/select.ts";
import { type Message, message } from "../../language/messages.ts";
import type { Endpoint } from "../../routing/model.ts";
import { notThere } from "../operation/admin-error.ts";
import type { AdminParts } from "../operation/parts.ts";
import { servingOf } from "./serving.ts";

const TEST_MS = 30_000;

type Problem = { readonly code: string; readonly message: Message; readonly fix: Message | null };

/** An endpoint of the configuration in force. @throws GatewayError admin_not_found */
export function endpointOf(parts: AdminParts, called: string): Endpoint {
  const found = servingOf(parts)
    .config()
    .plan.endpoints.find((one) => one.name === called);
  if (found === undefined) throw notThere(message("refused.noEndpoint", { name: called.slice(0, 200) }));
  return found;
}

/** The names that an endpoint offers now. */
function offeredBy(parts: AdminParts, called: string): readonly string[] {
  const list = servingOf(parts)
    .catalogue.lists()
    .find((one) => one.endpointName === called);
  return list?.entries.map(({ id }) => id) ?? [];
}

/** Asks for one token, and says how that went. @throws GatewayError admin_not_found */
export async function tested(parts: AdminParts, called: string, wanted: string | undefined) {
  const endpoint = endpointOf(parts, called);
  const { client, clock } = servingOf(parts).asking;
  const model = wanted ?? endpoint.probe?.model ?? chooseChatModel(offeredBy(parts, called));
  if (model === undefined) {
    const fix = message("admin.fixNoChatModel");
    const error: Problem = { code: "no_model", message: message("admin.noChatModel"), fix };
    const nothing = { status: null, first_byte_ms: null, duration_ms: 0 };
    return { endpoint: called, model: null, is_ok: false, ...nothing, error };
  }
  const startedMs = clock.nowMs();
  const [credential] = endpoint.credentials;
  const result = await probeChat({ client, clock, endpoint, credential, model, timeoutMs: TEST_MS }, false);
  const told = { endpoint: called, model, duration_ms: Math.round(clock.nowMs() - startedMs) };
  if (result.kind === "ok") {
    const firstByteMs = Math.round(result.firstByteMs);
    return { ...told, is_ok: true, status: 200, first_byte_ms: firstByteMs, error: null };
  }
  const { status, reason } = result;
  const [code, fix] = adviceFor(status, endpoint);
  const error: Problem = { code, message: reason, fix };
  return { ...told, is_ok: false, status: status ?? null, first_byte_ms: null, error };
}

function adviceFor(status: number | undefined, { definedAt: at, credentials }: Endpoint): [string, Message] {
  if (status === undefined) return ["unreachable", message("doctor.mend.start", { at })];
  if (status === 401 || status === 403) {
    const hasKey = credentials[0].apiKey !== undefined;
    return ["rejected_key", message(hasKey ? "doctor.fix.renew" : "doctor.fix.setKey", { at })];
  }
  if (status === 429) return ["rate_limited", message("doctor.mend.limited", { at })];
  const isRefused = status >= 400 && status < 500;
  return isRefused
    ? ["refused", message("doctor.fix.chatRefused", { at })]
    : ["failed", message("doctor.fix.chatFailed", { at })];
}

/** Asks for the list, and says what of it is new. Counts as nobody's request, and changes nothing. */
export async function fetched(parts: AdminParts, endpoint: Endpoint) {
  const serving = servingOf(parts);
  const { client, clock } = serving.asking;
  const limitBytes = serving.config().discovery.maxListBytes;
  const answer = await askModels({ client, clock, endpoint, timeoutMs: TEST_MS, limitBytes });
  const duration = { duration_ms: Math.round(answer.durationMs) };
  if (answer.kind !== "listed") {
    const at = endpoint.definedAt;
    const fix =
      answer.kind === "failed"
        ? message(mendingOf(answer, endpoint)[1], { at })
        : answer.kind === "no_list"
          ? message("doctor.fix.models", { at })
          : adviceFor(401, endpoint)[1];
    return {
      is_ok: false,
      ...duration,
      error: { code: answer.kind, message: answer.reason, fix },
      data: [],
    };
  }
  const known = new Set(offeredBy(parts, endpoint.name));
  const told = answer.entries.map(({ id }) => id);
  const selected = new Set(selectEntries(endpoint.models, answer.entries).map(({ id }) => id));
  const stateOf = (id: string) => (known.has(id) ? "known" : selected.has(id) ? "new" : "left_out");
  const listed = new Set(told);
  const data = [
    ...[...listed].map((id) => ({ id, state: stateOf(id) as "known" | "new" | "left_out" })),
    ...[...known].filter((id) => !listed.has(id)).map((id) => ({ id, state: "gone" as const })),
  ];
  return { is_ok: true, ...duration, error: null, data };
}
