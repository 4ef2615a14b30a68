// Rules about single texts: names, keys, header names and values. Pure. Each returns what is wrong, in words that
// follow the key's name and never hold a secret, or undefined.

import { isCredentialName } from "../../core/credential-names.ts";

/** What is wrong with a text, and how to mend it. */
export type TextProblem = { readonly message: string; readonly fix: string };

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
      message: 'has a "/" in it, at which endpoint/model is split',
      fix: `write "${name.replaceAll("/", "-")}"`,
    };
  if (name.includes("*"))
    return { message: 'has a "*" in it, which stands for every endpoint', fix: "choose a name without it" };
  return undefined;
}

/** The name of a model, public or at an endpoint. */
export function modelNameProblem(name: string): TextProblem | undefined {
  const problem = nameProblem(name, LONGEST_MODEL);
  if (problem !== undefined) return problem;
  return name === "*" ? { message: 'is "*", which is no model', fix: "write a model's name" } : undefined;
}

function nameProblem(name: string, longest: number): TextProblem | undefined {
  if (name.trim() === "") return { message: "is empty", fix: "give it a name" };
  if (CONTROL.test(name))
    return { message: "has a control character or a line break in it", fix: "remove it" };
  if (name !== name.trim()) return { message: "begins or ends with a space", fix: `write "${name.trim()}"` };
  if (name.length > longest)
    return { message: `is longer than ${longest} characters`, fix: "choose a shorter one" };
  return undefined;
}

/** A key as it is sent in a header: visible ASCII without spaces. Empty is not judged here. */
export function keyProblem(key: string): TextProblem | undefined {
  if (/[\r\n]/.test(key))
    return { message: "has a line break in it", fix: "set it again without the line break" };
  if (/^\s|\s$/.test(key)) return { message: "begins or ends with a space", fix: "remove the space" };
  if (/^(["'`]).*\1$/.test(key))
    return {
      message: "has quotes around it that are part of the value",
      fix: "remove the quotes where it is set",
    };
  if (/^bearer\s/i.test(key)) return { message: 'begins with "Bearer "', fix: "write the key alone" };
  if (!/^[\u0021-\u007e]*$/.test(key))
    return {
      message: "has a space, a control character or a character outside ASCII in it",
      fix: "copy the key again",
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
    return { message: "is no name that HTTP allows", fix: "use letters, digits and dashes" };
  const lower = name.toLowerCase();
  if (RESERVED.has(lower) || lower.startsWith("x-oai-gateway-"))
    return { message: "is set by the gateway itself", fix: "remove it" };
  if (lower === "authorization" && hasApiKey)
    return { message: "would replace the Authorization that api_key makes", fix: "remove it, or api_key" };
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
      message: "is the name of a credential, and those of clients are never sent on",
      fix: "remove it; what an endpoint needs is set by its headers",
    };
  if (OF_ANOTHER_REQUEST.test(lower))
    return { message: "would make another request of the one that was checked", fix: "remove it" };
  return undefined;
}

/** The value of a configured header. */
export function headerValueProblem(value: string): TextProblem | undefined {
  if (/[\r\n]/.test(value))
    return { message: "has a line break in it", fix: "set it again without the line break" };
  if (/^\s|\s$/.test(value)) return { message: "begins or ends with a space", fix: "remove the space" };
  // obs-text of RFC 9110 §5.5 is read differently from server to server.
  if (!/^[\t\u0020-\u007e]*$/.test(value))
    return { message: "has a control character or a character outside ASCII in it", fix: "use ASCII only" };
  return undefined;
}
