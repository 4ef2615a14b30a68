// Takes credentials out of a text that is kept: those that are known here, and whatever looks like one.

import { isCredentialName } from "../../core/credential-names.ts";
import type { Exchange } from "../exchange/exchange.ts";

const MASK = "***";
/** Shorter ones are stand-ins, which ordinary texts may hold. */
const MIN_SECRET_CHARS = 8;
const SCHEME = /^(?:Bearer|Basic|Token|ApiKey)\s+/i;

/** What looks like a credential, wherever it stands. */
const LOOKS: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)(\s+)[A-Za-z0-9._~+/=-]{8,}/gi, `$1$2${MASK}`],
  [/\bogw_[a-z0-9]{4,16}_[A-Za-z0-9]{8,}/g, MASK],
  [
    /\b(?:sk|pk|rk|gsk|xai|hf|ghp|gho|ghs|glpat|github_pat|xox[abps]|nvapi|pplx)[-_][A-Za-z0-9_-]{16,}/g,
    MASK,
  ],
  [/\bAIza[A-Za-z0-9_-]{30,}/g, MASK],
  [/\bAKIA[A-Z0-9]{16}\b/g, MASK],
  [/\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*/g, MASK],
  [
    /("[\w.-]{0,40}(?:authorization|api[-_]?key|secret|passw(?:or)?d|access[-_]?token|refresh[-_]?token|cookie)[\w.-]{0,40}"\s*:\s*")(?:[^"\\]|\\.)*/gi,
    `$1${MASK}`,
  ],
];

/** What masks texts of this exchange: each in time that grows with its length alone. */
export function maskerFor({ request, world }: Exchange): (text: string) => string {
  const sent: string[] = [];
  for (let index = 0; index < request.headers.length; index += 2) {
    if (!isCredentialName(request.headers[index] ?? "")) continue;
    const value = (request.headers[index + 1] ?? "").replace(SCHEME, "");
    if (value.length >= MIN_SECRET_CHARS) sent.push(value);
  }
  return (text) => {
    let masked = text;
    for (const secret of sent) masked = masked.replaceAll(secret, MASK);
    for (const { secrets } of world.endpoints) masked = secrets.mask(masked);
    for (const [look, put] of LOOKS) masked = masked.replaceAll(look, put);
    return masked;
  };
}
