// What must not be told of an endpoint (its keys, and configured headers that are credentials), and how it is found in
// texts: as it is, and in the spellings in which servers repeat what they were sent. Made once for an endpoint; used on
// errors, headers and lists of models, never on good answers. Pure.

/** What stands in place of a secret. */
export const MASK = "***";

/** Shorter ones are stand-ins such as `ollama`, which ordinary messages may hold. */
const MIN_SECRET_CHARS = 8;
/** Of a secret's encoding in Base64 so much has to be there: fewer characters may be any text. */
const MIN_BASE64_CHARS = 12;
/** The longest spelling of one character that is looked for, with what may stand between two of them. */
const MAX_SPELLED_CHARS = 16;

const SECRET_NAME = /auth|key|token|secret|pass|cookie|credential|session|signature|jwt/;
/** A scheme and its credentials (RFC 9110 §11.4), under whatever name. */
const WITH_SCHEME = /^(?:Bearer|Basic|Token|ApiKey|Api-Key|Key|Digest|Negotiate) +/i;

/** Where secrets come from: part of an `Endpoint`. */
export type SecretSource = {
  readonly credentials: readonly { readonly apiKey: string | undefined }[];
  /** Flat, lower-case names. */
  readonly fixedHeaders: readonly string[];
};

/** The secrets of one endpoint. Not for the log or for JSON: it shows nothing of them there. */
export class EndpointSecrets {
  /** Each by itself and as other programs would write it in a header, the longest first. */
  readonly #needles: readonly string[];
  /** The same as bytes, with the escapes of JSON. */
  readonly #byteNeedles: readonly Buffer[];
  readonly #plain: readonly string[];
  readonly #shortestChars: number;
  #spelled: RegExp | undefined;

