// Reads the headers of one part of a form, as far as a field's name needs it. Not for HTTP headers. Refuses what
// readers understand in different ways.

import { GatewayError } from "../core/errors.ts";
import type { ByteRange } from "./byte-range.ts";

/** What a part's headers say. */
export type PartHeaders = {
  /** Undefined when the part has no Content-Disposition with a name. */
  readonly name: string | undefined;
  readonly isFile: boolean;
  /** True for base64 and quoted-printable: the bytes are not the value. */
  readonly isEncoded: boolean;
  /** Whether the Content-Disposition is `form-data`; Go knows no other fields. */
  readonly isFormData: boolean;
  /** Of the part's own Content-Type. */
  readonly charset: string | undefined;
  /** True for a part of parts. */
  readonly isNested: boolean;
  /** Position of the digits of the part's own Content-Length. */
  readonly contentLength: ByteRange | undefined;
};

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const PLAIN_ENCODINGS = new Set(["7bit", "8bit", "binary"]);

const MAX_PARAMETERS = 32;

/**
 * Reads header lines, given as Latin-1 text that begins at byte `position` of the body and has no final line end.
 * @throws GatewayError invalid_multipart for what is no header and for names that can be read in two ways
 */
export function parsePartHeaders(text: string, position: number): PartHeaders {
  const seen = new Map<string, ByteRange & { readonly value: string }>();
  let at = 0;
  for (const line of text === "" ? [] : text.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (!TOKEN.test(name) || /[\r\n\0]/.test(line))
      throw broken(`a part has a broken header (at byte ${position + at})`);
    const value = line.slice(colon + 1).trim();
    if (seen.has(name)) throw broken(`a part has the header ${name} twice (at byte ${position + at})`);
    const start = position + at + line.indexOf(value, colon + 1);
    seen.set(name, { value, start, end: start + value.length });
    at += line.length + 2;
  }
  const length = seen.get("content-length");
  const type = seen.get("content-type")?.value ?? "";
  const parameters = type.indexOf(";");
  return {
    ...dispositionOf(seen.get("content-disposition")?.value),
    charset: parameters === -1 ? undefined : charsetIn(type.slice(parameters)),
    isNested: /^multipart\//i.test(type),
    isEncoded: !PLAIN_ENCODINGS.has(seen.get("content-transfer-encoding")?.value.toLowerCase() ?? "binary"),
    contentLength: length && { start: length.start, end: length.end },
  };
}

function dispositionOf(value: string | undefined): Pick<PartHeaders, "name" | "isFile" | "isFormData"> {
  const separator = value?.indexOf(";") ?? -1;
  if (value === undefined || separator === -1) return { name: undefined, isFile: false, isFormData: false };
  const rest = value.slice(separator);
  // Also `name*0=`, a part of a name (RFC 2231 §3).
  if (parameter(rest, "name*") !== undefined || /;\s*name\*/i.test(rest))
    throw broken("a part has a name in the form name*=, which forms do not allow");
  const isFile =
    parameter(rest, "filename") !== undefined ||
    parameter(rest, "filename*") !== undefined ||
    /;\s*filename\*/i.test(rest);
  const name = parameter(rest, "name");
  // The text is Latin-1, one character a byte.
  const decoded = name === undefined ? undefined : Buffer.from(name, "latin1").toString();
  return { name: decoded, isFile, isFormData: /^\s*form-data\s*$/i.test(value.slice(0, separator)) };
}

/** Files come with any Content-Type, a broken one too, and nobody routes by those. */
function charsetIn(parameters: string): string | undefined {
  const found = /;\s*charset\*?\s*=\s*"?([^;"]*)/i.exec(parameters);
  return found?.[1];
}

// One parameter after its semicolon: a token, an equals sign, a quoted string or a token. Sticky, each part
// bounded by what follows, so that matching is linear.
const PARAMETER = /;[ \t]*(?:([^\s;="]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]*)))?[ \t]*/y;

/**
 * The value of a parameter in `; name=value; other="va\"lue"`, quotes removed; undefined when absent.
 * @throws GatewayError invalid_multipart when the list is broken, has the parameter twice, or escapes a character
 * that needs none (some readers drop the backslash, some keep it)
 */
export function parameter(list: string, wanted: string): string | undefined {
  const pattern = new RegExp(PARAMETER);
  let found: string | undefined;
  for (let count = 0; pattern.lastIndex < list.length; count++) {
    if (count === MAX_PARAMETERS) throw broken("a header has too many parameters");
    const at = pattern.lastIndex;
    const match = pattern.exec(list);
    if (match === null || pattern.lastIndex === at) throw broken("a header has broken parameters");
    if (match[1]?.toLowerCase() !== wanted) continue;
    if (found !== undefined) throw broken(`a header has the parameter ${wanted} twice`);
    found = match[2] === undefined ? (match[3] ?? "") : unquote(match[2], wanted);
  }
  return found;
}

function unquote(quoted: string, wanted: string): string {
  if (!quoted.includes("\\")) return quoted;
  // File names such as C:\song.mp3 come unescaped from some clients; nobody routes by them.
  if (wanted.startsWith("filename")) return quoted;
  if (/\\[^"\\]/.test(quoted)) throw broken(`the parameter ${wanted} can be read in two ways`);
  return quoted.replace(/\\(["\\])/g, "$1");
}

/** The error for a form that is broken, or that can be read in two ways. */
export function broken(reason: string): GatewayError {
  return new GatewayError("invalid_multipart", { message: `The multipart body is broken: ${reason}.` });
}
