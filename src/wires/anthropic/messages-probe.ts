// A message of one token, as servers with Anthropic's API understand it.

import type { WireProbe } from "../wire.ts";
import { MESSAGES } from "./operations.ts";

/** The probe of Anthropic's wire, and of others whose endpoints have its messages. */
export const MESSAGES_PROBE: WireProbe = {
  operation: MESSAGES,
  body(model, { isStream }) {
    const messages = [{ role: "user", content: "ping" }];
    const stream = isStream === undefined ? {} : { stream: isStream };
    return Buffer.from(JSON.stringify({ model, messages, ...stream, max_tokens: 1 }));
  },
};