  constructor(source: SecretSource) {
    const plain = longestFirst(secretsOf(source));
    this.#plain = plain;
    this.#needles = longestFirst(
      plain.flatMap((secret) => [
        ...jsonFormsOf(secret),
        ...urlFormsOf(secret),
        ...base64Of(secret),
        ...hexOf(secret),
      ]),
    );
    this.#byteNeedles = longestFirst(plain.flatMap(jsonFormsOf)).map((text) => Buffer.from(text));
    this.#shortestChars = this.#needles.at(-1)?.length ?? Number.POSITIVE_INFINITY;
  }

  /** Nothing need be looked for. */
  get isEmpty(): boolean {
    return this.#plain.length === 0;
  }

  /** No spelling that is looked for is longer than this. */
  get maxSpelledChars(): number {
    return (this.#plain[0]?.length ?? 0) * MAX_SPELLED_CHARS;
  }

  /**
   * Whether one is among the values of a flat list of headers, of an error in whatever spelling; for most good answers
   * one comparison of lengths a header.
   */
  isInHeaders(headers: readonly string[], isError: boolean): boolean {
    for (let index = 1; index < headers.length; index += 2) {
      const value = headers[index];
      if (value === undefined || value.length < this.#shortestChars) continue;
      if (isError ? this.isIn(value) : this.isPlainInText(value)) return true;
    }
    return false;
  }

  /** Whether one is in the text as it is, as it stands in a URL or in JSON, in Base64 or in hexadecimal. */
  isPlainInText(text: string): boolean {
    for (const needle of this.#needles) if (text.includes(needle)) return true;
    return false;
  }

  /** Whether one is in the bytes as it is, or with the usual escapes of JSON; other spellings are not looked for. */
  isPlainIn(bytes: Buffer): boolean {
    for (const needle of this.#byteNeedles) if (bytes.includes(needle)) return true;
    return false;
  }

  /** How many of the last bytes may be the beginning of one whose rest has not come yet. */
  beginningAtEnd(bytes: Buffer): number {
    let longest = 0;
    for (const needle of this.#byteNeedles) {
      const most = Math.min(needle.length - 1, bytes.length);
      for (let count = most; count > longest; count -= 1) {
        if (bytes.subarray(bytes.length - count).equals(needle.subarray(0, count))) longest = count;
      }
    }
    return longest;
  }

  /** The text without them, in whatever spelling; itself where there is none. Bytes are to be given as Latin-1. */
  mask(text: string): string {
    return this.isEmpty ? text : text.replaceAll(this.#pattern(), MASK);
  }

  /** Whether one is in the text, in whatever spelling. */
  isIn(text: string): boolean {
    // `search` keeps no place in the pattern, as `test` would.
    return !this.isEmpty && text.search(this.#pattern()) !== -1;
  }

  /** Where they stand: pairs of start and end, in order. */
  placesIn(text: string): (readonly [number, number])[] {
    if (this.isEmpty) return [];
    return [...text.matchAll(this.#pattern())].map((match) => [match.index, match.index + match[0].length]);
  }

  #pattern(): RegExp {
    this.#spelled ??= new RegExp(this.#plain.flatMap(patternsOf).join("|"), "gi");
    return this.#spelled;
  }
}

function secretsOf(source: SecretSource): Set<string> {
  const secrets = new Set<string>();
  const add = (text: string | undefined): void => {
    if (text !== undefined && text.length >= MIN_SECRET_CHARS) secrets.add(text);
  };
  for (const { apiKey } of source.credentials) add(apiKey);
  const { fixedHeaders } = source;
  for (let index = 0; index < fixedHeaders.length; index += 2) {
    const name = fixedHeaders[index] ?? "";
    const value = fixedHeaders[index + 1] ?? "";
    if (!SECRET_NAME.test(name) && !WITH_SCHEME.test(value)) continue;
    const bare = value.replace(/^[\w-]+ +/, "").trim();
    add(bare);
    if (/^basic /i.test(value)) {
      const decoded = Buffer.from(bare, "base64").toString("latin1");
      add(decoded);
      add(decoded.slice(decoded.indexOf(":") + 1));
    }
    if (name.includes("cookie"))
      for (const pair of value.split(";")) add(pair.slice(pair.indexOf("=") + 1).trim());
  }
  return secrets;
}

function longestFirst(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort((left, right) => right.length - left.length);
}

/** As it is, as JSON has it, and as some of its writers do. */
function jsonFormsOf(secret: string): string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [secret, quoted, quoted.replaceAll("/", "\\/")];
}

/** As a whole in a URL, in either case of the digits, and as URLs of servers that leave more as it is. */
function urlFormsOf(secret: string): string[] {
  return [encodeURIComponent(secret), encodeURI(secret)].flatMap((form) => [
    form,
    form.replaceAll(/%../g, (code) => code.toLowerCase()),
  ]);
}

function hexOf(secret: string): string[] {
  const hex = Buffer.from(secret).toString("hex");
  return hex.length < MIN_BASE64_CHARS ? [] : [hex, hex.toUpperCase()];
}

/**
 * Base64 of any text that holds the secret, in both alphabets (RFC 4648 §4, §5): what stands before it shifts it by
 * none, one or two bytes, and the characters that its neighbours share are left out.
 */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((shift) => {
    const start = (3 - shift) % 3;
    const length = bytes.length - start - ((bytes.length - start) % 3);
    const whole = bytes.subarray(start, start + Math.max(0, length));
    const forms = [whole.toString("base64"), whole.toString("base64url")];
    return forms.filter((text) => text.length >= MIN_BASE64_CHARS);
  });
}

function patternsOf(secret: string): string[] {
  // Between two characters there may be what UTF-16 and UTF-32 put there.
  const spelled = [...secret].map(anySpelling).join("\\0{0,3}");
  const encoded = base64Of(secret).map((text) => escaped(text).replaceAll("/", "\\\\{0,4}/"));
  return [spelled, ...encoded, ...hexOf(secret)];
}

/** One character by itself and with the escapes of JSON, of JSON in JSON, of URLs and of HTML. */
function anySpelling(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const hex = code.toString(16).padStart(2, "0");
  const forms = [
    `\\\\{0,4}${escaped(sign)}`,
    `\\\\{1,4}(?:u${hex.padStart(4, "0")}|x${hex}|u\\{0{0,4}${hex}\\})`,
    `%(?:25){0,3}${hex}`,
    `&(?:amp;)?#(?:0{0,4}${code}|x0{0,4}${hex});?`,
  ];
  if (sign === "&") forms.push("&amp;");
  return `(?:${forms.join("|")})`;
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
