// JSON bodies: what is forwarded has to be what came, but for the model's value, exactly when the body is an object
// that every reader understands in the same way; anything else is refused. The reference is `JSON.parse`.

import { isUtf8 } from "node:buffer";
import type { Answer } from "../../test/support/wire.ts";
import { type Area, type Finding, finding, type OpenArea } from "../area.ts";
import { mutated } from "../mutate.ts";
import type { Random } from "../random.ts";
import { envelopeFault, forwardedFault, good, isObject, Rig } from "../rig.ts";

const WORDS = [
  '"model"',
  '"m\\u006fdel"',
  '"Model"',
  '"m"',
  '"nick"',
  '"n\\u0069ck"',
  '"one/m"',
  '"model":"m"',
  ',"model":"nick"',
  '"stream"',
  '"stream":true',
  '"stream":null',
  '"stream":"true"',
  "true",
  "null",
  "NaN",
  "{}",
  "[]",
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u",
  "\\ud800",
  "\\u0000",
  "1e400",
  "-0",
  "9007199254740993",
  "01",
  "1.",
  ".5",
  "+1",
  "/*",
  "//",
  "\ufeff",
  "\u2028",
  "\u0000",
  "\r\n",
  '"__proto__"',
  '"constructor"',
  '"messages":[{"model":"x"}]',
  Buffer.from([0xff]),
  Buffer.from([0xc0, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xe2, 0x80]),
] as const;

const NAMES = [
  "m",
  "m",
  "nick",
  "nick",
  "one/m",
  "M",
  "none",
  "",
  " m",
  "m\u0000",
  "\ud800",
  "../x",
  "__proto__",
];
const KEYS = [
  "messages",
  "stream",
  "messages",
  "model_id",
  "a",
  "1",
  "__proto__",
  "tools",
  "metadata",
  "temperature",
];
const TWINS = ["Model", "MODEL", "model ", "\tmodel", "model\0x", "\uff4dodel", "Stream", "\u017ftream"];
const MAX_DEPTH = 200;

/** Bodies of `POST /v1/chat/completions`. */
export const BODIES: Area = {
  name: "bodies",
  make: bodyOf,
  open: openBodies,
};

/** Valid in three of ten cases, else nearly so. */
export function bodyOf(random: Random): Buffer {
  const body = Buffer.from(objectText(random));
  return random.chance(30) ? body : mutated(random, body, WORDS);
}

async function openBodies(): Promise<OpenArea> {
  const rig = await Rig.start(good({ id: "x" }));
  return { check: (input) => check(rig, input), close: () => rig.close() };
}

async function check(rig: Rig, body: Buffer): Promise<Finding | undefined> {
  const headers = { "content-type": "application/json", authorization: "Bearer CANARY-client-key" };
  return judged(rig, body, await rig.ask({ method: "POST", path: "/v1/chat/completions", headers, body }));
}

/** What is wrong with what became of this body. */
export async function judged(rig: Rig, body: Buffer, answer: Answer): Promise<Finding | undefined> {
  if (rig.log.fault !== undefined) return finding("internal", rig.log.fault);
  const expected = expectedForward(rig, body);
  const [got, ...more] = rig.forwarded;
  if (more.length > 0) return finding("forwarded-twice", body);
  if (answer.status >= 400) {
    if (got !== undefined) return finding("refused-but-forwarded", `${answer.status} ${answer.text}`);
    if (expected.kind === "forward" && !expected.mayBeRefused)
      return finding("refused-good-body", `${answer.text} for ${body.toString()}`);
    return answer.status < 500 ? envelopeFault(answer.status, answer.text) : finding("status", answer.text);
  }
  if (got === undefined) return finding("answered-itself", answer.text);
  if (expected.kind === "refuse") return finding("forwarded-bad-body", `${expected.why}: ${body.toString()}`);
  const bytes = await got.bodyRead;
  if (!bytes.equals(expected.body)) return finding("wrong-forward", `${bytes} in place of ${expected.body}`);
  return forwardedFault(got);
}

type Expected =
  | { readonly kind: "forward"; readonly body: Buffer; readonly mayBeRefused: boolean }
  | { readonly kind: "refuse"; readonly why: string };

