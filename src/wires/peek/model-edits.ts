// The edits that make a body name another model, or name one at all. Where its name stands was found by `json-scan.ts` or
// `multipart-scan.ts`; every other byte is kept.

import type { ByteRange } from "../../bytes/byte-range.ts";
import { type Edit, NO_EDITS } from "../../bytes/edits.ts";
import { boundaryOf, type MultipartPeek } from "./multipart-scan.ts";

const OPEN_BRACE = 0x7b;

/** Puts `name` in place of the token at `range`, as JSON. */
export function modelRenameOfJson(range: ByteRange, name: string): Edit {
  return { start: range.start, end: range.end, replacement: Buffer.from(JSON.stringify(name)) };
}

/** Puts `name` into the field `model` of a form, and its length into the part's own Content-Length where it has one. */
export function modelRenamesOfForm(peek: MultipartPeek, name: string): readonly Edit[] {
  const { modelRange, modelLengthRange } = peek;
  if (modelRange === undefined) return NO_EDITS;
  const replacement = Buffer.from(name);
  const value = { start: modelRange.start, end: modelRange.end, replacement };
  if (modelLengthRange === undefined) return [value];
  const { start, end } = modelLengthRange;
  // A part's headers stand before its value.
  return [{ start, end, replacement: Buffer.from(String(replacement.length)) }, value];
}

/** Puts `model` in as the first key. `body` is a JSON object without one; `isEmpty`: it has no key at all. */
export function modelInsertOfJson(body: Buffer, isEmpty: boolean, model: string): Edit {
  const at = body.indexOf(OPEN_BRACE) + 1;
  const member = `"model":${JSON.stringify(model)}${isEmpty ? "" : ","}`;
  return { start: at, end: at, replacement: Buffer.from(member) };
}

/** A form that has no `model`. */
export type FormWithout = {
  readonly contentType: string;
  /** As in `MultipartPeek`. */
  readonly partsStart: number;
};

/** Puts the field `model` in as the form's first part. */
export function modelInsertOfForm(form: FormWithout, model: string): Edit {
  const { contentType, partsStart } = form;
  const part = `--${boundaryOf(contentType)}\r\ncontent-disposition: form-data; name="model"\r\n\r\n`;
  const replacement = Buffer.concat([Buffer.from(part, "latin1"), Buffer.from(`${model}\r\n`)]);
  return { start: partsStart, end: partsStart, replacement };
}
