// The sentences of `../failures.ts`, 简体中文.

import type { FAILURES_MESSAGES } from "../failures.ts";
import type { SentencesOf } from "../message-table.ts";

/** 简体中文. */
// biome-ignore format: a table reads best with one row a message
export const failuresZhCn = (): SentencesOf<typeof FAILURES_MESSAGES> => ({
  'label.fix': '修复：{text}',
  'label.next': '下一步：{text}',
  'fail.portTaken': '{host} 的端口 {port} 已被{owner}占用。',
  'fix.port': '{command} --port {port}',
  'fix.addEndpoint': '如果要把该服务器当作端点，请在 config.yaml 中加入：',
  'fail.portForbidden': '端口 {port} 需要管理员权限：1024 以下的端口由系统保留。',
  'fail.portReserved': 'Windows 保留了端口 {port}；查看已保留的范围：netsh int ipv4 show excludedportrange tcp',
  'fail.address': '无法监听 {host}：这台电脑没有该地址的网络接口。',
  'fix.address': '改用 --host 127.0.0.1，或这台电脑的某个地址',
  'fail.listen': '无法监听 {host}:{port}（{code}）。',
  'next.listen': '换一个 --port，或检查系统限制',
  'fail.open': '其他电脑可以连到 {host}，但没有设置客户端密钥。',
  'fix.open': '在 config.yaml 中设置 server.api_keys；如果允许任何能连到的人使用，请加 --allow-anonymous',
  'fail.option': '{option} 必须是 {wanted}，但得到“{value}”。',
  'want.port': '0 到 65535 的整数',
  'want.traffic': '0 到 100 的数字',
  'want.oneOf': '{values} 之一',
  'fail.command': '没有“{name}”这条命令。',
  'fix.didYouMean': '你是不是要输入“{name}”？',
  'next.help': 'oai-gateway --help',
  'next.helpOf': 'oai-gateway {name} --help',
  'fail.internal': 'oai-gateway 内部发生错误：{message}',
  'next.report': '加上 OAI_GATEWAY_DEBUG=1 再运行一次以获取细节，并请报告',
  'fail.noConfig': '找不到配置文件：{tried}。',
  'next.noConfig': 'oai-gateway init',
  'next.doctor': '用 oai-gateway doctor 实际测试',
  'fix.resetOther': '用 --config 指定运行中的那一份：{others}',
  'next.models': '用 oai-gateway models 列出可用的模型',
  'fix.init': '加 --force 覆盖，或用 --output FILE 写到别处',
  'fix.completions': 'oai-gateway completions bash',
  'next.serve': 'oai-gateway',
  'next.serveFile': 'oai-gateway --config {file}',
  'next.initNothing': '把密钥写进 .env（OPENAI_API_KEY=…）、设为环境变量，或启动本机服务器后，再运行一次',
  'fix.needsTty': 'oai-gateway init --from-detected',
});
