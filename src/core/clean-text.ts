// Makes text from outside fit to be shown in a log or on a terminal: nothing that steers a terminal or forges a
// line gets through, and nothing that looks like a key. Not a validator. Called by `observe/` and `cli/`.

// C0, DEL, C1 (an 8-bit CSI starts there), line separators, and the marks that reorder text.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const KEY =
  /\bBearer\s+[^\s"',;]+|\b(?:sk|gsk|xai|pplx|nvapi|csk|fw|hf|ghp|r8)[-_][A-Za-z0-9_-]{8,}|\bAIza[A-Za-z0-9_-]{16,}|\b(?:api[-_]?key|access_token)=[^\s&"']+/gi;
// One look per field is all that a harmless text costs.
const SUSPICIOUS =
  /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]|bearer|aiza|key=|token=|\b(?:sk|gsk|xai|pplx|nvapi|csk|fw|hf|ghp|r8)[-_]/i;

/** The text with control characters as `\u001b` and with all that looks like a key masked. */
export function cleanText(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return text.replace(KEY, maskMatch).replace(CONTROL, escapeCharacter);
}

function maskMatch(match: string): string {
  const assignment = /^([A-Za-z_-]+)=/.exec(match);
  if (assignment) return `${assignment[1]}=…`;
  if (/^bearer/i.test(match)) return "Bearer …";
  return `${match.slice(0, 3)}…`;
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
