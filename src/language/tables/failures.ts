// Why a command refuses, and what to do about it.

import type { MessageTable } from "./message-table.ts";

/** Why a command refuses, and what to do about it: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const FAILURES_MESSAGES = {
  'label.fix': ['fix: {text}', '修正：{text}'],
  'label.next': ['next: {text}', '下一步：{text}'],
  'fail.portTaken': ['port {port} on {host} is already in use by {owner}.', '{host} 的連接埠 {port} 已被{owner}占用。'],
  'fix.port': ['{command} --port {port}', '{command} --port {port}'],
  'fix.addEndpoint': ['to use that server as an endpoint, put into config.yaml:', '若要把該伺服器當成端點，請在 config.yaml 加入：'],
  'fail.portForbidden': ['port {port} needs administrator rights: ports below 1024 are reserved.', '連接埠 {port} 需要系統管理員權限：1024 以下的連接埠由系統保留。'],
  'fail.address': ['cannot listen on {host}: no network interface of this machine has that address.', '無法監聽 {host}：這台電腦沒有該位址的網路介面。'],
  'fix.address': ['use --host 127.0.0.1, or an address of this machine', '改用 --host 127.0.0.1，或這台電腦的某個位址'],
  'fail.listen': ['cannot listen on {host}:{port} ({code}).', '無法監聽 {host}:{port}（{code}）。'],
  'next.listen': ['try another --port, or look at the system\'s limits', '換一個 --port，或檢查系統限制'],
  'fail.open': ['{host} can be reached from other machines, and no client keys are set.', '{host} 可從其他電腦連入，但沒有設定用戶端金鑰。'],
  'fix.open': ['set server.api_keys in config.yaml, or pass --allow-anonymous if everyone who reaches it may use it', '在 config.yaml 設定 server.api_keys；若允許任何連得到的人使用，請加 --allow-anonymous'],
  'fail.option': ['{option} must be {wanted}, found "{value}".', '{option} 必須是 {wanted}，但得到「{value}」。'],
  'want.port': ['a whole number from 0 to 65535', '0 到 65535 的整數'],
  'want.traffic': ['a number from 0 to 100', '0 到 100 的數字'],
  'want.oneOf': ['one of {values}', '{values} 其中之一'],
  'fail.command': ['unknown command "{name}".', '沒有「{name}」這個指令。'],
  'fix.didYouMean': ['did you mean "{name}"?', '你是不是要輸入「{name}」？'],
  'next.help': ['oai-gateway --help', 'oai-gateway --help'],
  'next.helpOf': ['oai-gateway {name} --help', 'oai-gateway {name} --help'],
  'fail.internal': ['something went wrong inside oai-gateway: {message}', 'oai-gateway 內部發生錯誤：{message}'],
  'next.report': ['run it again with OAI_GATEWAY_DEBUG=1 for details, and please report it', '加上 OAI_GATEWAY_DEBUG=1 再執行一次以取得細節，並請回報'],
  'fail.noConfig': ['no configuration found: {tried}.', '找不到設定檔：{tried}。'],
  'next.noConfig': ['oai-gateway init', 'oai-gateway init'],
  'next.doctor': ['oai-gateway doctor tests them live', '以 oai-gateway doctor 實際測試'],
  'fix.resetOther': ['name the one that is served, by --config: {others}', '以 --config 指定執行中的那一份：{others}'],
  'next.models': ['oai-gateway models lists those that are served', '以 oai-gateway models 列出可用的模型'],
  'fix.init': ['pass --force to overwrite it, or --output FILE to write elsewhere', '加 --force 覆寫，或以 --output FILE 寫到別處'],
  'fix.completions': ['oai-gateway completions bash', 'oai-gateway completions bash'],
  'next.serve': ['oai-gateway', 'oai-gateway'],
  'next.serveFile': ['oai-gateway --config {file}', 'oai-gateway --config {file}'],
  'next.initNothing': ['put a key into .env (OPENAI_API_KEY=…), export it, or start a local server, then run it again', '把金鑰寫進 .env（OPENAI_API_KEY=…）、設為環境變數，或啟動本機伺服器後，再執行一次'],
  'fix.needsTty': ['oai-gateway init --from-detected', 'oai-gateway init --from-detected'],
} as const satisfies MessageTable;
