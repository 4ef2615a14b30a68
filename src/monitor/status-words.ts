// What the status page says, in the language of its reader.

import type { Beat } from "./beats.ts";

/** Its sentences in one language. */
type StatusWords = {
  readonly lang: string;
  readonly title: string;
  readonly allUp: string;
  readonly someDown: string;
  readonly allDown: string;
  readonly none: string;
  readonly stopping: string;
  readonly model: string;
  readonly now: string;
  readonly day: string;
  readonly up: string;
  readonly down: string;
  readonly beats: Readonly<Record<Beat, string>>;
  readonly more: (count: number) => string;
  readonly at: (time: string) => string;
};

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

const ZH_CN: StatusWords = {
  lang: "zh-CN",
  title: "服务状态",
  allUp: "所有模型均可使用。",
  someDown: "部分模型当前不可用。",
  allDown: "当前没有可用的模型。",
  none: "暂无模型。",
  stopping: "此服务正在停止。",
  model: "模型",
  now: "当前",
  day: "最近 24 小时",
  up: "可用",
  down: "不可用",
  beats: { up: "可用", partly: "部分时段可用", down: "不可用", unknown: "未知" },
  more: (count) => `还有 ${count} 个模型未显示。`,
  at: (time) => `更新于 ${time}（UTC），页面每分钟自动刷新。`,
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
