// A chat for one token, which every server with a compatible API understands.

import type { WireProbe } from "../wire.ts";
import { CHAT_COMPLETIONS } from "./operations.ts";

/** The probe of OpenAI's wire, and of others whose endpoints serve its chats as well. */
export const CHAT_PROBE: WireProbe = {
  operation: CHAT_COMPLETIONS,
  body(model, { isStream, isNewer }) {
    const messages = [{ role: "user", content: "ping" }];
    const stream = isStream === undefined ? {} : { stream: isStream };
    // Models that think before they write have spent one token before the first word.
    const limit = isNewer === true ? { max_completion_tokens: 16 } : { max_tokens: 1 };
    return Buffer.from(JSON.stringify({ model, messages, ...stream, ...limit }));
  },
};
