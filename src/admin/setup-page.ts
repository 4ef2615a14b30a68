// The page that the one-time link opens: it sets the admin password. What only the link knows is behind its `#`, which no
// browser sends to anybody, and which no log has.

import { createHash } from "node:crypto";

/** A page. */
export type AdminPage = { readonly body: Buffer; readonly headers: readonly string[] };

const WORDS = {
  en: {
    title: "Set the admin password",
    about: "This link works once. The password opens the admin API and is kept as a hash.",
    label: "Password (at least 12 characters)",
    button: "Set it",
    done: "The password is set.",
    failed: "That did not work: ",
    link: "The link is incomplete. The command oai-gateway admin prints it.",
  },
  "zh-TW": {
    title: "設定管理密碼",
    about: "這個連結只能用一次。密碼用來登入管理 API，只會存成雜湊值。",
    label: "密碼（至少 12 個字元）",
    button: "設定",
    done: "密碼已設定。",
    failed: "沒有成功：",
    link: "連結不完整，請執行 oai-gateway admin 取得連結。",
  },
} as const;

const SCRIPT = `
const words = JSON.parse(document.getElementById("words").textContent);
const said = document.getElementById("said");
const secret = location.hash.slice(1);
if (secret === "") said.textContent = words.link;
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const password = document.getElementById("password").value;
  const answer = await fetch("/admin/v1/setup", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ secret, password }),
  });
  if (answer.ok) {
    history.replaceState(null, "", location.pathname);
    said.textContent = words.done;
    document.querySelector("form").remove();
  } else said.textContent = words.failed + (await answer.json()).error.message;
});
`;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 32rem; margin: 10vh auto; padding: 0 1rem; }
input, button { font: inherit; padding: 0.4rem 0.6rem; width: 100%; box-sizing: border-box; margin-top: 0.4rem; }
`;

/** The page in the language that a browser asks for. */
export function setupPage(acceptLanguage: string | undefined): AdminPage {
  const isChinese = /^\s*zh\b/i.test(acceptLanguage ?? "");
  const words = WORDS[isChinese ? "zh-TW" : "en"];
  const text = `<!doctype html>
<html lang="${isChinese ? "zh-TW" : "en"}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${words.title} · oai-gateway</title><style>${STYLE}</style>
<h1>${words.title}</h1>
<p>${words.about}</p>
<form><label>${words.label}<input id="password" type="password" autocomplete="new-password" minlength="12" required></label>
<button>${words.button}</button></form>
<p id="said" role="status"></p>
<script type="application/json" id="words">${JSON.stringify(words)}</script>
<script>${SCRIPT}</script>
</html>
`;
  const policy = [
    "default-src 'none'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `script-src '${digestOf(SCRIPT)}'`,
    `style-src '${digestOf(STYLE)}'`,
  ].join("; ");
  return {
    body: Buffer.from(text),
    headers: [
      "content-type",
      "text/html; charset=utf-8",
      "content-security-policy",
      policy,
      "vary",
      "accept-language",
    ],
  };
}

function digestOf(source: string): string {
  return `sha256-${createHash("sha256").update(source).digest("base64")}`;
}
