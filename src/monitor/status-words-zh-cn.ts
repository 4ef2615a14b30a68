// The sentences of the status page in the Chinese of the mainland.

import type { StatusWords } from "./status-language.ts";

/** The words. */
export const ZH_CN: StatusWords = {
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
