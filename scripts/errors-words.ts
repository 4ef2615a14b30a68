// What stands around the codes on docs/errors.md, in English and in 繁體中文. Not part of the gateway, which never says it.

import type { Language } from "../src/language/language.ts";

// biome-ignore format: a table reads best with one row a sentence
const WORDS = {
  'title': ['# Errors', '# 錯誤'],
  'languages': ['English | [繁體中文](zh-TW/errors.md)', '[English](../errors.md) | 繁體中文'],
  'intro': ['`oai-gateway explain CODE` prints the same on the terminal.', '在終端機以 `oai-gateway explain CODE` 可得到相同的說明。'],
  'requests': ['## Requests', '## 請求'],
  'envelope': ['Everything the gateway itself says is OpenAI\'s envelope, `{"error": {"message", "type", "param", "code"}}`, with one of these codes; below the paths of Anthropic, Gemini and Ollama it is that of their clients. *Fault* says who has to act; *next* whether another endpoint is tried while nothing has been sent to the client.', '閘道本身的錯誤一律採用 OpenAI 的格式 `{"error": {"message", "type", "param", "code"}}`，並帶有下列代碼之一；Anthropic、Gemini、Ollama 的路徑則採用各自用戶端的格式。「問題出在」指出該由誰處理；「改試」表示尚未送出任何內容給用戶端時，是否改試其他端點。'],
  'header': ['| code | status | fault | next | meaning |', '| 代碼 | 狀態 | 問題出在 | 改試 | 意義 |'],
  'fault.client': ['client', '呼叫者'],
  'fault.gateway': ['gateway', '閘道'],
  'fault.upstream': ['upstream', '端點'],
  'yes': ['yes', '是'],
  'no': ['no', '否'],
  'configuration': ['## Configuration', '## 設定檔'],
  'code': ['### {code} ({severity})', '### {code}（{severity}）'],
  'fix': ['*Fix:* {text}', '*修正：*{text}'],
} as const satisfies Readonly<Record<string, readonly [en: string, zhTW: string]>>;

/** A sentence of the page by its key. */
export type ErrorWords = (key: keyof typeof WORDS, values?: Readonly<Record<string, string>>) => string;

/** The sentences in one language; `{name}` stands for a value. */
export function pageWords(language: Language): ErrorWords {
  const place = language === "en" ? 0 : 1;
  return (key, values = {}) =>
    WORDS[key][place].replace(/\{([a-z]\w*)\}/g, (whole, name: string) => values[name] ?? whole);
}
