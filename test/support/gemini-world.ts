// Requests of Gemini's clients, and an endpoint that speaks their words, as the tests use them.

import { json, stream } from "./fakes/behaviours.ts";
import type { FakeEndpoint } from "./fakes/fake-endpoint.ts";
import type { Answer, WireRequest } from "./wire.ts";

/** Path of a model's method. */
export function methodOf(method: string, model = "m", query = ""): string {
  return `/v1beta/models/${model}:${method}${query}`;
}

/** A request for an answer to "hi", with these fields besides. */
export function generate(
  fields: Readonly<Record<string, unknown>> = {},
  path = methodOf("generateContent"),
): WireRequest {
  return { path, body: { contents: [{ role: "user", parts: [{ text: "hi" }] }], ...fields } };
}

/** The same as a stream of events, or as one list. */
export function generateStream(isList = false, fields: Readonly<Record<string, unknown>> = {}): WireRequest {
  return generate(fields, methodOf("streamGenerateContent", "m", isList ? "" : "?alt=sse"));
}

/** One value of Gemini's. */
export function value(text: string, finishReason?: string): Record<string, unknown> {
  const content = { parts: [{ text }], role: "model" };
  const end = finishReason === undefined ? {} : { finishReason };
  const usageMetadata = { promptTokenCount: 1, candidatesTokenCount: 2, totalTokenCount: 3 };
  return { candidates: [{ content, ...end, index: 0 }], usageMetadata, modelVersion: "m" };
}

/** "Hello" as a server of Gemini's streams it: as events, and as one list. */
export const GEMINI_EVENTS: readonly string[] = [value("Hel"), value("lo", "STOP")].map(
  (one) => `data: ${JSON.stringify(one)}\r\n\r\n`,
);
export const GEMINI_LIST: string = JSON.stringify([value("Hel"), value("lo", "STOP")], null, 2);

/** Answers as a server of Gemini's: plain, as events and as one list, each in spaces of its own. */
export function speakGemini(endpoint: FakeEndpoint): void {
  const isEvents = (target: string): boolean => target.includes("alt=sse");
  endpoint
    .on(({ path }) => path.includes(":generateContent"), json(200, value("Hello", "STOP")))
    .on(({ path }) => path.includes(":stream") && isEvents(path), stream(GEMINI_EVENTS))
    .on(
      ({ path }) => path.includes(":stream") && !isEvents(path),
      stream([GEMINI_LIST.slice(0, 30), GEMINI_LIST.slice(30)], {
        headers: { "content-type": "application/json" },
      }),
    )
    .on(({ path }) => path.includes(":countTokens"), json(200, { totalTokens: 4 }))
    .on(({ path }) => path.includes(":embedContent"), json(200, { embedding: { values: [1] } }));
}

/** The texts of the values of an answer, joined. */
export function textIn(values: unknown): string {
  const found = [...JSON.stringify(values).matchAll(/"text":"([^"]*)"/g)];
  return found.map((one) => one[1]).join("");
}

/** Google's error, whole. */
export type GoogleError = {
  readonly code: number;
  readonly message: string;
  readonly status: string;
  readonly details?: readonly Readonly<Record<string, unknown>>[];
};

/** The error of an answer in Google's envelope; throws where it is another one. */
export function googleErrorOf(answer: Answer): GoogleError {
  const { error, ...others } = answer.json();
  const { code, message, status } = Object(error) as GoogleError;
  const isWhole = typeof code === "number" && typeof message === "string" && /^[A-Z_]+$/.test(status);
  if (!isWhole || Object.keys(others).length > 0) throw new Error(`no such envelope: ${answer.text}`);
  return error as GoogleError;
}