/** By `JSON.parse` and a walk over tokens, which share nothing with the gateway's scanner. */
function expectedForward(rig: Rig, body: Buffer): Expected {
  const refuse = (why: string): Expected => ({ kind: "refuse", why });
  if (body[0] === 0 || body[1] === 0) return refuse("looks like UTF-16");
  const text = body.toString("latin1");
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(body));
  } catch {
    return refuse("JSON.parse throws");
  }
  if (!isObject(value)) return refuse("no object");
  const { depth, members } = topLevel(text);
  if (depth > MAX_DEPTH) return refuse("too deep");
  if (members.some(({ key }) => isTwin(key))) return refuse("a name in other letters");
  const mayBeRefused = members.some(({ key }) => mayBeTwin(key));
  const streams = new Set(members.filter(({ key }) => key === "stream").map(({ token }) => token));
  if (streams.size > 1) return refuse("stream twice");
  if (![...streams].every((token) => /^(?:true|false|null)$/.test(token))) return refuse("stream");
  const models = members.filter((one) => one.key === "model");
  const [model] = models;
  if (model === undefined || models.length > 1) return refuse(`${models.length} models`);
  if (!model.token.startsWith('"')) return refuse("model is no string");
  if (!isUtf8(Buffer.from(model.token, "latin1"))) return refuse("model is not UTF-8");
  const name: unknown = JSON.parse(Buffer.from(model.token, "latin1").toString());
  const target = typeof name === "string" ? rig.gateway.table().resolve(name)?.targets[0] : undefined;
  if (target === undefined) return refuse("unknown model");
  if (target.upstreamModel === name) return { kind: "forward", body, mayBeRefused };
  const before = body.subarray(0, model.at);
  const after = body.subarray(model.at + model.token.length);
  return {
    kind: "forward",
    mayBeRefused,
    body: Buffer.concat([before, Buffer.from(JSON.stringify(target.upstreamModel)), after]),
  };
}

/** Read as `model` or `stream` by whoever ignores case or space at the ends, or ends a text at its first NUL. */
function isTwin(key: string): boolean {
  const [bare = ""] = key.trim().split("\0");
  return key !== "model" && key !== "stream" && /^(?:model|stream)$/i.test(bare.trim());
}

/** What is as good as that to somebody, with all that cannot be seen taken away. */
function mayBeTwin(key: string): boolean {
  const [first = ""] = key.replace(/^[\p{C}\p{Z}\ufffd]+/gu, "").split("\0");
  const bare = first.replace(/[\p{C}\p{Z}\ufffd]+$/gu, "").normalize("NFKC");
  return key !== "model" && key !== "stream" && /^(?:model|stream)$/i.test(bare);
}

type Member = { readonly key: string; readonly token: string; readonly at: number };

/** Of text that is known to be valid: how deep it is, and its outermost members with their first token. */
function topLevel(text: string): { readonly depth: number; readonly members: readonly Member[] } {
  const members: Member[] = [];
  let depth = 0;
  let deepest = 0;
  let key: string | undefined;
  let last = "";
  for (const match of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/gs)) {
    const token = match[0];
    if (depth === 1 && key !== undefined) {
      members.push({ key, token, at: match.index });
      key = undefined;
    }
    if (token === "{" || token === "[") depth += 1;
    if (token === "}" || token === "]") depth -= 1;
    deepest = Math.max(deepest, depth);
    if (token === ":" && depth === 1) key = decoded(last);
    last = token;
  }
  return { depth: deepest, members };
}

function decoded(token: string): string {
  return String(JSON.parse(Buffer.from(token, "latin1").toString()));
}

function objectText(random: Random): string {
  const members = random.times(random.between(0, 5), () => {
    const key = random.chance(95) ? random.pick(KEYS) : random.pick(TWINS);
    return `${stringText(random, key)}:${valueText(random, 0)}`;
  });
  const count = random.chance(90) ? 1 : random.below(3);
  for (let index = 0; index < count; index += 1) {
    const value = random.chance(90) ? stringText(random, random.pick(NAMES)) : valueText(random, 3);
    members.splice(
      random.below(members.length + 1),
      0,
      `${stringText(random, "model")}${space(random)}:${space(random)}${value}`,
    );
  }
  return `${space(random)}{${space(random)}${members.join(`${space(random)},`)}}${space(random)}`;
}

function valueText(random: Random, depth: number): string {
  if (depth < 4 && random.chance(30)) {
    const items = random.times(random.below(4), () => valueText(random, depth + 1));
    if (random.chance(50)) return `[${items.join(`${space(random)},`)}]`;
    return `{${items.map((item) => `${stringText(random, random.pick([...KEYS, "model"]))}:${item}`).join()}}`;
  }
  if (random.chance(3)) {
    const levels = random.between(190, 205);
    return `${"[".repeat(levels)}${"]".repeat(levels)}`;
  }
  return random.pick([
    () => stringText(random, random.pick([...NAMES, "\u{1F600}", 'a"b\\c', '{"model":"x"}', "\u2028"])),
    () => random.pick(["0", "-0", "1.0", "1e5", "1E+400", "9007199254740993", "-1.5e-7"]),
    () => random.pick(["true", "false", "null"]),
  ])();
}

/** A string token in one of its many spellings. */
function stringText(random: Random, text: string): string {
  const plain = JSON.stringify(text);
  if (random.chance(80)) return plain;
  const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
}

function space(random: Random): string {
  return random.chance(80) ? "" : random.pick([" ", "\n", "\r\n\t", "  "]);
}
