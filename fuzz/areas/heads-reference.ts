// A reader of requests for judging the gateway: strict, short, and sure of itself only where RFC 9112 and the catalogue
// of faults leave no choice. Shares nothing with the gateway.

/** A sound request. */
type SoundRequest = { readonly body: Buffer };

/** What a connection's bytes hold. */
export type Stretch = {
  readonly raw: Buffer;
  /** The requests at the start that every server reads in the same way. */
  readonly requests: readonly SoundRequest[];
  /**
   * What follows them: nothing; a request that is not whole yet; one that has to be refused; bytes after a request
   * that closes the connection; or something that is for the server to judge.
   */
  readonly tail: "end" | "incomplete" | "broken" | "closed" | "unsure";
  readonly why: string;
};

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const REQUEST_LINE = /^(?:GET|POST|DELETE|PUT|PATCH|OPTIONS) \/[!-~]* HTTP\/1\.([01])$/;
const FIELD = new RegExp(`^(${TOKEN}):[ \\t]*(.*?)[ \\t]*$`, "s");
const MAX_SURE_HEAD = 16_000;

type Step =
  | { readonly kind: "sound"; readonly body: Buffer; readonly next: number; readonly isLast: boolean }
  | { readonly kind: "incomplete" | "broken" | "unsure"; readonly why: string };

/** Reads as far as it can be sure. */
export function readRequests(raw: Buffer): Stretch {
  const text = raw.toString("latin1");
  const requests: SoundRequest[] = [];
  let at = 0;
  while (at < text.length) {
    const step = readOne(text, at);
    if (step.kind !== "sound") return { raw, requests, tail: step.kind, why: step.why };
    requests.push({ body: step.body });
    at = step.next;
    if (step.isLast) return { raw, requests, tail: "closed", why: "the connection is to be closed" };
  }
  return { raw, requests, tail: "end", why: "" };
}

function readOne(text: string, start: number): Step {
  // Empty lines before a request line may be skipped (RFC 9112 §2.2).
  if (text[start] === "\r" || text[start] === "\n") return { kind: "unsure", why: "an empty line" };
  const end = text.indexOf("\r\n\r\n", start);
  const head = text.slice(start, end === -1 ? undefined : end);
  if (end === -1)
    return { kind: /[^\r]\n|\0/.test(head) ? "unsure" : "incomplete", why: "no end of the head" };
  if (head.length > MAX_SURE_HEAD) return { kind: "unsure", why: "a large head" };
  const [requestLine = "", ...lines] = head.split("\r\n");
  const version = REQUEST_LINE.exec(requestLine)?.[1];
  if (version === undefined) return { kind: "unsure", why: "the request line" };
  const fields = readFields(lines);
  if (!Array.isArray(fields)) return fields;
  return readFramed(text, end + 4, version === "1", fields);
}

type Field = readonly [string, string];

function readFields(lines: readonly string[]): Field[] | Extract<Step, { why: string }> {
  const fields: Field[] = [];
  let isUnsure = false;
  for (const line of lines) {
    if (/[\r\n\0]/.test(line)) return { kind: "broken", why: "a bare CR, LF or NUL" };
    if (/^[ \t]/.test(line)) return { kind: "broken", why: "a folded line" };
    const match = FIELD.exec(line);
    if (match === null) return { kind: "broken", why: "no header" };
    const [, name = "", value = ""] = match;
    // Other control characters may be kept (RFC 9110 §5.5).
    if (/[\x01-\x08\x0b-\x1f\x7f]/.test(value)) isUnsure = true;
    fields.push([name.toLowerCase(), value]);
  }
  return isUnsure ? { kind: "unsure", why: "a control character" } : fields;
}

function readFramed(text: string, at: number, isNew: boolean, fields: readonly Field[]): Step {
  const all = (wanted: string): string[] =>
    fields.filter(([name]) => name === wanted).map(([, value]) => value);
  const lengths = all("content-length");
  const codings = all("transfer-encoding");
  const hosts = all("host");
  if (hosts.length > 1) return { kind: "broken", why: "two hosts" };
  if (hosts.length === 0 && isNew) return { kind: "broken", why: "no host" };
  if (lengths.length > 1) return { kind: "broken", why: "two lengths" };
  if (lengths.length > 0 && codings.length > 0) return { kind: "broken", why: "a length and a coding" };
  const [length = "0"] = lengths;
  if (!/^\d+$/.test(length)) return { kind: "broken", why: "no length" };
  if (length.length > 6) return { kind: "unsure", why: "a large length" };
  if (all("upgrade").length > 0) return { kind: "unsure", why: "an upgrade" };
  const connection = all("connection").join().toLowerCase();
  const isKept = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/.test(connection);
  const isLast = (!isNew && !isKept) || /(?:^|,)[ \t]*close[ \t]*(?:,|$)/.test(connection);
  if (codings.length > 0) {
    if (codings.join().toLowerCase() !== "chunked") return { kind: "broken", why: "an unknown coding" };
    if (!isNew) return { kind: "unsure", why: "chunks in HTTP/1.0" };
    return readChunks(text, at, isLast);
  }
  const next = at + Number(length);
  if (next > text.length) return { kind: "incomplete", why: "the body" };
  return { kind: "sound", body: Buffer.from(text.slice(at, next), "latin1"), next, isLast };
}

function readChunks(text: string, start: number, isLast: boolean): Step {
  let body = "";
  for (let at = start; ; ) {
    const end = text.indexOf("\r\n", at);
    if (end === -1) {
      return {
        kind: /^[0-9a-f]{0,8}\r?$/i.test(text.slice(at)) ? "incomplete" : "unsure",
        why: "a chunk's size",
      };
    }
    const line = text.slice(at, end);
    const size = /^([0-9a-f]{1,6})([ \t]*;[ \t]*[!-~]*)?$/i.exec(line);
    if (size === null) {
      // Extensions have rules of their own that servers bend.
      return { kind: /[;]/.test(line) ? "unsure" : "broken", why: "a chunk's size" };
    }
    if (size[2] !== undefined && !/^;[A-Za-z]+(?:=[A-Za-z]+)?$/.test(size[2]))
      return { kind: "unsure", why: "an extension" };
    const bytes = Number.parseInt(size[1] ?? "", 16);
    at = end + 2;
    if (bytes === 0) return readTrailers(text, at, Buffer.from(body, "latin1"), isLast);
    if (text.length < at + bytes + 2)
      return { kind: text.length > at + bytes ? "unsure" : "incomplete", why: "a chunk" };
    if (text.slice(at + bytes, at + bytes + 2) !== "\r\n") return { kind: "broken", why: "a chunk's end" };
    body += text.slice(at, at + bytes);
    at += bytes + 2;
  }
}

function readTrailers(text: string, start: number, body: Buffer, isLast: boolean): Step {
  if (text.startsWith("\r\n", start)) return { kind: "sound", body, next: start + 2, isLast };
  const end = text.indexOf("\r\n\r\n", start);
  if (end === -1) return { kind: text.length > start + 1 ? "unsure" : "incomplete", why: "trailers" };
  const fields = readFields(text.slice(start, end).split("\r\n"));
  // Nothing of a trailer is used, so that a server may pass over a bad one.
  if (!Array.isArray(fields) || fields.some(([name]) => /content-length|transfer-encoding|host/.test(name)))
    return { kind: "unsure", why: "a trailer" };
  return { kind: "sound", body, next: end + 4, isLast };
}
