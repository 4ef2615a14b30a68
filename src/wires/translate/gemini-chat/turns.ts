// The contents of a conversation in Gemini's words as messages of a chat. One content may become several: results of calls
// are messages of their own, and come first, as a chat wants them right behind the calls.

import type { JsonObject } from "../../errors/json-prefix.ts";
import type { Notes } from "../notes.ts";
import { asObject, asText, type MadeObject, malformed } from "../values.ts";
import type { CallIds, CallNames } from "./call-names.ts";
import { chatParts, codeText, contentOf, partsIn } from "./parts.ts";
import { camelOf, listSaid, said } from "./said.ts";
import { isForeign, signedFields } from "./signature.ts";

/** Fields of a message in which a chat's servers give reasoning and want it back. */
const REASONING = ["reasoning_content", "reasoning", "reasoning_details"] as const;
const CALL_FIELDS: ReadonlySet<string> = new Set(["id", "name", "args"]);
const CONTENT_FIELDS: ReadonlySet<string> = new Set(["role", "parts"]);
/** Under these names, if under one alone, clients give the text of a result. */
const RESULTS = ["output", "result", "content"] as const;

/** What the parts of a request have in common. */
export type GeminiAsked = { readonly names: CallNames; readonly ids: CallIds; readonly notes: Notes };

/** The whole conversation. */
export function chatMessages(body: JsonObject, asked: GeminiAsked): readonly JsonObject[] {
  const contents = listSaid(said(body, "contents"));
  if (contents === undefined) throw malformed("contents", "must be a list of objects");
  const open = openFrom(contents);
  const turns = contents.flatMap((content, index) =>
    turnOf(content, `contents.${index}`, { ...asked, isOpen: index >= open }),
  );
  const first = systemText(said(body, "systemInstruction"), asked.notes);
  return first === "" ? turns : [{ role: "system", content: first }, ...turns];
}

type GeminiTurn = GeminiAsked & {
  /** The turn belongs to a loop of calls that is not over. */
  readonly isOpen: boolean;
};

/** Where the loop of calls and their results begins that is not over: its model still needs what it thought. */
function openFrom(contents: readonly JsonObject[]): number {
  return contents.findLastIndex((content) => !isOfLoop(content)) + 1;
}

function isOfLoop(content: JsonObject): boolean {
  if (said(content, "role") === "model") return true;
  const parts = listSaid(said(content, "parts")) ?? [];
  return parts.some((part) => said(part, "functionResponse") !== undefined);
}

function systemText(instruction: unknown, notes: Notes): string {
  if (instruction === undefined) return "";
  if (typeof instruction === "string") return instruction;
  const content = Array.isArray(instruction) ? { parts: instruction } : asObject(instruction);
  if (content === undefined) throw malformed("systemInstruction", "must be an object with parts");
  return textIn(content, "systemInstruction", notes);
}

/** The text of a content that can hold nothing else. */
function textIn(content: JsonObject, path: string, notes: Notes): string {
  const parts = partsIn(content, path).flatMap((part, index) =>
    chatParts(part, { path: `${path}.parts.${index}`, notes }),
  );
  if (parts.some((part) => part["type"] !== "text")) throw malformed(`${path}.parts`, "must be texts");
  return parts.map((part) => asText(part["text"])).join("\n\n");
}

function turnOf(content: JsonObject, path: string, asked: GeminiTurn): readonly JsonObject[] {
  asked.notes.addOthers(content, CONTENT_FIELDS, "contents.");
  switch (said(content, "role")) {
    case "model":
    case "assistant":
      return modelTurn(content, path, asked);
    case "system":
      return [{ role: "system", content: textIn(content, path, asked.notes) }];
    case undefined:
    case "":
    case "user":
    case "function":
    case "tool":
      return userTurn(content, path, asked);
    default:
      throw malformed(`${path}.role`, "must be user or model");
  }
}

function userTurn(content: JsonObject, path: string, asked: GeminiAsked): readonly JsonObject[] {
  const results: JsonObject[] = [];
  const parts: JsonObject[] = [];
  for (const [index, part] of partsIn(content, path).entries()) {
    const place = `${path}.parts.${index}`;
    const result = said(part, "functionResponse");
    if (result === undefined)
      for (const one of chatParts(part, { path: place, notes: asked.notes })) parts.push(one);
    else addResult(asObject(result), `${place}.functionResponse`, { asked, results, parts });
  }
  if (parts.length === 0) return results.length > 0 ? results : [{ role: "user", content: "" }];
  return [...results, { role: "user", content: contentOf(parts) }];
}

