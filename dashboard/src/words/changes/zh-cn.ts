// 配置变更的说明，简体中文。

import type { ChangeWords } from "./en.ts";

/** 简体中文。 */
export const zhCn: ChangeWords = {
  comma: "、",
  semicolon: "；",
  more: (names, left) => `${names} 等，还有 ${left} 个`,
  said: {
    endpoints_added: ({ names }) => `新增端点：${names}`,
    endpoints_removed: ({ names }) => `移除端点：${names}`,
    overrides_added: ({ names }) => `新增别名：${names}`,
    overrides_removed: ({ names }) => `移除别名：${names}`,
    fallbacks_added: ({ names }) => `为这些模型新增备用模型：${names}`,
    fallbacks_removed: ({ names }) => `移除这些模型的备用模型：${names}`,
    weight: ({ name, from, to }) => `${name} 的权重：${from} → ${to}`,
    draining: ({ name }) => `${name} 停止接收新请求`,
    not_draining: ({ name }) => `${name} 恢复接收新请求`,
    enabled: ({ name }) => `${name} 已启用`,
    disabled: ({ name }) => `${name} 已关闭`,
    endpoint: ({ name, names }) => `${name} 的 ${names} 有改动`,
    override: ({ name }) => `别名 ${name} 有改动`,
    fallback: ({ name }) => `${name} 的备用模型有改动`,
    mode: ({ from, to }) => `路由模式：${from} → ${to}`,
    hide_merged: ({ to }) => `hide_merged 改为 ${to}`,
    models: () => "模型配置有改动",
    client_keys_added: ({ count }) => `新增 ${count} 个客户端密钥`,
    client_keys_removed: ({ count }) => `移除 ${count} 个客户端密钥`,
    client_keys_changed: ({ count }) => `修改 ${count} 个客户端密钥`,
    server: () => "服务器配置有改动",
    discovery: () => "模型查询的配置有改动",
    store: () => "数据库配置有改动",
    limits: () => "用量限制有改动",
    budgets: () => "预算或告警有改动",
    log: () => "日志配置有改动，下次启动时生效",
  },
};
