// Makes text from outside fit to be shown in a log or on a terminal: nothing that steers a terminal or forges a line
// gets through, and nothing that looks like a key. Not a validator.

// C0, DEL, C1 (an 8-bit CSI starts there), line separators, the marks that reorder text, and what nobody sees: a name
// with it looks like another one. The joiners U+200C and U+200D stay, which scripts and emoji need.
const CONTROL =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|\udb40[\udc00-\udc7f]/g;
const UNSEEN = new RegExp(CONTROL.source);
// What `paint.ts` writes.
const STYLE_OR_CONTROL = new RegExp(`\\u001b\\[[0-9;]*m|${CONTROL.source}`, "g");
const KEY =
  /\bBearer\s+[^\s"',;]+|\b(?:sk|gsk|xai|pplx|nvapi|csk|fw|hf|ghp|r8)[-_][A-Za-z0-9_-]{8,}|\bAIza[A-Za-z0-9_-]{16,}|\b(?:api[-_]?key|access_token)=[^\s&"']+/gi;
// One look per field is all that a harmless text costs.
const SUSPICIOUS =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\udb40]|bearer|aiza|key=|token=|\b(?:sk|gsk|xai|pplx|nvapi|csk|fw|hf|ghp|r8)[-_]/i;

/** The text with control characters, and with what nobody sees, as `\\u001b`; all else is as it was. */
export function visibleText(text: string): string {
  return UNSEEN.test(text) ? text.replace(CONTROL, escapeCharacter) : text;
}

/** The same for whole lines: line ends and tabs stay, and styles where `hasStyles`. */
export function visibleLines(text: string, hasStyles = false): string {
  if (!UNSEEN.test(text)) return text;
  const isKept = (match: string): boolean =>
    match === "\n" || match === "\t" || (hasStyles && match.length > 2);
  return text.replace(hasStyles ? STYLE_OR_CONTROL : CONTROL, (match) =>
    isKept(match) ? match : escapeCharacter(match),
  );
}

/** The text with control characters as `\u001b` and with all that looks like a key masked. */
export function cleanText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(KEY, maskMatch).replace(CONTROL, escapeCharacter);
}

/**
 * Whether a text is letters, digits, signs and spaces, at least one of them: nothing that steers a terminal or turns the
 * direction of writing.
 */
export function isPrintable(text: string): boolean {
  // V8 reads Unicode's tables where such a pattern stands, which no start should wait for.
  return /^[ -~]+$/.test(text) || /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]+$/u.test(text);
}

function maskMatch(match: string): string {
  const assignment = /^([A-Za-z_-]+)=/.exec(match);
  if (assignment) return `${assignment[1]}=…`;
  if (/^bearer/i.test(match)) return "Bearer …";
  return `${match.slice(0, 3)}…`;
}

/** One unit, or both of a pair. */
function escapeCharacter(character: string): string {
  return character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
}
