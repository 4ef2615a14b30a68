// The probe of an endpoint that speaks Gemini: one token of an answer to one word.

import type { WireProbe } from "../wire.ts";
import { GENERATE_CONTENT, STREAM_GENERATE_CONTENT } from "./operations.ts";

/** `generateContent`, whoever's endpoint is asked for it. */
export const GENERATE_PROBE: WireProbe = {
  operation: GENERATE_CONTENT,
  streamed: { operation: STREAM_GENERATE_CONTENT, query: "?alt=sse" },
  body: () =>
    Buffer.from(
      JSON.stringify({
        contents: [{ role: "user", parts: [{ text: "ping" }] }],
        generationConfig: { maxOutputTokens: 1 },
      }),
    ),
};
