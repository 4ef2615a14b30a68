// Every sentence the command line says around its data, in English and in 繁體中文 (written for Taiwan, not converted). Not
// errors of requests and not problems of the configuration file: those stay English with their codes.

import type { Environment } from "../../core/env.ts";
import { asStarted } from "./launch.ts";
import { isUtf8, localeFor } from "./terminal.ts";

/** Languages the command line speaks. */
export type Language = "en" | "zh-TW";

/** Turns a key and values into a sentence of the chosen language. */
export type Translate = (key: MessageKey, values?: Readonly<Record<string, string | number>>) => string;

/** A key of `MESSAGES`. */
export type MessageKey = keyof typeof MESSAGES;

// biome-ignore format: a table reads best with one row a message
const MESSAGES = {
  // The program and its commands.
  'program.about': ['One local OpenAI-compatible address in front of all your endpoints.', '一個本機的 OpenAI 相容位址，後面接上你所有的端點。'],
  'program.languages': ['language of messages: en or zh-TW', '訊息語言：en 或 zh-TW'],
  'program.help': ['show help', '顯示說明'],
  'program.default': ['(default: {value})', '（預設：{value}）'],
  'program.more': ['Docs: README.md, docs/configuration.md. Every code is explained by:\noai-gateway explain CODE', '文件：README.zh-TW.md、docs/configuration.md（英文）。想了解任何代碼：\noai-gateway explain CODE'],
  'program.variables': ['Variables: OAI_GATEWAY_DATA_DIR (as --data-dir), OAI_GATEWAY_DEBUG=1 (details of\na fault), XDG_CONFIG_HOME, XDG_DATA_HOME, NO_COLOR, FORCE_COLOR, LC_ALL,\nLC_MESSAGES, LC_CTYPE, LANG (language and characters), NODE_COMPILE_CACHE,\nNODE_DISABLE_COMPILE_CACHE (Node\'s own). Keys of providers:\ndocs/configuration.md.', '環境變數：OAI_GATEWAY_DATA_DIR（同 --data-dir）、OAI_GATEWAY_DEBUG=1（錯誤的細\n節）、XDG_CONFIG_HOME、XDG_DATA_HOME、NO_COLOR、FORCE_COLOR、LC_ALL、\nLC_MESSAGES、LC_CTYPE、LANG（語言與字元）、NODE_COMPILE_CACHE、\nNODE_DISABLE_COMPILE_CACHE（Node 本身的）。服務商的金鑰變數：\ndocs/configuration.md（英文）。'],
  'program.codes': ['Exit codes: 0 fine, 1 a problem, 2 wrong usage, 3 it works in part (doctor,\nmodels, init).', '結束代碼：0 正常、1 有問題、2 用法錯誤、3 部分可用（doctor、models、init）。'],
  'title.usage': ['Usage:', '用法：'],
  'title.options': ['Options:', '選項：'],
  'title.globalOptions': ['Global Options:', '共用選項：'],
  'title.commands': ['Commands:', '指令：'],
  'title.arguments': ['Arguments:', '參數：'],
  'serve.about': ['run the gateway in the foreground (default)', '在前景執行閘道（預設）'],
  'demo.about': ['run it with three built-in mock endpoints; no key, no network', '搭配三個內建的模擬端點執行；不需金鑰，也不需網路'],
  'check.about': ['check the configuration without starting anything', '檢查設定檔，不啟動任何服務'],
  'doctor.bundled': ['A report without any secret is in {file}; attach it to your bug report.', '不含任何機密的報告已寫入 {file}，回報問題時請附上。'],
  'doctor.gateway': ['running (process {pid}, version {version}) for {minutes} min: {inFlight} requests under way, {waiting} waiting, {connections} connections, event loop {lag} ms late', '執行中（處理程序 {pid}，版本 {version}）{minutes} 分鐘：處理中 {inFlight} 個請求，排隊 {waiting} 個，連線 {connections} 條，事件迴圈延遲 {lag} 毫秒'],
  'doctor.pressure': ['new requests are refused ({reason})', '暫時拒絕新請求（{reason}）'],
  'doctor.unbundled': ['{file} cannot be written: {reason}', '無法寫入 {file}：{reason}'],
  'option.bundle': ['write a report without secrets for a bug report', '寫出不含機密的報告，供回報問題使用'],
  'doctor.about': ['test every endpoint live and say how to fix what fails', '實際測試每個端點，並指出如何修復'],
  'init.about': ['write a config.yaml', '產生 config.yaml'],
  'models.about': ['list the models, who serves each and with what share', '列出所有模型、由誰提供、各占多少比例'],
  'route.about': ['say where a request for MODEL would go, without sending it', '說明 MODEL 的請求會送往何處，但不真的送出'],
  'reset.about': ['end rests and ejections of the running gateway, all or those of ENDPOINT', '結束執行中閘道的冷卻與停用，可只限 ENDPOINT'],
  'schema.about': ['print the JSON Schema of config.yaml', '輸出 config.yaml 的 JSON Schema'],
  'explain.about': ['explain an error code', '解釋錯誤代碼'],
  'version.about': ['print the version', '顯示版本'],
  'option.config': ['configuration file', '設定檔'],
  'option.host': ['address to listen on', '監聽的位址'],
  'option.port': ['port to listen on; 0 takes a free one', '監聽的連接埠；0 表示任選一個空閒的'],
  'option.noDetect': ['do not look for keys and local servers when there is no configuration', '沒有設定檔時，不要尋找金鑰與本機伺服器'],
  'option.allowAnonymous': ['allow a non-loopback host without client keys', '允許在沒有用戶端金鑰時監聽非本機位址'],
  'option.dataDir': ['folder for what is kept between runs', '存放跨次執行資料的資料夾'],
  'option.logFormat': ['form of log lines: pretty or json', '記錄格式：pretty 或 json'],
  'option.logLevel': ['least important lines to write: debug, info, warn, error or silent', '要寫出的最低等級：debug、info、warn、error 或 silent'],
  'option.jsonLog': ['the same as --log-format json', '等同 --log-format json'],
  'option.json': ['print JSON', '輸出 JSON'],
  'option.format': ['form of the problems: text, json or github', '問題的輸出格式：text、json 或 github'],
  'option.spend': ['also send one-token chat requests to endpoints that may cost money', '也對可能收費的端點送出一個 token 的聊天請求'],
  'option.endpoint': ['test only this endpoint', '只測試這個端點'],
  'option.force': ['overwrite an existing file', '覆寫既有的檔案'],
  'option.fromDetected': ['ask nothing; use the keys and local servers that are found', '不詢問，直接採用找到的金鑰與本機伺服器'],
  'option.resetModel': ['only those of this model', '只限這個模型'],
  'option.output': ['file to write', '要寫入的檔案'],
  'option.traffic': ['sample requests a second; 0 turns them off', '每秒的示範請求數；0 表示關閉'],
  // The start block.
  'start.ready': ['ready in {seconds} s', '{seconds} 秒就緒'],
  'start.api': ['API', 'API'],
  'start.config': ['Config', '設定檔'],
  'start.file': ['{file} ({endpoints})', '{file}（{endpoints}）'],
  'start.endpoints': ['{count} endpoints, watching for changes', '{count} 個端點，存檔後立即生效'],
  'start.endpoint': ['1 endpoint, watching for changes', '1 個端點，存檔後立即生效'],
  'start.weight': ['weight {weight}', '權重 {weight}'],
  'start.models': ['{count} models', '{count} 個模型'],
  'start.model': ['1 model', '1 個模型'],

  'start.saved': ['list of an earlier run', '先前存下的清單'],
  'start.waiting': ['no answer yet', '尚未回應'],
  'start.static': ['listed in the configuration', '列於設定檔'],
  'start.disabled': ['disabled', '已停用'],
  'start.total': ['{models} models, {shared} offered by more than one endpoint.', '共 {models} 個模型，其中 {shared} 個由多個端點提供。'],
  'start.noModels': ['No endpoint has named a model yet; asking again in the background.', '還沒有端點回報模型，會在背景繼續詢問。'],
  'start.noneInFile': ['No endpoints yet: the file names none. Add one and save it.', '還沒有任何端點：設定檔裡一個也沒列。加上之後存檔即可。'],
  'start.try': ['Try:', '試試看：'],
  'start.keyPlaceholder': ['YOUR_CLIENT_KEY', '你的用戶端金鑰'],
  'start.found': ['Found, using all (no config file):', '找到以下端點，全部採用（沒有設定檔）：'],
  'start.keep': ['Keep this setup:  oai-gateway init --from-detected', '保留這組設定：  oai-gateway init --from-detected'],
  'start.none': ['No endpoints yet. Looked for:', '還沒有任何端點。已找過：'],
  'start.looked': ['./config.yaml, {keys} API-key variables (also in ./.env), {ports} local ports.', './config.yaml、{keys} 個 API 金鑰變數（包括 ./.env 裡的）、{ports} 個本機連接埠。'],
  'start.noneUndetected': ['No endpoints yet: no config file,', '還沒有任何端點：沒有設定檔，'],
  'start.undetected': ['and looking for keys and local servers is turned off (--no-detect).', '且已用 --no-detect 關閉自動尋找金鑰與本機伺服器。'],
  'start.pick': ['Pick one:', '請擇一：'],
  'start.putKey': ['put OPENAI_API_KEY=sk-… into .env', '把 OPENAI_API_KEY=sk-… 寫進 .env'],
  'start.pickProvider': ['use your provider', '使用你的服務商'],
  'start.pickLocal': ['use local models', '使用本機模型'],
  'start.pickInit': ['write a config.yaml', '以問答產生 config.yaml'],
  'start.pickDemo': ['try mock models', '立即以模擬模型試用'],
  'start.thenR': ['then press r', '再按 r'],
  'start.thenRestart': ['then start again', '再重新啟動'],
  'start.pressD': ['press d', '按 d'],
  'start.demo': ['DEMO', '示範模式'],
  'start.demoNote': ['three mock endpoints in this process; nothing leaves this machine', '三個模擬端點都在這個處理程序內，不會連到外部'],
  'keys.all': ['h help   r reload   q quit', 'h 說明   r 重新載入   q 結束'],
  'keys.unconfigured': ['h help   d demo   r look again   q quit', 'h 說明   d 示範   r 再找一次   q 結束'],
  'stop.draining': ['Stopping: requests under way may finish (at most {seconds} s); once more to cut them.', '正在結束：等待進行中的請求完成（最多 {seconds} 秒）；再按一次立即中斷。'],
  'stop.done': ['Stopped.', '已結束。'],
  'reload.kept': ['The running configuration stays in force until the file is mended.', '檔案修好之前，會繼續沿用目前的設定。'],
  // Refusals to start.
  'fail.portTaken': ['port {port} on {host} is already in use by {owner}.', '{host} 的連接埠 {port} 已被{owner}占用。'],
  'owner.unknown': ['another program', '其他程式'],
  'owner.self': ['another oai-gateway', '另一個 oai-gateway'],
  'owner.llama': ['a server that answers like llama.cpp', '一個像是 llama.cpp 的伺服器'],
  'owner.http': ['an HTTP server ({name})', '一個 HTTP 伺服器（{name}）'],
  'fix.port': ['{command} --port {port}', '{command} --port {port}'],
  'fix.addEndpoint': ['to use that server as an endpoint, put into config.yaml:', '若要把該伺服器當成端點，請在 config.yaml 加入：'],
  'fail.portForbidden': ['port {port} needs administrator rights: ports below 1024 are reserved.', '連接埠 {port} 需要系統管理員權限：1024 以下為保留埠。'],
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
  // check, models, route, explain, init.
  'check.ok': ['{file}: endpoints: {endpoints}, aliases: {overrides}, names known without asking anybody: {models}', '{file}：{endpoints} 個端點、{overrides} 個別名；不用詢問端點就知道的模型名稱 {models} 個'],
  'check.openFolder': ['other users of this machine may write to the data folder {folder} (mode {mode}).', '這台電腦的其他使用者可以寫入資料夾 {folder}（權限 {mode}）。'],
  'next.doctor': ['oai-gateway doctor tests them live', '以 oai-gateway doctor 實際測試'],
  'models.none': ['no models.', '沒有模型。'],
  'route.unknown': ['no endpoint serves "{model}".', '沒有端點提供「{model}」。'],
  'route.next': ['next', '下一個'],
  'route.priority': ['priority {priority}', '優先序 {priority}'],
  'route.fallbacks': ['falls back to {models}', '備援模型：{models}'],
  'route.live': ['as the running gateway has it now (process {pid})', '依執行中閘道目前的狀態（處理程序 {pid}）'],
  'route.notLive': ['no gateway runs with this configuration: shown as it is with every endpoint in health', '目前沒有閘道使用這份設定執行：以下假設所有端點都正常'],
  'rest.line': ['{what}: {why}; until {until}', '{what}：{why}；到 {until} 為止'],
  'reset.nothing': ['nothing rested in the running gateway (process {pid}).', '執行中的閘道（處理程序 {pid}）沒有任何冷卻或停用。'],
  'reset.one': ['ended in the running gateway (process {pid}):', '已在執行中的閘道（處理程序 {pid}）結束：'],
  'reset.many': ['{count} ended in the running gateway (process {pid}):', '已在執行中的閘道（處理程序 {pid}）結束 {count} 項：'],
  'reset.noGateway': ['no gateway of yours runs with this configuration: {config}.', '找不到你以這份設定執行的閘道：{config}。'],
  'reset.noFile': ['none (found keys and local servers)', '沒有設定檔（採用找到的金鑰與本機伺服器）'],
  'reset.unknownEndpoint': ['the running gateway has no endpoint "{endpoint}"; it has: {known}.', '執行中的閘道沒有「{endpoint}」這個端點；現有：{known}。'],
  'fix.resetOther': ['name the one that is served, by --config: {others}', '以 --config 指定執行中的那一份：{others}'],
  'next.models': ['oai-gateway models lists those that are served', '以 oai-gateway models 列出可用的模型'],
  'explain.unknown': ['there is no code "{code}".', '沒有「{code}」這個代碼。'],
  'next.codes': ['docs/errors.md lists all codes', '所有代碼列於 docs/errors.md'],
  'init.exists': ['{file} exists already.', '{file} 已存在。'],
  'fix.init': ['pass --force to overwrite it, or --output FILE to write elsewhere', '加 --force 覆寫，或以 --output FILE 寫到別處'],
  'init.written': ['wrote {file}', '已寫入 {file}'],
  'next.serve': ['oai-gateway', 'oai-gateway'],
  'init.nothing': ['found no API keys in the environment or in .env, and no local servers.', '環境變數與 .env 中都沒有 API 金鑰，本機也沒有伺服器。'],
  'next.initNothing': ['put a key into .env (OPENAI_API_KEY=…), export it, or start a local server, then run it again', '把金鑰寫進 .env（OPENAI_API_KEY=…）、設為環境變數，或啟動本機伺服器後，再執行一次'],
  'init.needsTty': ['init asks questions and needs a terminal.', 'init 會提問，需要終端機。'],
  'fix.needsTty': ['oai-gateway init --from-detected', 'oai-gateway init --from-detected'],
  'ask.useFound': ['Use {name} ({source})?', '要使用 {name}（{source}）嗎？'],
  'ask.another': ['Add another endpoint?', '要再加一個端點嗎？'],
  'ask.url': ['Its base URL (such as https://api.example.com/v1)', '它的 base URL（例如 https://api.example.com/v1）'],
  'ask.name': ['A name for it', '為它取個名稱'],
  'ask.keyVariable': ['Environment variable with its key (empty: none)', '存放金鑰的環境變數（留空表示不需要）'],
  'ask.weight': ['Its weight', '它的權重'],
  'ask.badVariable': ['That is no name of a variable. Keys stay in the environment or in .env; the file only names them.', '這不是變數名稱。金鑰請放在環境變數或 .env，設定檔只寫變數名稱。'],
  'ask.badName': ['A name has letters, digits, dashes and dots, and is not taken yet.', '名稱只能用英數字、連字號與句點，且不能重複。'],
  'ask.badWeight': ['A whole number from 0 to 1000.', '請輸入 0 到 1000 的整數。'],
  'ask.badUrl': ['That is no http:// or https:// URL.', '這不是 http:// 或 https:// 網址。'],
} as const satisfies Record<string, readonly [en: string, zhTW: string]>;

const PLACES: Readonly<Record<Language, 0 | 1>> = { en: 0, "zh-TW": 1 };

/**
 * A translator into one language, whose commands are those of `startedAs`. A value that is missing stays visible as
 * `{name}`.
 */
export function translator(language: Language, command = "oai-gateway"): Translate {
  return (key, values = {}) => {
    const said = MESSAGES[key][PLACES[language]].replace(/\{(\w+)\}/g, (whole, name: string) =>
      String(values[name] ?? whole),
    );
    return asStarted(said, command);
  };
}

/** The language of `--lang`, else of the locale. Where the locale cannot show Chinese, English. */
export function chooseLanguage(flag: string | undefined, env: Environment): Language {
  if (flag !== undefined) return /^zh/i.test(flag) ? "zh-TW" : "en";
  const locale = localeFor("LC_MESSAGES", env) ?? "";
  return /^zh[-_](?:TW|HK|MO|Hant)/i.test(locale) && isUtf8(env) ? "zh-TW" : "en";
}

/** All messages, for the test that holds the two languages side by side. */
export function allMessages(): readonly (readonly [string, readonly [string, string]])[] {
  return Object.entries(MESSAGES);
}
