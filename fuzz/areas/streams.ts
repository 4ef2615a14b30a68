// Event streams: the client gets the endpoint's bytes, however they were cut; one that breaks off ends with an error
// event and never with a `[DONE]` of our making. The input is three bytes (path, model, end), then the stream.

import { behaviour, flat } from "../../test/support/fakes/behaviours.ts";
import type { FakeExchange } from "../../test/support/fakes/fake-exchange.ts";
import { type Answer, cutShort } from "../../test/support/wire.ts";
import { type Area, type Finding, finding, type OpenArea } from "../area.ts";
import { mutated, segments } from "../mutate.ts";
import { Random, seedOf } from "../random.ts";
import { envelopeFault, isObject, Rig, sparing, UPSTREAM } from "../rig.ts";

const PATHS = ["/v1/chat/completions", "/v1/responses", "/v1/messages"] as const;
const ENDS = ["lawful", "lawful", "fin", "reset"] as const;
const PREFIX = 3;

const WORDS = [
  "\n",
  "\r",
  "\r\n",
  "\n\n",
  "\r\n\r\n",
  "\r\r",
  "data:",
  "data: ",
  "data",
  ": ping\n",
  "event: error\n",
  "id: 1\n",
  "retry: 5\n",
  "data: [DONE]\n\n",
  "[DONE]",
  '"finish_reason":"stop"',
  '"finish_reason":null',
  '"error":{',
  '{"error":null}',
  '"model":"m"',
  `"model":${JSON.stringify(UPSTREAM)}`,
  '"model":"',
  '{"model":',
  "\ufeff",
  "\0",
  "{",
  "}",
  '"',
  "\\",
  "\\u006d",
  Buffer.from([0xff]),
  Buffer.from([0xf0, 0x9f]),
  "x".repeat(2_000),
] as const;

/** Streams as answers. */
export const STREAMS: Area = {
  name: "streams",
  make: (random) => {
    const isRenamed = random.chance(50);
    const whole = Buffer.from(streamText(random, isRenamed ? UPSTREAM : "m"));
    const bytes = random.chance(30) ? whole : mutated(random, whole, WORDS);
    const prefix = [random.below(PATHS.length), isRenamed ? 1 : 0, random.below(ENDS.length)];
    return Buffer.concat([Buffer.from(prefix), bytes]);
  },
  open: openStreams,
};

async function openStreams(): Promise<OpenArea> {
  let current: Buffer = Buffer.alloc(PREFIX);
  const rig = await Rig.start(behaviour((exchange) => play(exchange, current)));
  const open = async (input: Buffer): Promise<Finding | undefined> => {
    if (input.length < PREFIX) return undefined;
    current = input;
    return check(rig, input);
  };
  return { check: open, close: () => rig.close() };
}

/** Sends the stream in pieces that follow from its bytes. */
async function play(exchange: FakeExchange, input: Buffer): Promise<void> {
  const random = new Random(seedOf(input));
  sparing(exchange);
  const end = ENDS[(input[2] ?? 0) % ENDS.length];
  await exchange.head(200, flat({ "content-type": "text/event-stream" }));
  for (const piece of segments(random, input.subarray(PREFIX))) await exchange.piece(piece);
  if (end === "reset") exchange.reset();
  else if (end === "fin") exchange.fin();
  else await exchange.finish();
}

async function check(rig: Rig, input: Buffer): Promise<Finding | undefined> {
  const isRenamed = (input[1] ?? 0) % 2 === 1;
  const path = PATHS[(input[0] ?? 0) % PATHS.length] ?? PATHS[0];
  const body = { model: isRenamed ? "nick" : "m", stream: true, messages: [], max_tokens: 1 };
  const asked = rig.ask({ path, body });
  const answer = await asked.catch(async (error: unknown) => {
    await cutShort(Promise.reject(error));
    return undefined;
  });
  if (rig.log.fault !== undefined) return finding("internal", rig.log.fault);
  if (answer === undefined) return finding("cut-without-event", input);
  const sent = input.subarray(PREFIX).toString("latin1");
  const end = ENDS[(input[2] ?? 0) % ENDS.length] ?? "lawful";
  if (answer.status !== 200) return refusalFault(answer, sent, end);
  const got = answer.body.toString("latin1");
  return isRenamed ? renamedFault(sent, got, end, path) : untouchedFault(sent, got, end, path);
}

/** An error in place of a stream is right only where nothing good had come. */
function refusalFault(answer: Answer, sent: string, end: string): Finding | undefined {
  const hasNothing = !/(?:^(?:\xef\xbb\xbf)?|[\r\n])data:[^\r\n]*(?:\r\n|\r|\n)(?:\r|\n)/.test(sent);
  if (end === "lawful" && !hasNothing && !/error/i.test(sent))
    return finding("refused-stream", `${answer.text} for ${sent}`);
  return envelopeFault(answer.status, answer.text);
}

