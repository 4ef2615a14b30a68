// Puts a `model` into a body that has none. Not a check of the body: `json-scan.ts` and `multipart-scan.ts` have found
// it to be whole, and without a model, before.

import { spliceBytes } from "./byte-range.ts";
import { parameter } from "./multipart-headers.ts";

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** The body in pieces, with `model` as its first key; every other byte is kept. `body` is a JSON object without one. */
export function insertModel(body: Buffer, model: string): Buffer[] {
  const at = body.indexOf(OPEN_BRACE) + 1;
  let next = at;
  while (isSpace(body[next])) next += 1;
  const comma = body[next] === CLOSE_BRACE ? "" : ",";
  return spliceBytes(body, { start: at, end: at }, Buffer.from(`"model":${JSON.stringify(model)}${comma}`));
}

/** The form in pieces, with the field `model` as its first part; every other byte is kept. `body` is a form without one. */
export function insertMultipartModel(body: Buffer, contentType: string, model: string): Buffer[] {
  const boundary = parameter(contentType.slice(contentType.indexOf(";")), "boundary") ?? "";
  const opening = `--${boundary}`;
  const at = body.subarray(0, opening.length).equals(Buffer.from(opening, "latin1"))
    ? 0
    : body.indexOf(`\r\n${opening}`, 0, "latin1") + "\r\n".length;
  const part = `${opening}\r\ncontent-disposition: form-data; name="model"\r\n\r\n`;
  const field = Buffer.concat([Buffer.from(part, "latin1"), Buffer.from(`${model}\r\n`)]);
  return spliceBytes(body, { start: at, end: at }, field);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}
