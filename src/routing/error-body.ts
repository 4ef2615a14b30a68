// What an endpoint's error body says, whatever its shape: OpenAI, Anthropic, Google, FastAPI, vLLM, Ollama,
// OpenRouter. Pure; it reads the first bytes only and never throws. What follows from it is for
// `failure-class.ts`, which calls it.

/** The fields that providers' errors have in common; empty where there is none. Codes are in lower case. */
export type ErrorBody = {
  readonly code: string;
  readonly type: string;
  readonly message: string;
  /** An HTTP status in the body itself (`{"error":{"code":429}}`), else 0. */
  readonly status: number;
  /** Which field of the request it is about. */
  readonly param: string;
  /** A second, finer code, as Google sends among `details`. */
  readonly reason: string;
  /** The request was refused for what it says (OpenRouter's moderation), not for its key. */
  readonly isModeration: boolean;
};

/** Error bodies are small; what is longer is an answer. */
const MAX_READ_BYTES = 8 * 1024;

/** Field names of answers: a body with one of them is an answer, even where it also has an `error`. Not `choices`: a
 * router reports the failure of its provider beside them. */
const ANSWER_FIELDS = ["data", "output", "content", "results", "embeddings", "text"];

const STARTS_WITH_ERROR = /^[\s\ufeff]*\[?\s*\{\s*"error"\s*:\s*["{]/;
const NEEDLE = Buffer.from("error");
const STATUS_NEEDLE = Buffer.from("base_resp");
/** What an `error` beside it speaks of; other objects (jobs, stored responses) have an `error` of their own. */
const GENERATED_OBJECT = /^(?:chat\.completion|text_completion|list|embedding)/;
const FAILED_NEEDLE = Buffer.from("response.failed");

/** The error in a body that came with an error status. */
export function readErrorBody(bytes: Buffer): ErrorBody {
  const text = textOf(bytes);
  const parsed = parse(text);
  return parsed === undefined ? fromText(text) : fromJson(parsed);
}

/** The error in the JSON body of a 200; undefined when the body is an answer. */
export function readHiddenError(bytes: Buffer): ErrorBody | undefined {
  const head = bytes.subarray(0, MAX_READ_BYTES);
  if (!head.includes(NEEDLE) && !head.includes(STATUS_NEEDLE)) return undefined;
  const text = textOf(bytes);
  // Cut off or long: then only a body that begins with its error is one.
  if (bytes.length > MAX_READ_BYTES) return STARTS_WITH_ERROR.test(text) ? fromText(text) : undefined;
  const parsed = parse(text);
  if (parsed === undefined) return STARTS_WITH_ERROR.test(text) ? fromText(text) : undefined;
  return isErrorObject(parsed) ? fromJson(parsed) : undefined;
}

/** The error that is the first event of a stream; undefined when the first event is none or is not yet whole. */
export function readFirstEventError(bytes: Buffer): ErrorBody | undefined {
  const head = bytes.subarray(0, MAX_READ_BYTES);
  if (!head.includes(NEEDLE) && !head.includes(FAILED_NEEDLE)) return undefined;
  const event = firstEvent(textOf(bytes));
  if (event === undefined) return undefined;
  const parsed = parse(event.data);
  if (parsed === undefined) return event.name === "error" ? fromText(event.data) : undefined;
  const isFailure =
    event.name === "error" || parsed["type"] === "error" || parsed["type"] === "response.failed";
  return isFailure || isErrorObject(parsed) ? fromJson(parsed) : undefined;
}

/** Whether a body is a page, whatever its content type says. */
export function isHtmlPage(bytes: Buffer): boolean {
  return /^[\s\ufeff]*<(?:!doctype html|html|head|body)\b/i.test(bytes.toString("utf8", 0, 256));
}

type Json = Readonly<Record<string, unknown>>;

function textOf(bytes: Buffer): string {
  return bytes.toString("utf8", 0, MAX_READ_BYTES);
}

/** The JSON object in a text (or the first of a list of them, as Google sends), else undefined. */
function parse(text: string): Json | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ""));
    return asObject(Array.isArray(value) ? value[0] : value);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** Jobs and stored responses have an `error` field of their own and are answers: they have an `object`. */
function isErrorObject(body: Json): boolean {
  if (body["object"] === "error") return true;
  if (statusObject(body) !== undefined) return true;
  const { error } = body;
  // An empty error alone is no answer either.
  if (saysNothing(error)) return asObject(error) !== undefined && Object.keys(body).length === 1;
  if (typeof error !== "string" && asObject(error) === undefined) return false;
  const { object } = body;
  if (typeof object === "string" && object !== "") return GENERATED_OBJECT.test(object);
  return !ANSWER_FIELDS.some((field) => body[field] !== undefined && body[field] !== null);
}

function fromJson(body: Json): ErrorBody {
  const status = statusObject(body);
  if (status !== undefined) return status;
  const inner = asObject(body["error"]) ?? asObject(asObject(body["response"])?.["error"]) ?? body;
  const code = inner["code"] ?? body["code"];
  const message = inner["message"] ?? body["error"] ?? body["detail"] ?? body["message"];
  const details: unknown = inner["details"];
  const detail = Array.isArray(details) ? details.map(asObject).find((one) => one?.["reason"]) : undefined;
  const metadata = asObject(inner["metadata"]);
  return {
    code: lower(code),
    type: lower(inner["type"] ?? inner["status"]),
    message: typeof message === "string" ? message : "",
    param: lower(inner["param"]),
    reason: lower(detail?.["reason"]),
    status: statusIn(code) || statusIn(inner["status"]),
    isModeration: metadata?.["flagged_input"] !== undefined || Array.isArray(metadata?.["reasons"]),
  };
}

/** What can be told of a body that is no whole JSON. */
function fromText(text: string): ErrorBody {
  const code = /"code"\s*:\s*"?([\w.-]+)/.exec(text)?.[1] ?? "";
  const type = /"type"\s*:\s*"(?!error")([\w.-]+)/.exec(text)?.[1] ?? "";
  const isModeration = text.includes('"flagged_input"');
  const param = /"param"\s*:\s*"([\w.-]+)/.exec(text)?.[1] ?? "";
  const codes = { code: lower(code), type: lower(type), param: lower(param), reason: "" };
  return { ...codes, message: messageIn(text), status: statusIn(code), isModeration };
}

