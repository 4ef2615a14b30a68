// What an endpoint's error body says, whatever its shape: OpenAI, Anthropic, Google, FastAPI, vLLM, Ollama,
// OpenRouter, and vendors' status objects. Pure; it reads the first bytes only and never throws. What follows from
// it is for `failure-class.ts`, which calls it.

import { NothingScan, saysNothing } from "../../core/says-nothing.ts";
import { type JsonObject, readJsonPrefix } from "./json-prefix.ts";
import { vendorError } from "./vendor-status.ts";

/** The fields that providers' errors have in common; empty where there is none. Codes are in lower case. */
export type ErrorBody = {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  /** The field of the request that the error is about. */
  readonly param: string;
  /** The reason beside the code: of Google's details or Azure's inner error. */
  readonly reason: string;
  /** An HTTP status in the body itself (`{"error":{"code":429}}`), else 0. */
  readonly status: number;
  /** The request was refused for what it says (OpenRouter's moderation), not for its key. */
  readonly isModeration: boolean;
};

/** An error that says nothing. */
export const NO_WORDS: ErrorBody = {
  code: "",
  type: "",
  message: "",
  param: "",
  reason: "",
  status: 0,
  isModeration: false,
};

/** Error bodies are small; what is longer is an answer. */
const MAX_READ_BYTES = 8 * 1024;

/** Jobs and stored answers: they have an `error` of their own, and are what was asked for even where they failed. */
const HAS_OWN_ERROR =
  /^(?:response(?:\.compaction)?|batch|video|upload|file|container|run|thread\..*|vector_store.*|fine[_-]tun.*|eval.*|.*\bjob)$/;
const LIFE =
  /^(?:queued|pending|starting|validating|preparing|in_progress|processing|running|succeeded|completed|failed|cancell?ed|expired|incomplete)$/;

const ERROR = Buffer.from("error");
const FAILED = Buffer.from("response.failed");
/** As every answer with a list in it has: `"choices":[{`, `"data":[{`, `"output":[{`, `"content":[{`. */
const LIST = Buffer.from('":[{');
const SPACED_LIST = Buffer.from('": [{');

/** The error in a body that came with an error status. */
export function readErrorBody(bytes: Buffer): ErrorBody {
  const text = textOf(bytes);
  const parsed = parse(text);
  return parsed === undefined ? readErrorText(text) : fromJson(parsed);
}

/** The error in the JSON body of a 200; undefined when the body is an answer. */
export function readHiddenError(bytes: Buffer): ErrorBody | undefined {
  if (!mayHoldError(bytes.subarray(0, MAX_READ_BYTES))) return undefined;
  const text = textOf(bytes);
  const parsed = parse(text);
  if (parsed !== undefined) return errorIn(parsed, true);
  // Cut off or long: the fields that are whole count, and an `error` that says something already.
  const prefix = readJsonPrefix(text);
  if (prefix === undefined) return undefined;
  if (prefix.cut?.name !== "error") return errorIn(prefix.fields, true);
  return new NothingScan().push(prefix.cut.text) === "something" ? readErrorText(prefix.cut.text) : undefined;
}

/** The error that is the first event of a stream; undefined when the first event is none or is not yet whole. */
export function readFirstEventError(bytes: Buffer): ErrorBody | undefined {
  const head = bytes.subarray(0, MAX_READ_BYTES);
  if (!mayHoldError(head) && !head.includes(FAILED)) return undefined;
  const event = firstEvent(textOf(bytes));
  if (event === undefined) return undefined;
  const parsed = parse(event.data);
  if (parsed === undefined) return event.name === "error" ? readErrorText(event.data) : undefined;
  const isFailure =
    event.name === "error" || parsed["type"] === "error" || parsed["type"] === "response.failed";
  return isFailure ? fromJson(parsed) : errorIn(parsed, false);
}

/** Whether a body is a page, whatever its content type says. */
export function isHtmlPage(bytes: Buffer): boolean {
  return /^[\s\ufeff]*<(?:!doctype html|html|head|body)\b/i.test(bytes.toString("utf8", 0, 256));
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** False for nearly every answer, at the cost of two searches. */
function mayHoldError(head: Buffer): boolean {
  return head.includes(ERROR) || !(head.includes(LIST) || head.includes(SPACED_LIST));
}

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8", 0, MAX_READ_BYTES).replace(/^\ufeff/, "");
}

/** The JSON object in a text (or the first of a list of them, as Google sends), else undefined. */
function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return asObject(Array.isArray(value) ? value[0] : value);
  } catch {
    return undefined;
  }
}

