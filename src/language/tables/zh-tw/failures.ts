// The sentences of `../failures.ts`, 繁體中文.

import type { FAILURES_MESSAGES } from "../failures.ts";
import type { SentencesOf } from "../message-table.ts";

/** 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const failuresZhTw = (): SentencesOf<typeof FAILURES_MESSAGES> => ({
  'label.fix': '修正：{text}',
  'label.next': '下一步：{text}',
  'fail.portTaken': '{host} 的連接埠 {port} 已被{owner}占用。',
  'fix.port': '{command} --port {port}',
  'fix.addEndpoint': '若要把該伺服器當成端點，請在 config.yaml 加入：',
  'fail.portForbidden': '連接埠 {port} 需要系統管理員權限：1024 以下的連接埠由系統保留。',
  'fail.portReserved': 'Windows 保留了連接埠 {port}；查看已保留的範圍：netsh int ipv4 show excludedportrange tcp',
  'fail.address': '無法監聽 {host}：這台電腦沒有該位址的網路介面。',
  'fix.address': '改用 --host 127.0.0.1，或這台電腦的某個位址',
  'fail.listen': '無法監聽 {host}:{port}（{code}）。',
  'next.listen': '換一個 --port，或檢查系統限制',
  'fail.open': '{host} 可從其他電腦連入，但沒有設定用戶端金鑰。',
  'fix.open': '在 config.yaml 設定 server.api_keys；若允許任何連得到的人使用，請加 --allow-anonymous',
  'fail.option': '{option} 必須是 {wanted}，但得到「{value}」。',
  'want.port': '0 到 65535 的整數',
  'want.traffic': '0 到 100 的數字',
  'want.oneOf': '{values} 其中之一',
  'fail.command': '沒有「{name}」這個指令。',
  'fix.didYouMean': '你是不是要輸入「{name}」？',
  'next.help': 'oai-gateway --help',
  'next.helpOf': 'oai-gateway {name} --help',
  'fail.internal': 'oai-gateway 內部發生錯誤：{message}',
  'next.report': '加上 OAI_GATEWAY_DEBUG=1 再執行一次以取得細節，並請回報',
  'fail.noConfig': '找不到設定檔：{tried}。',
  'next.noConfig': 'oai-gateway init',
  'next.doctor': '以 oai-gateway doctor 實際測試',
  'fix.resetOther': '以 --config 指定執行中的那一份：{others}',
  'next.models': '以 oai-gateway models 列出可用的模型',
  'fix.init': '加 --force 覆寫，或以 --output FILE 寫到別處',
  'fix.completions': 'oai-gateway completions bash',
  'next.serve': 'oai-gateway',
  'next.serveFile': 'oai-gateway --config {file}',
  'next.initNothing': '把金鑰寫進 .env（OPENAI_API_KEY=…）、設為環境變數，或啟動本機伺服器後，再執行一次',
  'fix.needsTty': 'oai-gateway init --from-detected',
});
