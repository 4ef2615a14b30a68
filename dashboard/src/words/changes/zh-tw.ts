// 設定變更的說明，繁體中文。

import type { ChangeWords } from "./en.ts";

/** 繁體中文。 */
export const zhTw: ChangeWords = {
  comma: "、",
  semicolon: "；",
  more: (names, left) => `${names} 等，另有 ${left} 個`,
  said: {
    endpoints_added: ({ names }) => `新增端點：${names}`,
    endpoints_removed: ({ names }) => `移除端點：${names}`,
    overrides_added: ({ names }) => `新增別名：${names}`,
    overrides_removed: ({ names }) => `移除別名：${names}`,
    fallbacks_added: ({ names }) => `為這些模型新增備援：${names}`,
    fallbacks_removed: ({ names }) => `移除這些模型的備援：${names}`,
    weight: ({ name, from, to }) => `${name} 的權重：${from} → ${to}`,
    draining: ({ name }) => `${name} 停止接收新請求`,
    not_draining: ({ name }) => `${name} 恢復接收新請求`,
    enabled: ({ name }) => `${name} 已啟用`,
    disabled: ({ name }) => `${name} 已關閉`,
    endpoint: ({ name, names }) => `${name} 的 ${names} 已變更`,
    override: ({ name }) => `別名 ${name} 已變更`,
    fallback: ({ name }) => `${name} 的備援已變更`,
    mode: ({ from, to }) => `路由模式：${from} → ${to}`,
    hide_merged: ({ to }) => `hide_merged 改為 ${to}`,
    models: () => "模型的設定已變更",
    client_keys_added: ({ count }) => `新增 ${count} 把用戶端金鑰`,
    client_keys_removed: ({ count }) => `移除 ${count} 把用戶端金鑰`,
    client_keys_changed: ({ count }) => `變更 ${count} 把用戶端金鑰`,
    server: () => "伺服器設定已變更",
    discovery: () => "模型查詢的設定已變更",
    store: () => "資料庫設定已變更",
    limits: () => "用量上限已變更",
    budgets: () => "預算或警示已變更",
    log: () => "記錄的設定已變更，下次啟動時生效",
  },
};
