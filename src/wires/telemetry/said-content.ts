// What was said in a request and in its answer, in the form of OpenTelemetry's conventions for generative AI: messages
// with a role and parts. Of every wire that clients speak, plain or as a stream. Never throws: what cannot be read is
// left out. Images, sounds and files are named and not repeated.

type SaidJson = Readonly<Record<string, unknown>>;
type SaidPart =
  | { readonly type: "text" | "reasoning"; readonly content: string }
  | { readonly type: "tool_call"; readonly id?: string; readonly name: string; readonly arguments?: unknown }
  | { readonly type: "tool_call_response"; readonly id?: string; readonly response: string }
  | { readonly type: "blob"; readonly modality: string };
type SaidMessage = { readonly role: string; readonly parts: readonly SaidPart[] };

/** Prompt and answer as JSON texts; undefined where there is nothing of it. */
export type SaidTexts = {
  readonly input: string | undefined;
  readonly system: string | undefined;
  readonly output: string | undefined;
  /** Older messages, or ends of long ones, were left out. */
  readonly isCut: boolean;
};

/** Of one part, and of all messages of a side together. */
const MAX_PART_CHARS = 8_192;
const MAX_SIDE_CHARS = 40_000;

/** Reads both bodies, as the client has sent and got them. */
export function saidTexts(asked: string, answered: string): SaidTexts {
  const cut = { isCut: false };
  const body = objectOf(asked);
  const input = body === undefined ? [] : inputOf(body, cut);
  const system = body === undefined ? [] : systemOf(body, cut);
  const output = outputOf(answered, cut);
  return {
    input: fitted(input, cut),
    system: system.length === 0 ? undefined : JSON.stringify(system),
    output: fitted(output, cut),
    isCut: cut.isCut,
  };
}

type Cut = { isCut: boolean };

/** The newest messages that there is room for. */
function fitted(messages: readonly SaidMessage[], cut: Cut): string | undefined {
  const texts: string[] = [];
  let chars = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const text = JSON.stringify(messages[index]);
    chars += text.length;
    if (chars > MAX_SIDE_CHARS) {
      cut.isCut = true;
      break;
    }
    texts.unshift(text);
  }
  return texts.length === 0 ? undefined : `[${texts.join(",")}]`;
}

/** Chats and messages, Responses, Gemini's contents, prompts. */
function inputOf(body: SaidJson, cut: Cut): SaidMessage[] {
  const { messages, input, contents, prompt } = body;
  if (typeof prompt === "string") return [{ role: "user", parts: [textPart(prompt, cut)] }];
  if (typeof input === "string") return [{ role: "user", parts: [textPart(input, cut)] }];
  const list = listOf(messages) ?? listOf(input) ?? listOf(contents) ?? [];
  return list.flatMap((item) => messageOf(item, cut) ?? []);
}

function systemOf({ system, instructions, systemInstruction }: SaidJson, cut: Cut): SaidPart[] {
  if (typeof instructions === "string") return [textPart(instructions, cut)];
  if (typeof system === "string") return [textPart(system, cut)];
  return partsOf(system ?? asObject(systemInstruction)?.["parts"], cut);
}

function messageOf(item: unknown, cut: Cut): SaidMessage | undefined {
  const message = asObject(item);
  if (message === undefined)
    return typeof item === "string" ? { role: "user", parts: [textPart(item, cut)] } : undefined;
  const { role, content, parts, tool_calls: calls, reasoning_content: thought } = message;
  const name = typeof role === "string" ? role.slice(0, 64) : "assistant";
  if (role === "tool") return { role: name, parts: [responsePart(message["tool_call_id"], content, cut)] };
  const said = typeof content === "string" ? [textPart(content, cut)] : partsOf(content ?? parts, cut);
  const thoughts: SaidPart[] =
    typeof thought === "string" && thought !== ""
      ? [{ type: "reasoning", content: cutText(thought, cut) }]
      : [];
  const called = (listOf(calls) ?? []).flatMap((call) => callPart(asObject(call), cut) ?? []);
  const found = [...thoughts, ...said, ...called];
  if (found.length > 0 || role !== undefined) return { role: name, parts: found };
  // An item of Responses that is no message.
  const only = partOf(message, cut);
  return only === undefined
    ? undefined
    : { role: only.type === "tool_call_response" ? "tool" : name, parts: [only] };
}

function partsOf(value: unknown, cut: Cut): SaidPart[] {
  return (listOf(value) ?? []).flatMap((part) => {
    if (typeof part === "string") return [textPart(part, cut)];
    const object = asObject(part);
    return (object === undefined ? undefined : partOf(object, cut)) ?? [];
  });
}

