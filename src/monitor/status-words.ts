// What the status page says, in the language of its reader.

import type { StatusWords } from "./status-language.ts";
import { ZH_CN } from "./status-words-zh-cn.ts";

const EN: StatusWords = {
  lang: "en",
  title: "Status",
  allUp: "All models are available.",
  someDown: "Some models are not available now.",
  allDown: "No model is available now.",
  none: "There are no models.",
  stopping: "This service is being stopped.",
  model: "Model",
  now: "Now",
  day: "Last 24 hours",
  up: "available",
  down: "not available",
  beats: { up: "available", partly: "partly available", down: "not available", unknown: "not known" },
  more: (count) => `${count} further models are not shown.`,
  at: (time) => `As of ${time} (UTC). The page loads itself again every minute.`,
};

const ZH_TW: StatusWords = {
  lang: "zh-TW",
  title: "服務狀態",
  allUp: "所有模型都可以使用。",
  someDown: "有些模型目前無法使用。",
  allDown: "目前沒有任何模型可以使用。",
  none: "沒有模型。",
  stopping: "這個服務正在停止。",
  model: "模型",
  now: "目前",
  day: "過去 24 小時",
  up: "可用",
  down: "無法使用",
  beats: { up: "可用", partly: "部分時間可用", down: "無法使用", unknown: "不明" },
  more: (count) => `另有 ${count} 個模型未列出。`,
  at: (time) => `截至 ${time}（UTC）。頁面每分鐘自動重新載入。`,
};

/** The words for what a browser asks for: the language that it likes best of those that there are, else English. */
export function wordsFor(acceptLanguage: string | undefined): StatusWords {
  let best = EN;
  let bestQuality = 0;
  for (const part of (acceptLanguage ?? "").split(",").slice(0, 20)) {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const words = languageOf(tag);
    const written = parameters.map((one) => /^\s*q=([\d.]+)\s*$/.exec(one)?.[1]).find(Boolean);
    const quality = written === undefined ? 1 : Number(written);
    if (words === undefined || !(quality > bestQuality)) continue;
    best = words;
    bestQuality = quality;
  }
  return best;
}

function languageOf(tag: string): StatusWords | undefined {
  if (tag === "en" || tag.startsWith("en-")) return EN;
  if (tag !== "zh" && !tag.startsWith("zh-")) return undefined;
  return /-(?:hans|cn|sg|my)\b/.test(tag) ? ZH_CN : ZH_TW;
}
