// Decides what one answer needs on its way to the client: the list that a new tap or transform is added to.

import type { Credential, Target } from "../../routing/model.ts";
import type { StreamDialect } from "../../wires/paths/operation.ts";
import { StreamEnd } from "../../wires/stream/stream-end.ts";
import type { Translated } from "../../wires/translate/translation.ts";
import type { Call } from "../exchange/call.ts";
import { headerOf, isEventStream } from "../outcome/classify.ts";
import { isJson, jsonEndFor } from "../outcome/json-cut.ts";
import type { AnswerHead } from "../outcome/outcome.ts";
import { streamTranslation } from "../translate/translated-answer.ts";
import { jsonAnswerRewriter, sseAnswerRewriter } from "./answer-rewrite.ts";
import { KeepAlive } from "./keep-alive.ts";
import { jsonObjectTap, sseObjectTap } from "./object-tap.ts";
import { AnswerPipeline } from "./pipeline.ts";
import { contentEncodingOf, ErrorRedactor } from "./redact.ts";
import { StreamRedactor } from "./redact-stream.ts";
import type { AnswerTap, AnswerTransform } from "./stages.ts";
import { UsageEventRemover } from "./usage-event.ts";

/** The pipeline of an answer; undefined for one that goes to the client as it comes, which nobody has to look at. */
export function pipelineFor(
  call: Call,
  target: Target,
  head: AnswerHead,
  credential?: Credential,
): AnswerPipeline | undefined {
  const { translated } = head;
  const encoding = contentEncodingOf(head.headers);
  const isPlain = encoding === "" || encoding === "identity";
  const streamEnd = isPlain && isEventStream(head) ? new StreamEnd(dialectOf(call, translated)) : undefined;
  const jsonEnd = jsonEndFor(head);
  const rewriter = isPlain && translated === undefined ? rewriterFor(call, target, head) : undefined;
  const holder = errorRedactorFor(call, target, head);
  const objectTap =
    isPlain && translated === undefined && call.keepsObject
      ? objectTapFor(call, target, head, credential)
      : undefined;
  if (
    streamEnd === undefined &&
    jsonEnd === undefined &&
    rewriter === undefined &&
    holder === undefined &&
    objectTap === undefined
  )
    return undefined;
  const { keepAliveMs } = call.world;
  const keepAlive =
    streamEnd === undefined || keepAliveMs === undefined || !call.clientWire.takesComments
      ? undefined
      : new KeepAlive(keepAliveMs);
  const redactor =
    holder === undefined && streamEnd !== undefined ? streamRedactorFor(call, target, streamEnd) : undefined;
  const translation =
    streamEnd === undefined || translated === undefined ? undefined : streamTranslation(call, translated);
  // What an endpoint says of a key is masked in its own words: in others it may be spelled otherwise.
  const isAsked = head.hidesUsage === true && streamEnd !== undefined && head.status < 300;
  const remover = isAsked ? new UsageEventRemover(streamEnd) : undefined;
  const transforms = [remover, rewriter, redactor, translation];
  return new AnswerPipeline({
    streamEnd,
    jsonEnd,
    keepAlive,
    taps: [objectTap],
    transforms,
    translated: translation,
    holder,
  });
}

/** A translated stream comes in the endpoint's dialect. */
function dialectOf({ operation }: Call, translated: Translated | undefined): StreamDialect {
  return (translated?.translation.operation ?? operation).dialect;
}

/** Remembers where the objects are whose ids the answer tells. */
function objectTapFor(
  call: Call,
  { endpoint }: Target,
  head: AnswerHead,
  credential: Credential | undefined,
): AnswerTap | undefined {
  const { object } = call.operation;
  if (object === undefined || head.status >= 300) return undefined;
  const { home } = call.exchange;
  const key = home?.credential ?? (endpoint.credentials.length > 1 ? (credential?.id ?? 0) : 0);
  const owner = call.exchange.caller?.owner;
  const made = { endpoint: endpoint.name, credential: key, owner };
  const { table } = call.services.objects;
  const note = (id: string): void => table.note(id, made, object.isPassing);
  if (object.idHeader !== undefined) {
    const id = headerOf(head.headers, object.idHeader).split(/[?#]/, 1)[0]?.split("/").at(-1);
    if (id !== undefined) note(id);
  }
  if (object.answerIds.length === 0) return undefined;
  if (isEventStream(head)) return sseObjectTap(object.answerIds, note);
  if (!isJson(head)) return undefined;
  // Of a model's answer the paths are those of its plain form and of its events, of which it has one.
  return jsonObjectTap(object.answerIds, note, object.role === "model" ? 1 : object.answerIds.length);
}

/** Errors of an endpoint that has a key may repeat it. */
function errorRedactorFor(call: Call, target: Target, head: AnswerHead): ErrorRedactor | undefined {
  if (head.status < 400 || !mayTellKey(call, target)) return undefined;
  return new ErrorRedactor(target.endpoint.secrets, head.headers);
}

/** So may the error events of its streams; good answers have no key in them. */
function streamRedactorFor(call: Call, target: Target, streamEnd: StreamEnd): AnswerTransform | undefined {
  return mayTellKey(call, target) ? new StreamRedactor(target.endpoint.secrets, streamEnd) : undefined;
}

function mayTellKey(call: Call, target: Target): boolean {
  return !target.endpoint.secrets.isEmpty && call.request.method !== "HEAD";
}

/** Where the gateway renamed the model the answer shows the client's name; else its bytes are not touched. */
function rewriterFor(call: Call, target: Target, head: AnswerHead): AnswerTransform | undefined {
  const { operation } = call;
  const modelName = call.answerName;
  if (modelName === undefined || modelName === target.upstreamModel) return undefined;
  if (isEventStream(head)) return sseAnswerRewriter(operation.answerModelPaths, modelName);
  return isJson(head) ? jsonAnswerRewriter(operation.answerModelPaths, modelName) : undefined;
}
