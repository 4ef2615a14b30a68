// The sentences of `../server.ts`, 简体中文.

import type { SentencesOf } from "../message-table.ts";
import type { SERVER_MESSAGES } from "../server.ts";

/** 简体中文. */
// biome-ignore format: a table reads best with one row a message
export const serverZhCn = (): SentencesOf<typeof SERVER_MESSAGES> => ({
  'variable.wrong': '环境变量 {name} 必须是{wanted}，但得到“{value}”。',
  'variable.fix': '把 {name} 设为 {example}，或取消这个变量',
  'variable.config': '一个存在的配置文件的路径',
  'variable.configFix': '改正 OAI_GATEWAY_CONFIG 的路径，或取消这个变量，让程序自行查找配置文件',
  'variable.misspelt': '这里不会读取环境变量 {name}；是不是要写 {near}？',
  'variable.host': '地址或主机名，不含协议、端口与路径',
  'variable.level': '以下之一：{values}',
  'variable.open': '这个地址来自 OAI_GATEWAY_HOST：请在 {file} 中设置 server.api_keys，或改为 OAI_GATEWAY_HOST=127.0.0.1；如果允许任何能连到的人使用，请加 --allow-anonymous',
  'variable.openDemo': '演示模式没有客户端密钥：请加上 --host 127.0.0.1',
  'variable.address': '把 OAI_GATEWAY_HOST 设为 127.0.0.1，或这台电脑的某个地址',
  'variable.taken': '把 OAI_GATEWAY_PORT 设为其他端口，例如 {port}',
  'credential.unreadable': '无法读取凭据文件 {name}（{code}）',
  'credential.noFile': '凭据文件 {name} 不是普通文件',
  'credential.large': '凭据文件 {name} 超过 64 KiB',
  'credential.noText': '凭据文件 {name} 不是 UTF-8 文本',
  'credential.empty': '凭据文件 {name} 是空的',
  'credential.lines': '凭据文件 {name} 有多行，或含有控制字符',
  'credential.fix': '让服务以 {name} 交付的文件（LoadCredential={name}:PATH）只含一行值，再重启服务',
  'credential.hint': '以凭据文件交付（LoadCredential={name}:PATH）',
  'service.status': '{url}，端点：{endpoints}，模型：{models}',
});
