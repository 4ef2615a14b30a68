// The last look at what is said of a file: keys of accounts that are known by their form are starred out wherever they
// stand, since people paste them where names are meant too. What may be shown at all is decided by `showable.ts`.

import type { Message, MessageValue } from "../../language/messages.ts";

// With a digit, or "task-runner-for-agents" would be a key; not only at the beginning of a word, since a slip of the
// keyboard glues a letter to it.
const KEYS_OF_ACCOUNTS = [
  /(?:sk|gsk|xai|pplx|nvapi|csk|ghp)[-_](?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{16,}/g,
  /\b(?=(?:[A-Za-z]*\d){3})(?=[a-z0-9]*[A-Z])(?=[A-Z0-9]*[a-z])[A-Za-z0-9]{20,}\b/g,
  /\b[0-9a-f]{32,}\b/g,
  /(?<=:\/\/)[^\s"']*(?=@)/g,
  // All but Azure's version of its API, which people must see.
  /(?<=[?&](?!api-version=)[A-Za-z0-9_.-]+=)[^\s"'&#]+/g,
];

const LONGEST_TEXT = 2_000;

/** A message in which every value has gone through `maskText`, so that it is safe in whatever language it is said. */
export function maskMessage(message: Message): Message {
  const values = Object.entries(message.values).map(([name, value]) => [name, maskValue(value)]);
  return { key: message.key, values: Object.fromEntries(values) };
}

function maskValue(value: MessageValue): MessageValue {
  if (typeof value === "number") return value;
  return typeof value === "string" ? maskText(value) : maskMessage(value);
}

/** A text without keys of accounts, each star in place of a character; never longer than anybody reads. */
export function maskText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  return KEYS_OF_ACCOUNTS.reduce(
    (shown, pattern) => shown.replace(pattern, (match) => "*".repeat(match.length)),
    short,
  );
}
