// A chat's stream as Gemini's, and its plain answer by the same machine, so that the two cannot differ: what a stream tells
// in several values a plain answer has in one.

import { GatewayError } from "../../../core/errors.ts";
import type { WireUsage } from "../../../core/usage.ts";
import type { JsonObject } from "../../errors/json-prefix.ts";
import { IGNORED_OF_CHUNKS, type TextPieces, textOfChunk } from "../text-pieces.ts";
import type { AnswerContext, StreamTranslation } from "../translation.ts";
import { geminiUsage, tokensOfChat } from "../usage.ts";
import { asObject, asText, badAnswer, type MadeObject, objectsOf } from "../values.ts";
import { type AskedGemini, Candidate } from "./candidate.ts";
import { joinedLogprobs, logprobsOf } from "./logprobs.ts";

/** One stream. */
export class GeminiStream implements StreamTranslation {
  readonly #asked: AskedGemini;
  readonly #context: AnswerContext;
  readonly #candidates: Candidate[] = [];
  /** Of the candidate that something was said of last. */
  #index = 0;
  #head: JsonObject | undefined = undefined;
  #tokens: WireUsage | undefined = undefined;
  readonly pieces: TextPieces = {
    member: "content",
    ignored: IGNORED_OF_CHUNKS,
    textIn: textOfChunk,
    number: 0,
    told: (text) => ({
      candidates: [{ content: { parts: [{ text }], role: "model" }, index: this.#index }],
      ...this.#head,
    }),
    note: () => {},
  };

  constructor(asked: AskedGemini, context: AnswerContext) {
    this.#asked = asked;
    this.#context = context;
  }

  push(event: JsonObject, out: JsonObject[]): void {
    this.#tokens = tokensOfChat(event["usage"]) ?? this.#tokens;
    const { choices, error } = event;
    // Some servers tell of one beside an empty choice.
    const said = asText(asObject(error)?.["message"]);
    if (said !== "") throw new GatewayError("upstream_server_error", { message: said });
    if (!Array.isArray(choices) || choices.length === 0) return;
    this.#head ??= headOf(event, this.#context);
    const told: JsonObject[] = [];
    for (const choice of objectsOf(choices)) {
      const candidate = this.#candidateOf(choice);
      this.#index = candidate.index;
      const parts: JsonObject[] = [];
      candidate.take(choice, parts);
      const logprobsResult = logprobsOf(choice);
      if (parts.length === 0 && logprobsResult === undefined) continue;
      told.push({
        content: { parts: orEmpty(parts), role: "model" },
        index: candidate.index,
        ...(logprobsResult === undefined ? {} : { logprobsResult }),
      });
    }
    if (told.length > 0) out.push({ candidates: told, ...this.#head });
  }

  /** Why each ended, with the tokens of all: these come last. */
  finish(out: JsonObject[]): void {
    if (this.#head === undefined) throw badAnswer("it has no choice");
    const candidates = this.#candidates.map((candidate) => {
      const parts: JsonObject[] = [];
      const end = candidate.finish(parts);
      return { content: { parts: orEmpty(parts), role: "model" }, ...end, index: candidate.index };
    });
    const usage = this.#tokens === undefined ? {} : { usageMetadata: geminiUsage(this.#tokens) };
    out.push({ candidates, ...usage, ...this.#head });
  }

  #candidateOf({ index }: JsonObject): Candidate {
    const wanted = typeof index === "number" ? index : 0;
    const known = this.#candidates.find((candidate) => candidate.index === wanted);
    if (known !== undefined) return known;
    const candidate = new Candidate(wanted, this.#asked, this.#context);
    this.#candidates.push(candidate);
    return candidate;
  }
}

/** Readers take a content without a part for a broken one. */
function orEmpty(parts: readonly JsonObject[]): readonly JsonObject[] {
  return parts.length === 0 ? [{ text: "" }] : parts;
}

function headOf({ id, model }: JsonObject, context: AnswerContext): JsonObject {
  const said = asText(id);
  return { modelVersion: context.model ?? asText(model), responseId: said === "" ? context.id : said };
}

/**
 * The plain answer.
 * @throws GatewayError upstream_bad_response
 */
export function geminiAnswer(answer: JsonObject, asked: AskedGemini, context: AnswerContext): JsonObject {
  if (objectsOf(answer["choices"]).some((choice) => asObject(choice["message"]) === undefined))
    throw badAnswer("it has a choice without a message");
  const stream = new GeminiStream(asked, context);
  const events: JsonObject[] = [];
  stream.push(answer, events);
  stream.finish(events);
  return joinedEvents(events);
}

/** The one value that says what the values of a stream say together. */
export function joinedEvents(events: readonly JsonObject[]): JsonObject {
  const byIndex = new Map<unknown, MadeObject>();
  for (const event of events)
    for (const candidate of objectsOf(event["candidates"]))
      byIndex.set(candidate["index"], joinedCandidate(byIndex.get(candidate["index"]), candidate));
  const { candidates: _, ...last } = events.at(-1) ?? {};
  const candidates = [...byIndex.values()].map((candidate) => withoutEmpty(candidate));
  return { candidates, ...last };
}

function joinedCandidate(before: MadeObject | undefined, { content, ...more }: JsonObject): MadeObject {
  const parts = [...partsOf(before?.["content"])];
  for (const part of partsOf(content)) addPart(parts, part);
  const logprobsResult = joinedLogprobs(before?.["logprobsResult"], more["logprobsResult"]);
  return {
    content: { parts, role: "model" },
    ...more,
    ...(logprobsResult === undefined ? {} : { logprobsResult }),
  };
}

function partsOf(content: unknown): readonly JsonObject[] {
  return objectsOf(asObject(content)?.["parts"]);
}

/** Pieces of one text are one part. */
function addPart(parts: JsonObject[], part: JsonObject): void {
  const last = parts.at(-1);
  const isMore =
    typeof part["text"] === "string" &&
    typeof last?.["text"] === "string" &&
    last["thought"] === part["thought"];
  if (isMore) parts[parts.length - 1] = { ...last, text: asText(last["text"]) + asText(part["text"]) };
  else parts.push(part);
}

/** An empty text ends a stream; beside other parts it says nothing. */
function withoutEmpty({ content, ...candidate }: MadeObject): JsonObject {
  const parts = partsOf(content);
  const kept = parts.filter(({ text }) => text !== "");
  return { content: { parts: kept.length === 0 ? parts : kept, role: "model" }, ...candidate };
}
