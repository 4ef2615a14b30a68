// Puts a `model` into a body that has none. Not a check of the body: `json-scan.ts` and `multipart-scan.ts` have found
// it to be whole, and without a model, before.

import { spliceBytes } from "../../bytes/byte-range.ts";
import { boundaryOf } from "./multipart-scan.ts";

const OPEN_BRACE = 0x7b;

/**
 * The body in pieces, with `model` as its first key; every other byte is kept. `body` is a JSON object without one;
 * `isEmpty`: it has no key at all.
 */
export function insertModel(body: Buffer, isEmpty: boolean, model: string): Buffer[] {
  const at = body.indexOf(OPEN_BRACE) + 1;
  const member = `"model":${JSON.stringify(model)}${isEmpty ? "" : ","}`;
  return spliceBytes(body, { start: at, end: at }, Buffer.from(member));
}

/** A form that has no `model`. */
export type FormWithout = {
  readonly body: Buffer;
  readonly contentType: string;
  /** As in `MultipartPeek`. */
  readonly partsStart: number;
};

/** The form in pieces, with the field `model` as its first part; every other byte is kept. */
export function insertMultipartModel(form: FormWithout, model: string): Buffer[] {
  const { body, contentType, partsStart } = form;
  const part = `--${boundaryOf(contentType)}\r\ncontent-disposition: form-data; name="model"\r\n\r\n`;
  const field = Buffer.concat([Buffer.from(part, "latin1"), Buffer.from(`${model}\r\n`)]);
  return spliceBytes(body, { start: partsStart, end: partsStart }, field);
}