function partOf(part: SaidJson, cut: Cut): SaidPart | undefined {
  const { type, text } = part;
  if (typeof text === "string")
    return part["thought"] === true
      ? { type: "reasoning", content: cutText(text, cut) }
      : textPart(text, cut);
  if (type === "thinking") return { type: "reasoning", content: cutText(part["thinking"], cut) };
  if (type === "tool_result") return responsePart(part["tool_use_id"], part["content"], cut);
  if (type === "function_call_output") return responsePart(part["call_id"], part["output"], cut);
  const response = asObject(part["functionResponse"]);
  if (response !== undefined) return responsePart(response["name"], response["response"], cut);
  const call =
    asObject(part["functionCall"]) ?? (type === "tool_use" || type === "function_call" ? part : undefined);
  if (call !== undefined) return callPart(call, cut);
  if (typeof type === "string" && /image|audio|file|video|document/.test(type))
    return { type: "blob", modality: /image|audio|video/.exec(type)?.[0] ?? "file" };
  return part["inlineData"] === undefined ? undefined : { type: "blob", modality: "file" };
}

function callPart(call: SaidJson | undefined, cut: Cut): SaidPart | undefined {
  if (call === undefined) return undefined;
  const of = asObject(call["function"]) ?? call;
  const { name } = of;
  if (typeof name !== "string") return undefined;
  const given = of["arguments"] ?? of["input"] ?? of["args"];
  const id = call["id"] ?? call["call_id"];
  return {
    type: "tool_call",
    ...(typeof id === "string" ? { id: id.slice(0, 256) } : {}),
    name: name.slice(0, 256),
    ...(given === undefined ? {} : { arguments: cutText(asText(given), cut) }),
  };
}

function responsePart(id: unknown, content: unknown, cut: Cut): SaidPart {
  const response = cutText(asText(content), cut);
  return {
    type: "tool_call_response",
    ...(typeof id === "string" ? { id: id.slice(0, 256) } : {}),
    response,
  };
}

/** A plain answer, events, or lines of JSON. */
function outputOf(answered: string, cut: Cut): SaidMessage[] {
  const whole = objectOf(answered);
  if (whole !== undefined) return answerOf(whole, cut);
  const lines = answered.split("\n").map((line) => (line.startsWith("data:") ? line.slice(5) : line));
  const events = lines.map(objectOf).filter((event) => event !== undefined);
  const final = events
    .map((event) => asObject(event["response"]))
    .findLast((one) => one?.["output"] !== undefined);
  if (final !== undefined && (listOf(final["output"])?.length ?? 0) > 0) return answerOf(final, cut);
  const text = events.map(deltaOf).join("");
  return text === "" ? [] : [{ role: "assistant", parts: [textPart(text, cut)] }];
}

function answerOf(answer: SaidJson, cut: Cut): SaidMessage[] {
  const { choices, candidates, output, content, message, response } = answer;
  const items = listOf(choices) ?? listOf(candidates);
  if (items !== undefined)
    return items.flatMap((item) => {
      const choice = asObject(item);
      const said = choice?.["message"] ?? choice?.["content"] ?? choice?.["text"];
      return withAssistant(messageOf(said, cut));
    });
  if (Array.isArray(output)) return output.flatMap((item) => withAssistant(messageOf(item, cut)));
  if (Array.isArray(content)) return [{ role: "assistant", parts: partsOf(content, cut) }];
  const said = message ?? (typeof response === "string" ? response : undefined);
  return said === undefined ? [] : withAssistant(messageOf(said, cut));
}

function withAssistant(message: SaidMessage | undefined): SaidMessage[] {
  if (message === undefined) return [];
  const { role, parts } = message;
  return [{ role: role === "user" || role === "model" ? "assistant" : role, parts }];
}

/** The text that an event of any stream adds. */
function deltaOf(event: SaidJson): string {
  const { delta, choices, candidates, message, response } = event;
  if (typeof delta === "string") return event["type"] === "response.output_text.delta" ? delta : "";
  const own = asObject(delta)?.["text"];
  if (typeof own === "string") return own;
  const said = asObject(message)?.["content"] ?? response;
  if (typeof said === "string") return said;
  const items = listOf(choices) ?? listOf(candidates) ?? [];
  return items.map((item) => choiceText(asObject(item))).join("");
}

function choiceText(choice: SaidJson | undefined): string {
  const text = asObject(choice?.["delta"])?.["content"] ?? choice?.["text"];
  if (typeof text === "string") return text;
  const parts = listOf(asObject(choice?.["content"])?.["parts"]) ?? [];
  return parts
    .map((part) => asObject(part)?.["text"])
    .filter((one) => typeof one === "string")
    .join("");
}

function textPart(text: string, cut: Cut): SaidPart {
  return { type: "text", content: cutText(text, cut) };
}

function cutText(value: unknown, cut: Cut): string {
  const text = typeof value === "string" ? value : "";
  if (text.length <= MAX_PART_CHARS) return text;
  cut.isCut = true;
  return `${text.slice(0, MAX_PART_CHARS - 1)}…`;
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

function asObject(value: unknown): SaidJson | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as SaidJson)
    : undefined;
}

function objectOf(text: string): SaidJson | undefined {
  const trimmed = text.trim();
  if (!trimmed.startsWith("{")) return undefined;
  try {
    return asObject(JSON.parse(trimmed));
  } catch {
    return undefined;
  }
}
