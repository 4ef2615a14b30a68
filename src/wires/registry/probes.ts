// The probe of each API for chats, whoever's endpoint is asked for it.

import { MESSAGES_PROBE } from "../anthropic/messages-probe.ts";
import { GENERATE_PROBE } from "../gemini/generate-probe.ts";
import { CHAT_PROBE, RESPONSES_PROBE } from "../openai/chat-probe.ts";
import type { ChatApi } from "../paths/operation.ts";
import type { Wire, WireProbe } from "../wire.ts";

const PROBES: readonly WireProbe[] = [CHAT_PROBE, MESSAGES_PROBE, RESPONSES_PROBE, GENERATE_PROBE];

/** The probe in the words of an API; undefined where there is none. */
export function probeIn(api: ChatApi): WireProbe | undefined {
  return PROBES.find(({ operation }) => operation.chatApi === api);
}

/** The probe of an endpoint: the first of its wire, unless it is configured not to have the API that this is for. */
export function usualProbe(wire: Wire, speaks: ReadonlySet<ChatApi> | undefined): WireProbe {
  const [own] = wire.probes;
  const { chatApi } = own.operation;
  if (speaks === undefined || chatApi === undefined || speaks.has(chatApi)) return own;
  for (const api of speaks) {
    const probe = probeIn(api);
    if (probe !== undefined) return probe;
  }
  return own;
}
