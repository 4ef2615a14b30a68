// Takes out of an error's message what is quoted in it.
//
// No pattern does it: one would look for the end anew from each quotation mark, and a client may have had thousands
// of them repeated that nothing closes.

/** What opens a quotation, and what closes it. */
const QUOTES: ReadonlyMap<string, string> = new Map([
  ["`", "`"],
  ['"', '"'],
  ["“", "”"],
  ["‘", "’"],
  ["「", "」"],
  ["『", "』"],
  ["[", "]"],
]);

/** The text with a space for what stands from the first to the last quote of a kind: it may hold quotes itself. Linear. */
export function withoutQuotes(text: string): string {
  const lasts = new Map([...QUOTES.values()].map((closing) => [closing, text.lastIndexOf(closing)]));
  let rest = "";
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    const end = lasts.get(QUOTES.get(text[at] ?? "") ?? "") ?? -1;
    if (end <= at) continue;
    rest += `${text.slice(from, at)} `;
    from = end + 1;
    at = end;
  }
  return withoutBareQuotes(rest + text.slice(from));
}

/** The same for `'`, which is an apostrophe as well: it opens behind a space and closes before one. */
function withoutBareQuotes(text: string): string {
  const start = text.search(/(?:^|(?<=[\s(:=,]))'/);
  let end = text.lastIndexOf("'");
  while (end > start && !/[\s).,:;!?]/.test(text[end + 1] ?? " ")) end = text.lastIndexOf("'", end - 1);
  return start === -1 || end <= start ? text : `${text.slice(0, start)} ${text.slice(end + 1)}`;
}
