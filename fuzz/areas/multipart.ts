// Forms: what is forwarded is what came but for the model's part, and the platform's own reader of forms sees no
// other model in it than the gateway routed by. Good forms are not refused. The input is a flag, the Content-Type, a line
// end, and the body; the flag `!` says that the form is good.

import { type Area, type Finding, finding, type OpenArea } from "../area.ts";
import { mutated } from "../mutate.ts";
import type { Random } from "../random.ts";
import { envelopeFault, forwardedFault, good, Rig } from "../rig.ts";

const WORDS = [
  "\r\n",
  "\n",
  "--b",
  "--b--",
  "\r\n--b\r\n",
  "\r\n--b--\r\n",
  "--",
  "b",
  'name="model"',
  "name=model",
  "name*=utf-8''model",
  'filename="x"',
  "Content-Disposition: form-data; ",
  'Content-Disposition: form-data; name="model"\r\n\r\nnick\r\n--b\r\n',
  "Content-Length: 1\r\n",
  "Content-Transfer-Encoding: base64\r\n",
  "Content-Type: text/plain; charset=utf-16\r\n",
  ";",
  '"',
  "\\",
  '\\"',
  "m",
  "nick",
  "\0",
  "=",
  " ",
  "\t",
] as const;

/** Forms of `POST /v1/audio/transcriptions`. */
export const MULTIPART: Area = { name: "multipart", make, open: openMultipart };

function make(random: Random): Buffer {
  const boundary = random.pick(["b", "b", "----WebKitFormBoundaryx", "a'b(c)+_,-./:=?", "x".repeat(70)]);
  const form = formBytes(random, boundary);
  const type = typeText(random, boundary);
  if (random.chance(20)) return Buffer.concat([Buffer.from(`!${type}\n`), form]);
  const line = random.chance(80) ? Buffer.from(type) : mutated(random, Buffer.from(type), WORDS, 1);
  const safe = line.toString("latin1").replace(/[\r\n\0]/g, "");
  const words = [...WORDS, `\r\n--${boundary}\r\n`, `--${boundary}--`];
  return Buffer.concat([Buffer.from(`?${safe}\n`, "latin1"), mutated(random, form, words)]);
}

function typeText(random: Random, boundary: string): string {
  const quoted = /^[\w-]+$/.test(boundary) && random.chance(70) ? boundary : `"${boundary}"`;
  return `${random.pick(["multipart/form-data", "Multipart/Form-Data"])}; ${random.pick(["", "charset=utf-8; "])}boundary=${quoted}`;
}

function formBytes(random: Random, boundary: string): Buffer {
  const parts = random.times(random.below(3), () => otherPart(random));
  parts.splice(random.below(parts.length + 1), 0, modelPart(random));
  const pieces = parts.flatMap((part) => [Buffer.from(`--${boundary}\r\n`), part, Buffer.from("\r\n")]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--${random.pick(["", "\r\n"])}`)]);
}

function modelPart(random: Random): Buffer {
  const header = random.pick([
    'Content-Disposition: form-data; name="model"',
    'content-disposition: form-data; name="model"\r\nContent-Type: text/plain',
    'Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="model"',
  ]);
  return Buffer.from(`${header}\r\n\r\n${random.pick(["m", "nick"])}`);
}

function otherPart(random: Random): Buffer {
  const header = random.pick([
    'Content-Disposition: form-data; name="file"; filename="model"\r\nContent-Type: audio/wav',
    'Content-Disposition: form-data; name="file"; filename="a\\"b.wav"',
    'Content-Disposition: form-data; name="language"',
    'Content-Disposition: form-data; name="timestamp_granularities[]"',
  ]);
  const value = random.pick([
    () => Buffer.from("en"),
    () => Buffer.alloc(0),
    () => random.bytes(random.below(60)),
    () => Buffer.from('name="model"\r\n\r\nnick\r\n--'),
  ]);
  return Buffer.concat([Buffer.from(`${header}\r\n\r\n`), value()]);
}

async function openMultipart(): Promise<OpenArea> {
  const rig = await Rig.start(good({ text: "x" }));
  return { check: (input) => check(rig, input), close: () => rig.close() };
}

async function check(rig: Rig, input: Buffer): Promise<Finding | undefined> {
  const lineEnd = input.indexOf("\n");
  if (lineEnd < 1) return undefined;
  const type = input.toString("latin1", 1, lineEnd);
  const isGood = input[0] === 0x21;
  if (!/^multipart\/form-data/i.test(type) || /[\x00-\x08\x0a-\x1f\x7f]/.test(type)) return undefined;
  const body = input.subarray(lineEnd + 1);
  const headers = { "content-type": type };
  const answer = await rig.ask({ method: "POST", path: "/v1/audio/transcriptions", headers, body });
  if (rig.log.fault !== undefined) return finding("internal", rig.log.fault);
  const [got, ...more] = rig.forwarded;
  if (more.length > 0) return finding("forwarded-twice", body);
  if (answer.status >= 400) {
    if (got !== undefined) return finding("refused-but-forwarded", answer.text);
    if (isGood) return finding("refused-good-form", `${answer.text} ${input.toString("latin1")}`);
    return answer.status < 500 ? envelopeFault(answer.status, answer.text) : finding("status", answer.text);
  }
  if (got === undefined) return finding("answered-itself", answer.text);
  const forwarded = await got.bodyRead;
  const model = decodeURI(answer.header("x-oai-gateway-model") ?? "");
  return (
    forwardedFault(got) ?? spliceFault(body, forwarded, model) ?? (await readerFault(type, forwarded, model))
  );
}

/** Byte-equal, or one of the places where the client's name stands holds the endpoint's. */
function spliceFault(body: Buffer, forwarded: Buffer, model: string): Finding | undefined {
  if (forwarded.equals(body)) return undefined;
  const plain = withoutLengths(forwarded);
  const text = withoutLengths(body);
  const value = Buffer.from(model).toString("latin1");
  for (const name of ["nick", "one/m", `one/${value}`]) {
    for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
      if (text.slice(0, at) + value + text.slice(at + name.length) === plain) return undefined;
    }
  }
  return finding("wrong-forward", `${plain} in place of ${text}`);
}

/** A rename changes the length that some clients give the part. */
function withoutLengths(bytes: Buffer): string {
  return bytes.toString("latin1").replace(/content-length: *\d+/gi, "content-length");
}

async function readerFault(type: string, body: Buffer, model: string): Promise<Finding | undefined> {
  let form: FormData;
  try {
    form = await new Response(new Uint8Array(body), { headers: { "content-type": type } }).formData();
  } catch {
    // It takes less than the gateway does, preambles for one.
    return undefined;
  }
  const seen = form.getAll("model").filter((value) => typeof value === "string");
  // One that sees none refuses the form; only another name is a danger.
  if (seen.every((value) => value === model)) return undefined;
  return finding(
    "two-readings",
    `the gateway took ${model}, a reader ${JSON.stringify(seen)}: ${type} ${body.toString("latin1")}`,
  );
}