function untouchedFault(sent: string, got: string, end: string, path: string): Finding | undefined {
  if (got === sent && (end === "lawful" || hasEnded(sent, path)) && mayBeComplete(sent, path))
    return undefined;
  // After its own end the stream is over for the client, whatever follows. A reset may overtake what follows it.
  if (sent.startsWith(got) && (isOver(got, path) || (end === "reset" && hasEnded(got, path)))) {
    const isSplit = end !== "reset" && got.endsWith("\r") && sent[got.length] === "\n";
    return isSplit
      ? finding("lost-line-feed", `${JSON.stringify(got)} for ${JSON.stringify(sent)}`)
      : undefined;
  }
  const tail = errorTail(got);
  if (tail === undefined) return finding("no-error-event", `${end}: ${got} for ${sent}`);
  const relayed = got.slice(0, tail);
  const bare = sent.replace(/[\r\n]+$/, "");
  // A stream that ends with the name of an error event gets our data under it.
  const isWhole = [relayed, `${relayed}event: error`].some((text) => text.replace(/[\r\n]+$/, "") === bare);
  // A reset may overtake bytes that were sent before it.
  const cutName = /"model"\s*:\s*"(?:[^"\\\r\n]|\\.)*\\?[\r\n]*$/;
  const parts = [relayed, relayed.replace(/\n{1,2}$/, ""), relayed.replace(cutName, "")];
  const isPart = end === "reset" && parts.some((part) => sent.startsWith(part));
  if (isWhole && end === "lawful" && isDone(sent)) return finding("error-after-done", `${got} for ${sent}`);
  return isWhole || isPart ? undefined : finding("changed-stream", `${got} for ${sent}`);
}

/** Whether the text holds a whole `[DONE]` event. */
function isDone(text: string): boolean {
  return /(?:^|[\r\n])data: ?\[DONE\](?:\r\n|\r|\n)(?:\r|\n)/.test(text);
}

/** Whether an event that nothing can follow may have come, by the widest of readings. */
function isOver(text: string, path: string): boolean {
  if (/[\r\n]data: ?\[DONE\]/.test(`\n${text}`)) return true;
  return path !== "/v1/chat/completions" && /"type"\s?:\s?"(?:message_stop|response\.\w+|error)"/.test(text);
}

/** Whether the stream may have said that its answer is complete: what ends it then is no failure, if no line is cut. */
function hasEnded(text: string, path: string): boolean {
  if (isOver(text, path)) return true;
  const mark = path === "/v1/chat/completions" ? "finish_reason" : "stop_reason";
  const hasMark = new RegExp(`"${mark}"\\s?:\\s?"[^"\\r\\n]`).test(text) || /"error"/.test(text);
  return hasMark && /[\r\n]$/.test(text);
}

/** Without the model's values the bytes are the same; whole events show the client's name. */
function renamedFault(sent: string, got: string, end: string, path: string): Finding | undefined {
  // Where a name is part of a mark of an end the two cannot be told apart here: such streams are left out.
  if (mayBeComplete(hideModel(sent), path) !== mayBeComplete(sent, path)) return undefined;
  const hidden = untouchedFault(hideModel(sent), hideModel(got), end, path);
  if (hidden !== undefined) return { ...hidden, kind: `renamed-${hidden.kind}` };
  const places = path === "/v1/chat/completions" ? ["model"] : ["model", "response", "message"];
  for (const line of got.split(/\r\n|\r|\n/)) {
    if (!/^data: ?\{/.test(line)) continue;
    const value = parsed(Buffer.from(line.replace(/^data: ?/, ""), "latin1").toString());
    if (places.includes("model") && isObject(value) && value["model"] === UPSTREAM && isSingleLine(got, line))
      return finding("upstream-name-shown", `${line} in ${got}`);
  }
  return undefined;
}

/** Whether a line is an event of its own: in an event of several lines the JSON begins before it. */
function isSingleLine(sent: string, line: string): boolean {
  return sent.startsWith(`${line}\n\n`) || sent.includes(`\n\n${line}\n\n`);
}

function hideModel(text: string): string {
  const pattern = /"(?:m|\\u006d)odel"\s*:\s*"(?:[^"\\\r\n]|\\.)*"/g;
  return text.replaceAll(pattern, '"model":~');
}

/** Where a last event that reports an error begins; undefined where there is none. */
function errorTail(got: string): number | undefined {
  const match = /(?:event: error\n)?data: (\{[^\r\n]*\})\n\n$/.exec(got);
  const value = match === null ? undefined : parsed(match[1] ?? "");
  if (match === null || !isObject(value)) return undefined;
  return isObject(value["error"]) || value["type"] === "error" ? match.index : undefined;
}

/** False only where nothing in the stream could be its own end. */
function mayBeComplete(sent: string, path: string): boolean {
  if (path === "/v1/chat/completions") return /"finish_reason"\s?:\s?"[^"\r\n]|"error"|\[DONE\]/.test(sent);
  return /"type"\s?:|"error"|\[DONE\]/.test(sent);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function streamText(random: Random, model: string): string {
  const lineEnd = random.pick(["\n", "\n", "\n", "\r\n", "\r"]);
  const lines: string[] = [];
  const event = (value: unknown): number =>
    lines.push(`data:${random.pick([" ", " ", ""])}${JSON.stringify(value)}`, "");
  for (let count = random.below(5); count > 0; count -= 1) {
    if (random.chance(10)) lines.push(": comment", "");
    if (random.chance(10)) lines.push("event: message");
    const content = random.pick([
      "a",
      "\u{1F600}",
      "[DONE]",
      '"model":"x"',
      "data: x\n\n",
      '"finish_reason":"stop"',
    ]);
    event({
      id: "1",
      model,
      type: "delta",
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    });
  }
  if (random.chance(80)) event({ model, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  if (random.chance(30)) event({ type: "response.completed", response: { model, status: "completed" } });
  if (random.chance(30)) event({ type: "message_stop", message: { model } });
  if (random.chance(5)) event({ error: { message: "x", type: "server_error" } });
  if (random.chance(70)) lines.push(`data:${random.pick([" ", ""])}[DONE]`, "");
  return lines.map((line) => line + lineEnd).join("");
}