/** Of JSON that is cut the message alone: its other fields must not pass for words of it. */
function messageIn(text: string): string {
  return /"(?:message|error|detail)"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(text)?.[1] ?? text;
}

const STATUS_CODES: Readonly<Record<number, number>> = {
  1002: 429,
  1004: 401,
  1008: 402,
  1039: 429,
  2049: 401,
  2056: 402,
};

/**
 * A vendor's own status object beside an answer that is none (MiniMax: `base_resp` with a code that is not 0);
 * undefined where there is none, or where it says that all is well.
 */
function statusObject(body: Json): ErrorBody | undefined {
  const status = asObject(body["base_resp"]);
  const code = status?.["status_code"];
  if (typeof code !== "number" || code === 0) return undefined;
  const { choices } = body;
  if (Array.isArray(choices) && choices.length > 0) return undefined;
  const message = typeof status?.["status_msg"] === "string" ? status["status_msg"] : "";
  const codes = { code: String(code), type: "", param: "", reason: "" };
  return {
    ...codes,
    message,
    status: STATUS_CODES[code] ?? 502,
    isModeration: code === 1026 || code === 1027,
  };
}

/**
 * Whether an `error` field says that there is none: some vendors put `null`, `false`, an empty text or an object of
 * such into every answer.
 */
function saysNothing(error: unknown): boolean {
  if (error === undefined || error === null || error === false || error === "" || error === 0) return true;
  return typeof error === "object" && Object.values(error).every(saysNothing);
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
  for (const line of text.replace(/^\ufeff/, "").split(/\r\n|\r|\n/)) {
    if (line === "" && data !== undefined) return { name, data };
    if (line === "") name = "";
    if (line.startsWith("event:")) name = line.slice(6).trim();
    if (line.startsWith("data:"))
      data = data === undefined ? line.slice(5).trim() : `${data}\n${line.slice(5).trim()}`;
  }
  return undefined;
}
