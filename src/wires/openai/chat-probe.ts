// A chat for one token, which every server with a compatible API understands; and the same in the words of Responses, for
// servers that have nothing else.

import type { WireProbe } from "../wire.ts";
import { CHAT_COMPLETIONS, RESPONSES } from "./operations.ts";

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

/** The probe of endpoints that have Responses alone: with the least that these take as a limit. */
export const RESPONSES_PROBE: WireProbe = {
  operation: RESPONSES,
  body(model, { isStream }) {
    const stream = isStream === undefined ? {} : { stream: isStream };
    return Buffer.from(
      JSON.stringify({ model, input: "ping", ...stream, max_output_tokens: 16, store: false }),
    );
  },
};
