// Rules about single texts: names, keys, header names and values. Pure. Each returns what is wrong, in words that
// follow the key's name and never hold a secret, or undefined.

import { isCredentialName } from "../../core/credential-names.ts";
import { type Message, message } from "../../language/messages.ts";

/** What is wrong with a text, and how to mend it. */
export type TextProblem = { readonly message: Message; readonly fix: Message };

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
// Same as the bound on "model" in a request.
const LONGEST_MODEL = 512;
const LONGEST_ENDPOINT = 64;

/** The name of an endpoint: it stands before the slash of `endpoint/model`. */
export function endpointNameProblem(name: string): TextProblem | undefined {
  const problem = nameProblem(name, LONGEST_ENDPOINT);
  if (problem !== undefined) return problem;
  if (name.includes("/"))
    return {
      message: message("text.slash"),
      fix: message("fix.write", { text: name.replaceAll("/", "-") }),
    };
  if (name.includes("*")) return { message: message("text.star"), fix: message("text.fixStar") };
  return undefined;
}

/** The name of a model, public or at an endpoint. */
export function modelNameProblem(name: string): TextProblem | undefined {
  const problem = nameProblem(name, LONGEST_MODEL);
  if (problem !== undefined) return problem;
  return name === "*" ? { message: message("text.isStar"), fix: message("text.fixIsStar") } : undefined;
}

function nameProblem(name: string, longest: number): TextProblem | undefined {
  if (name.trim() === "") return { message: message("text.empty"), fix: message("text.fixEmptyName") };
  if (CONTROL.test(name)) return { message: message("text.control"), fix: message("fix.removeIt") };
  if (name !== name.trim())
    return { message: message("text.outerSpace"), fix: message("fix.write", { text: name.trim() }) };
  if (name.length > longest)
    return { message: message("text.tooLong", { longest }), fix: message("fix.chooseShorter") };
  return undefined;
}

/** A key as it is sent in a header: visible ASCII without spaces. Empty is not judged here. */
export function keyProblem(key: string): TextProblem | undefined {
  if (/[\r\n]/.test(key)) return { message: message("text.lineBreak"), fix: message("text.fixLineBreak") };
  if (/^\s|\s$/.test(key)) return { message: message("text.outerSpace"), fix: message("text.fixSpace") };
  if (/^(["'`]).*\1$/.test(key))
    return {
      message: message("text.quotes"),
      fix: message("text.fixQuotes"),
    };
  if (/^bearer\s/i.test(key)) return { message: message("text.bearer"), fix: message("text.fixBearer") };
  if (!/^[\u0021-\u007e]*$/.test(key))
    return {
      message: message("text.keyChars"),
      fix: message("text.fixKeyChars"),
    };
  return undefined;
}

// What the HTTP engine sets itself, what ends at the next hop (RFC 9110 §7.6.1), and what describes the client's body.
const RESERVED = new Set([
  "accept-encoding",
  "connection",
  "content-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The name of a configured header. */
export function headerNameProblem(name: string, hasApiKey: boolean): TextProblem | undefined {
  // RFC 9110 §5.6.2, "token".
  if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/.test(name))
    return { message: message("text.noHeader"), fix: message("text.fixNoHeader") };
  const lower = name.toLowerCase();
  if (RESERVED.has(lower) || lower.startsWith("x-oai-gateway-"))
    return { message: message("text.reserved"), fix: message("fix.removeIt") };
  if (lower === "authorization" && hasApiKey)
    return { message: message("text.authorization"), fix: message("text.fixAuthorization") };
  return undefined;
}

/** Headers by which a request asks to be taken for another one: what was checked would not be what is done. */
const OF_ANOTHER_REQUEST =
  /^(?:x-http-method|x-http-method-override|x-method-override|x-(?:original|rewrite|forwarded)-(?:url|uri|path|prefix|method))$/;

/** The name of a client's header that is to be sent on. */
export function passedHeaderProblem(name: string): TextProblem | undefined {
  const problem = headerNameProblem(name, true);
  if (problem !== undefined) return problem;
  const lower = name.toLowerCase();
  if (isCredentialName(lower))
    return {
      message: message("text.credential"),
      fix: message("text.fixCredential"),
    };
  if (OF_ANOTHER_REQUEST.test(lower))
    return { message: message("text.otherRequest"), fix: message("fix.removeIt") };
  return undefined;
}

/** The value of a configured header. */
export function headerValueProblem(value: string): TextProblem | undefined {
  if (/[\r\n]/.test(value)) return { message: message("text.lineBreak"), fix: message("text.fixLineBreak") };
  if (/^\s|\s$/.test(value)) return { message: message("text.outerSpace"), fix: message("text.fixSpace") };
  // obs-text of RFC 9110 §5.5 is read differently from server to server.
  if (!/^[\t\u0020-\u007e]*$/.test(value))
    return { message: message("text.headerChars"), fix: message("text.fixHeaderChars") };
  return undefined;
}
