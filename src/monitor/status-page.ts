// The page at `/status`: which models are up, now and in the last 24 hours. It has no script and asks for nothing else;
// no address, no endpoint and no key is in it.

import { createHash } from "node:crypto";
import { labelText } from "../observe/metrics/label-text.ts";
import { BEATS, type Beat } from "./beats.ts";
import { wordsFor } from "./status-words.ts";

/** One model of the page. */
type ModelStatus = { readonly name: string; readonly isUp: boolean; readonly beats: readonly Beat[] };

/** What the page tells. */
export type StatusFacts = {
  readonly models: readonly ModelStatus[];
  /** Further models, which are not told one by one. */
  readonly hidden: number;
  readonly isDraining: boolean;
  readonly wallMs: number;
};

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: start; padding: 0.4rem 0.6rem 0.4rem 0; border-bottom: 1px solid light-dark(#ddd, #444); overflow-wrap: anywhere; }
.up { color: light-dark(#14692f, #6fd38a); } .down { color: light-dark(#a8121b, #ff8f8f); }
.beats { display: flex; gap: 2px; } .beats i { flex: 1; min-width: 3px; height: 1.4rem; border-radius: 2px; background: light-dark(#d5d5d5, #4a4a4a); }
.beats .b-up { background: light-dark(#2b9a4b, #4cbf6b); }
.beats .b-partly { background: light-dark(#d08a00, #e8b03a); height: 1rem; align-self: end; }
.beats .b-down { background: light-dark(#c8232c, #f06a6a); height: 0.6rem; align-self: end; }
small { color: light-dark(#555, #aaa); }
`;

const POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
].join("; ");

/** The page for what a browser's Accept-Language says; with its headers, flat. */
export function statusPage(
  facts: StatusFacts,
  acceptLanguage: string | undefined,
): { readonly body: Buffer; readonly headers: readonly string[] } {
  const words = wordsFor(acceptLanguage);
  const rows = facts.models.map((model) => {
    const state = model.isUp ? "up" : "down";
    const said = BEAT_ORDER.map((beat) => [beat, model.beats.filter((one) => one === beat).length] as const)
      .filter(([, count]) => count > 0)
      .map(([beat, count]) => `${words.beats[beat]} ${count}/${BEATS}`)
      .join(", ");
    const bars = model.beats.map((beat) => `<i class="b-${beat}"></i>`).join("");
    return `<tr><td><bdi>${escaped(labelText(model.name))}</bdi></td><td class="${state}">${words[state]}</td><td><div class="beats" role="img" aria-label="${said}" title="${said}">${bars}</div></td></tr>`;
  });
  const time = new Date(facts.wallMs).toISOString().slice(0, 16).replace("T", " ");
  const text = `<!doctype html>
<html lang="${words.lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="60"><title>${words.title}</title><style>${STYLE}</style>
<h1>${words.title}</h1>
<p role="status">${summaryOf(facts, words)}</p>
<table><thead><tr><th>${words.model}<th>${words.now}<th>${words.day}</tr></thead>
<tbody>${rows.join("\n")}</tbody></table>
${facts.hidden > 0 ? `<p>${words.more(facts.hidden)}</p>` : ""}
<p><small>${words.at(time)}</small></p>
</html>
`;
  return {
    body: Buffer.from(text),
    headers: [
      "content-type",
      "text/html; charset=utf-8",
      "content-security-policy",
      POLICY,
      "vary",
      "accept-language",
    ],
  };
}

const BEAT_ORDER: readonly Beat[] = ["up", "partly", "down", "unknown"];

function summaryOf({ models, isDraining }: StatusFacts, words: ReturnType<typeof wordsFor>): string {
  if (isDraining) return words.stopping;
  if (models.length === 0) return words.none;
  const up = models.filter(({ isUp }) => isUp).length;
  if (up === models.length) return words.allUp;
  return up === 0 ? words.allDown : words.someDown;
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
