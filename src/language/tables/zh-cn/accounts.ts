// The sentences of `../accounts.ts`, 简体中文.

import type { ACCOUNTS_MESSAGES } from "../accounts.ts";
import type { SentencesOf } from "../message-table.ts";

/** 简体中文. */
// biome-ignore format: a table reads best with one row a message
export const accountsZhCn = (): SentencesOf<typeof ACCOUNTS_MESSAGES> => ({
  'keys.badName': '名称是 1 到 {longest} 个文字、数字、符号或空格，且不能是“#”加数字',
  'keys.badOwner': '所有者是 1 到 {longest} 个文字、数字、符号或空格',
  'keys.badTags': '标签是最多 256 项的列表，每项是 1 到 {longest} 个文字、数字或符号，不含逗号',
  'keys.badPatterns': '匹配模式是 1 到 256 项的列表，每项最多 512 个字符（`*` 代表任意文字，`?` 代表一个字符）',
  'keys.badAddresses': '地址是 1 到 256 项的列表，每项是地址或网段，例如 192.168.1.0/24 或 fd00::/8',
  'keys.badTime': '时间是自 1970 年起的毫秒数，必须是整数',
  'keys.badFlag': '只能是 true 或 false',
  'keys.badLimits': '限制是每分钟、每小时、每天的请求数与 token 数，以及同时进行的请求数，都是不小于 1 的整数',
  'keys.badBudget': '预算是每天、每周、每月或总计大于 0 的金额；提醒阈值大于 0、最大为 1；时区使用名称，例如 Asia/Shanghai',
  'keys.badKey': '密钥是 16 到 512 个可见的 ASCII 字符，不含空格',
  'keys.badGrace': '旧密钥的宽限时间是 0 到 366 天',
  'keys.keyTaken': '已经有客户端密钥使用了这个密钥',
  'keys.nameTaken': '已经有名为“{name}”的客户端密钥',
  'keys.notFound': '没有客户端密钥“{name}”',
  'keys.readOnly': '客户端密钥“{name}”写在配置文件中：请到配置文件修改',
  'keys.changed': '这个密钥刚刚被别人修改过：请重新查看',
  'keys.tooMany': '已有 {max} 个客户端密钥，不能再增加',
  'keys.unavailable': '现在无法读取客户端密钥：请稍后重试',
  'keys.noPepper': '无法把 key-pepper 文件写入数据目录：请让该目录可写，或用 --data-dir 指定另一个目录',
  'accounts.noNetwork': '既不是地址，也不是网段',
  'accounts.noTag': '不是标签',
  'accounts.noTag.fix': '使用 1 到 64 个文字、数字或符号，不含逗号',
  'accounts.sameBudget': '{place} 与 {other} 的对象和周期相同',
  'accounts.noWebhook': '{place} 不是 webhook 的网址',
  'accounts.noWebhook.fix': '写以 https:// 或 http:// 开头的网址，其中不要包含账号和密码',
  'accounts.name.fix': '改正它，或删除它',
  'accounts.emptyList': '{place} 是空的',
  'accounts.emptyList.fix': '填写内容，或删除它以取消限制',
  'accounts.entry.fix': '改正它：标签是不含逗号的短文字，端点是名称或匹配模式，地址形如 192.168.1.0/24',
});