type ResultTarget = {
  readonly asked: GeminiAsked;
  readonly results: JsonObject[];
  readonly parts: JsonObject[];
};

/** The message of a tool holds text alone; pictures follow it in the user's words, and so does what no call is known of. */
function addResult(result: JsonObject | undefined, path: string, target: ResultTarget): void {
  const { asked, results, parts } = target;
  const name = result?.["name"];
  if (result === undefined || typeof name !== "string" || name === "")
    throw malformed(path, "must have the name of its function");
  for (const hint of ["scheduling", "willContinue"])
    if (said(result, hint) !== undefined) asked.notes.add(`functionResponse.${hint}`);
  const text = resultText(said(result, "response"));
  const call = asked.ids.ofResult(name, said(result, "id"), text);
  if (call === "again") return;
  if (call === "stray") parts.push({ type: "text", text: `The result of ${name}: ${text}` });
  else results.push({ role: "tool", tool_call_id: call.id, content: text });
  const shown = partsIn(result, path).flatMap((part, index) =>
    chatParts(part, { path: `${path}.parts.${index}`, notes: asked.notes }),
  );
  if (shown.length === 0) return;
  parts.push({ type: "text", text: `Of the result of ${name}:` });
  for (const one of shown) parts.push(one);
}

function resultText(response: unknown): string {
  if (response === undefined) return "";
  const [only, ...more] = Object.entries(asObject(response) ?? {});
  if (only === undefined || more.length > 0 || typeof only[1] !== "string") return JSON.stringify(response);
  const [name, text] = only;
  if (name === "error") return `Error: ${text}`;
  return RESULTS.some((one) => one === name) ? text : JSON.stringify(response);
}

function modelTurn(content: JsonObject, path: string, asked: GeminiTurn): readonly JsonObject[] {
  const { notes, ids } = asked;
  let text = "";
  const calls: JsonObject[] = [];
  const reasoning: MadeObject = {};
  ids.begin();
  for (const [index, part] of partsIn(content, path).entries()) {
    const place = `${path}.parts.${index}`;
    const signature = said(part, "thoughtSignature");
    if (isForeign(signature)) notes.add("thoughtSignature");
    else if (asked.isOpen) addSigned(reasoning, signedFields(signature) ?? {});
    const call = said(part, "functionCall");
    // Where its signature is ours it holds the same thought as its endpoint gave it.
    if (part["thought"] === true) continue;
    if (call === undefined) text += modelText(part, place, notes);
    else calls.push(callOf(asObject(call), `${place}.functionCall`, asked));
  }
  if (text === "" && calls.length === 0) return [];
  return [
    {
      role: "assistant",
      content: calls.length > 0 && text === "" ? null : text,
      ...reasoning,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    },
  ];
}

function addSigned(reasoning: MadeObject, fields: JsonObject): void {
  for (const name of REASONING) if (fields[name] !== undefined) reasoning[name] = fields[name];
}

/** What of a model's turn is text; a chat takes nothing else from it. */
function modelText(part: JsonObject, path: string, notes: Notes): string {
  const text = said(part, "text");
  if (typeof text === "string") return text;
  const code = codeText(part);
  if (code !== undefined) return `\n${code}\n`;
  for (const name of ["inlineData", "fileData", "toolCall", "toolResponse"]) {
    if (said(part, name) === undefined) continue;
    notes.add(`contents.${name} of the model`);
    return "";
  }
  // A part may hold a signature alone.
  if (said(part, "thoughtSignature") !== undefined) return "";
  throw malformed(path, "a part of this kind is not known in a model's turn");
}

function callOf(call: JsonObject | undefined, path: string, { names, ids, notes }: GeminiAsked): JsonObject {
  const name = call?.["name"];
  if (call === undefined || typeof name !== "string" || name === "")
    throw malformed(path, "must have the name of its function");
  notes.addOthers(call, CALL_FIELDS, "functionCall.", camelOf);
  const args = said(call, "args") ?? {};
  if (asObject(args) === undefined) throw malformed(`${path}.args`, "must be an object");
  const called = { name: names.sent(name), arguments: JSON.stringify(args) };
  return { id: ids.ofCall(name, said(call, "id")), type: "function", function: called };
}