/**
 * The error that a body of a 200 reports: in `error`, in each of its choices, or as a vendor's status object. An answer
 * without choices is none; an event without any may be a sign of life.
 */
function errorIn(body: JsonObject, isAnswer: boolean): ErrorBody | undefined {
  if (body["object"] === "error") return fromJson(body);
  if (body["success"] === false && !saysNothing(body["errors"])) return fromJson(body);
  if (!saysNothing(body["error"]) && !hasOwnError(body)) return fromJson(body);
  const choices = body["choices"];
  if (Array.isArray(choices) && choices.length > 0) {
    const errors = choices.map((choice) => asObject(asObject(choice)?.["error"]));
    return errors.every((error) => !saysNothing(error)) ? fromJson({ error: errors[0] }) : undefined;
  }
  const vendor = vendorError(body, isAnswer);
  if (vendor === undefined) return undefined;
  const { code, status, message, isModeration } = vendor;
  return { ...NO_WORDS, code: lower(code), status, message, isModeration };
}

function hasOwnError(body: JsonObject): boolean {
  const { object, id, status } = body;
  if (typeof object === "string" && HAS_OWN_ERROR.test(object)) return true;
  return (
    typeof id === "string" && typeof status === "string" && LIFE.test(status) && body["choices"] === undefined
  );
}

function fromJson(body: JsonObject): ErrorBody {
  const list = body["errors"];
  const inner =
    asObject(body["error"]) ??
    asObject(asObject(body["response"])?.["error"]) ??
    asObject(Array.isArray(list) ? list[0] : undefined) ??
    body;
  const code = inner["code"] ?? body["code"];
  const metadata = asObject(inner["metadata"]);
  return {
    code: lower(code),
    type: lower(inner["type"] ?? inner["status"] ?? body["type"]),
    message: messageOf(inner, body),
    param: lower(inner["param"]),
    reason: reasonOf(inner),
    status:
      statusIn(code) || statusIn(inner["status"]) || statusIn(body["statusCode"]) || statusIn(body["status"]),
    isModeration: metadata?.["flagged_input"] !== undefined || Array.isArray(metadata?.["reasons"]),
  };
}

function messageOf(inner: JsonObject, body: JsonObject): string {
  const detail = asObject(body["detail"]);
  const places = [inner["message"], inner["msg"], body["error"], detail?.["message"], body["detail"]];
  const found = [...places, body["message"], body["error_msg"], body["title"]].find(
    (value) => typeof value === "string" && value !== "",
  );
  return typeof found === "string" ? found : "";
}

function reasonOf(inner: JsonObject): string {
  const azure = asObject(inner["innererror"])?.["code"];
  if (typeof azure === "string") return lower(azure);
  const details = inner["details"];
  if (!Array.isArray(details)) return "";
  for (const detail of details) {
    const reason = asObject(detail)?.["reason"];
    if (typeof reason === "string") return lower(reason);
  }
  return "";
}

/** What can be told of a text that is no whole JSON: fields where it has any, else all of it is the message. */
export function readErrorText(text: string): ErrorBody {
  const code = fieldIn(text, "code") ?? "";
  const isJson = /^\s*[[{]/.test(text);
  return {
    code: lower(code),
    type: lower(/"type"\s*:\s*"(?!error")([\w.-]+)/.exec(text)?.[1] ?? ""),
    message: isJson ? (fieldIn(text, "message") ?? "") : text.trim(),
    param: lower(fieldIn(text, "param") ?? ""),
    reason: lower(fieldIn(text, "reason") ?? ""),
    status: statusIn(code),
    isModeration: text.includes('"flagged_input"'),
  };
}

/** A field's text or number, where it stands first in the text. */
function fieldIn(text: string, name: string): string | undefined {
  const [, quoted, bare] =
    new RegExp(`"${name}"\\s*:\\s*(?:"((?:[^"\\\\]|\\\\.)*)"?|([\\w.-]+))`).exec(text) ?? [];
  return bare === "null" ? undefined : (quoted ?? bare);
}

function lower(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).toLowerCase() : "";
}

function statusIn(value: unknown): number {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 400 && status <= 599
    ? status
    : 0;
}

/** Name and data of the first event that has data (WHATWG HTML §9.2.6); undefined while it is not whole. */
function firstEvent(text: string): { readonly name: string; readonly data: string } | undefined {
  let name = "";
  let data: string | undefined;
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line === "" && data !== undefined) return { name, data };
    if (line === "") name = "";
    if (line.startsWith("event:")) name = line.slice(6).trim();
    if (line.startsWith("data:"))
      data = data === undefined ? line.slice(5).trim() : `${data}\n${line.slice(5).trim()}`;
  }
  return undefined;
}
