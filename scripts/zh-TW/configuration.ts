// The page of all configuration keys in 繁體中文: what stands around the tables. The keys themselves are in
// configuration-keys.ts.

import type { PageWords } from "../configuration-page.ts";
import { KEY_TEXTS } from "./configuration-keys.ts";

const INTRO = `一個 YAML 檔。尋找的順序是 \`--config FILE\`、\`OAI_GATEWAY_CONFIG\`、\`./config.yaml\`（或 \`.yml\`），然後是你的設定資料夾裡的 \`oai-gateway/config.yaml\`（\`$XDG_CONFIG_HOME\`、\`~/.config\`，Windows 則是 \`%APPDATA%\`），最後是 \`/etc/oai-gateway/config.yaml\`（Windows 除外）。可以從 [config.yaml.example](../../config.yaml.example) 開始改；它的第一行讓編輯器依 [config.schema.json](../../config.schema.json) 自動補完並檢查各個鍵（\`oai-gateway schema\` 也會印出來）。

- **嚴格檢查**：不認得的鍵、型別不對、名稱重複、目標不存在都是錯誤，會指出行、列、位置與修正方法，執行一次 \`oai-gateway check\` 就全部列出。代碼的說明在 [errors.md](errors.md)，也可以用 \`oai-gateway explain OG110\` 查看。
- **變數**：每個文字值都可以寫 \`\${VAR}\` 或 \`\${VAR:-default}\`（VAR 是空的時候也用預設值）。環境變數優先於設定檔旁邊的 \`.env\`，兩者都優先於服務的憑證：\`CREDENTIALS_DIRECTORY\` 資料夾裡名為 VAR 的檔案，由 systemd 提供（[deploy.md](deploy.md#機密資料)）。數字或 true、false 的值也可以用變數：\`port: \${PORT:-8080}\`。\`$\${\` 代表 \`\${\` 這兩個字元本身。沒有設定的變數是錯誤，訊息會寫出名稱。其他程式的變數寫法（\`$VAR\`、\`os.environ/VAR\`、\`{{VAR}}\`、\`%VAR%\`）或範例裡的金鑰（\`YOUR_API_KEY\`）會原樣送出，並發出警告。
- **錨點**：檔案裡以 \`x-\` 開頭的鍵由你自由使用：不會讀取，可以用來放錨點（\`x-times: &times {connect: 2s}\`，再寫 \`timeouts: *times\`）。\`<<: *defaults\`（或這種寫法的清單）把一個區塊合併到另一個，以後者自己的鍵為準。
- **字元**：中文與日文輸入法的冒號、引號、逗號與空格，以及不換行或看不見的字元，如果出現在 YAML 需要半形字元的地方，都會指出來。在註解、名稱與半形引號裡則沒有問題。
- **存檔後立即生效**：檔案或 \`.env\` 存檔後一秒內生效，不會中斷任何請求。怎麼存都可以：直接寫入、改名取代、整個資料夾被換掉或重建、路徑中任何一段連結被切換（ConfigMap、發行資料夾）。同一個資料夾裡的其他檔案不會理會。檔案有錯時什麼都不會改，只會回報；檔案是空的或不再有任何端點時也一樣（可能只寫到一半）：若確實要套用，請送出 SIGHUP。\`server.host\` 與 \`server.port\` 的變更，以及 \`server.tls\` 的啟用或停用，要重新啟動才生效。
- **時間長度**寫成 \`250ms\`、\`5s\`、\`2m\`、\`1h\`，或秒數。**大小**寫成 \`64MiB\`（二進位）、\`32MB\`（十進位），或位元組數。
- 鍵的後面什麼都沒寫，等於沒有這個鍵。下面的表格中，\`[]\` 代表清單的一項，\`NAME\` 代表模型的名稱。`;

const NOTES = `## 補充說明

- **base_url** 結尾有沒有斜線都可以，路徑也可以很深。誤貼的 API 路徑（\`/v1/chat/completions\`、\`/models\` 之類）會自動去掉，並以警告說明實際使用的網址。以下會被拒絕：含有帳號密碼、查詢字串或片段，http 與 https 以外的通訊協定，寫法不尋常的位址（\`http://2130706433\`），以及連結本地位址與雲端的中繼資料位址。
- **weight** 只有相對於同一個模型的其他端點才有意義：10 與 5 就是在每三個請求中恰好二比一。
- **headers** 不能有必須由閘道自己設定的標頭（\`Host\`、\`Content-Length\`、\`Content-Type\`、\`Connection\` 與其他只用於單一連線的標頭）。值只能用 ASCII。
- **model_overrides** 從目標的第一個斜線切開，所以模型名稱本身可以有斜線：\`openrouter/openai/gpt-4o\` 是端點 \`openrouter\` 的模型 \`openai/gpt-4o\`。目標不能是其他別名。如果別名和直接指定的 \`endpoint/model\` 寫法相同，以別名為準。
- **api_keys** 依請求輪流使用。端點拒絕的金鑰，或帳戶沒有餘額的金鑰，會冷卻十分鐘；超過用量上限的金鑰，只在該模型冷卻，時間依端點所說。這段期間由其他金鑰接手。
- **存放金鑰的檔案**（\`api_key_file\`、\`api_keys\` 裡的 \`{file: PATH}\`、\`key_file\`）只放一把金鑰，Docker 的 secret 與 systemd 的憑證就是這樣：\`api_key_file: /run/secrets/openai\`、\`api_key_file: \${CREDENTIALS_DIRECTORY}/openai\`。檔案變更後一秒內生效（會察覺前 256 個檔案的變更；SIGHUP 會全部重讀）；檔案壞掉或不見時，一切維持原狀。
- **server.api_keys** 可以混用文字與區塊，一萬把也不會讓請求變慢。記錄裡有 \`client_key\`（名稱）與 \`client_address\`，絕不會有金鑰本身；與金鑰有關的錯誤會寫出名稱。用 \`sha256\` 時，金鑰只在使用者手上：請用隨機產生的金鑰（\`openssl rand -hex 24\`）。到期的金鑰會得到 401 \`client_key_expired\`；\`check\` 會指出來，\`doctor\` 則從兩週前開始提醒；到期前已開始的請求會繼續完成。\`models\` 依提供模型的名稱判斷：比對公開名稱的樣式，不會允許直接指定的 \`endpoint/model\`；別名與備援模型依設定檔所寫；其他名稱會得到 403 \`model_not_allowed\`，\`GET /v1/models\` 則列出可用的模型。沒有指定模型的請求，需要沒有 \`models\` 的金鑰。[詳細說明](../decisions/client-keys.md)（英文）。
- **priority** 形成分層：不論權重如何，第 1 層的全部試過之後，才會試第 2 層的任何一個。權重只在同一層裡比較。
- **health** 是從請求本身學到的，不會為此送出任何東西；例外是 \`active_probes\`（模型清單，免費）與 \`probe\`（一個 token，計費），兩者都只在端點停用期間進行。用量上限、被拒絕的金鑰，以及呼叫者自己的錯誤，都不會造成停用。
- **routing.models** 依檔案裡的順序尋找，只有第一個符合的有效：確切的名稱放前面，再來是樣式，\`"*"\` 放最後。項目裡沒寫的設定取自 \`routing\`、\`retries\` 與端點，不會取自其他項目。
- **routing.fallbacks** 用於確切的公開名稱，模型的所有端點都試過之後，才依序改問。\`on\` 說明遇到哪些失敗才改問：\`rate_limited\`（429）、\`unavailable\`（連不上、5xx、逾時、沒有可用的回答、全部停用或全滿）、\`credentials\`（金鑰被拒絕或帳戶沒有餘額）、\`model_missing\`（端點已經沒有這個模型）、\`context_length\`（提示超過它的長度）、\`any\`（以上全部）。不寫 \`on\` 就是 \`context_length\` 以外的全部。只要到目前為止的失敗中有一個在 \`on\` 裡，就會改問；提示太長時，只會改問寫了 \`context_length\` 的項目。備援不會接續：備援模型自己的備援不會再問，所以兩個模型可以互為備援。例如：\`small: [small-elsewhere, {to: large, on: [context_length]}]\`。
- **routing.hedge** 是花兩份錢換取少等一點：請選一個很少請求會超過的時間。一個請求最多送兩次，第二次會用掉重試額度。
- **log** 裡不是請求的每一行都有 \`event\`。閘道從啟動到結束依序是：\`started\`（version、url、config、endpoints、pid），\`ready\`（每個端點都已回應或失敗）或 \`no_endpoints\`，然後是 \`stopping\`（訊號或按鍵、進行中的請求數）、\`cutting\`（第二次要求結束時），以及 \`stopped\`。在終端機上，啟動時的畫面說的是同樣的內容；如果標準錯誤不是終端機，而記錄是 JSON，就不顯示那段畫面。
- **ca_file** 是在原本就信任的憑證授權單位之外再增加；憑證檢查無法關閉。檔案變更後立即生效。
- 端點要求憑證（雙向 TLS）時，以 **tls** 指定：\`{cert_file: client.pem, key_file: client.key}\`。每個端點只會看到自己的憑證；更新檔案不必重新啟動，已經建立的連線會先處理完手上的請求。
- **proxy** 以端點自己寫的為準，其次才是環境變數。不寫時，https 端點依 \`HTTPS_PROXY\`，http 端點依 \`HTTP_PROXY\`，兩者都適用 \`ALL_PROXY\`（小寫的變數優先，空的等於沒有設定；\`.env\` 裡的也算），但 \`NO_PROXY\` 列出的主機與這台機器上的一切除外。\`NO_PROXY\` 是一份清單：名稱（包含底下的所有子網域）、位址、\`10.0.0.0/8\` 這樣的範圍，每一項都可以加上連接埠，或寫 \`*\`。網址裡的帳號與密碼要做百分比編碼。不支援 SOCKS。詳見 [reliability.md](reliability.md#轉送代理)。
- **server.tls** 在啟動時檢查：兩個檔案必須相符，而且憑證今天有效。閘道執行期間每兩秒看一次檔案；新的一組會用於之後的連線，不能用的則繼續使用先前的憑證，並在記錄與終端機上說明。
- **server.host** 不是本機迴路位址時，需要 \`api_keys\` 或 \`allow_anonymous: true\`；\`cors_origins: ["*"]\` 也一樣。`;

function commandLineNotes(keys: string, servers: string): string {
  return `## 環境變數

除了檔案以 \`\${VAR}\` 指名的以外，閘道只會讀取這些變數。空的等於沒有設定。值顯然不對時會指出變數與修正方法，結束代碼是 2。

| 變數 | 作用 |
|---|---|
| \`OAI_GATEWAY_CONFIG\` | 設定檔，同 \`--config\`（後者優先） |
| \`OAI_GATEWAY_HOST\`、\`OAI_GATEWAY_PORT\` | 監聽的位址與連接埠，同 \`--host\` 與 \`--port\`（後者優先）；優先於 \`server.host\` 與 \`server.port\` |
| \`OAI_GATEWAY_LOG_LEVEL\` | 要寫出的最低層級，同 \`--log-level\`（後者優先）；優先於 \`log.level\` |
| \`OAI_GATEWAY_DATA_DIR\` | 存放需要保留到下次執行的資料的資料夾，同 \`--data-dir\`（後者優先） |
| \`OAI_GATEWAY_DEBUG\` | 設成任何值：命令列內部出錯時顯示呼叫堆疊 |
| \`STATE_DIRECTORY\` | systemd 依 \`StateDirectory=\` 提供：資料的資料夾（有好幾個時取第一個），用於沒有設定 \`OAI_GATEWAY_DATA_DIR\` 時 |
| \`CREDENTIALS_DIRECTORY\` | systemd 依 \`LoadCredential=\` 提供的資料夾：環境與 \`.env\` 都沒有設定的變數，取自同名的檔案。開頭的 BOM 與結尾的一個換行會去掉；檔案只能有一行，最多 64 KiB。啟動與每次重新載入時讀取；只改這個檔案不會察覺 |
| \`NOTIFY_SOCKET\`、\`WATCHDOG_USEC\`、\`WATCHDOG_PID\`、\`PATH\` | systemd 依 \`Type=notify\` 與 \`WatchdogSec=\` 提供：閘道就緒、重新載入、結束與運作中都會告知服務管理程式，以 \`PATH\` 裡的 \`systemd-notify\` 送出（[原因](../decisions/service-manager.md)，英文） |
| \`XDG_CONFIG_HOME\`、\`APPDATA\`（Windows）；\`HOME\`、\`USERPROFILE\` | 你的設定資料夾在哪裡 |
| \`XDG_DATA_HOME\`、\`LOCALAPPDATA\`（Windows） | 以上都沒有指定時，資料的資料夾在哪裡 |
| \`LANGUAGE\`、\`LC_ALL\`、\`LC_MESSAGES\`、\`LC_CTYPE\`、\`LANG\` | 訊息的語言：英文、繁體中文或简体中文（\`--lang\` 優先；在 Windows 上都沒有設定時，採用系統的語言），以及能否顯示 ASCII 以外的字元 |
| \`HTTPS_PROXY\`、\`HTTP_PROXY\`、\`ALL_PROXY\`、\`NO_PROXY\`，或小寫 | 連到端點的轉送代理，用於自己沒有指定的端點：見[補充說明](#補充說明)的 proxy |
| \`NO_COLOR\`、\`FORCE_COLOR\`、\`TERM\` | 是否使用顏色 |
| \`SHELL\`、\`npm_*\` | 自動補全要給哪一種 shell，以及提示裡的指令怎麼寫 |
| \`XDG_CACHE_HOME\`、\`LOCALAPPDATA\`（Windows） | 你的快取資料夾，編譯後的程式碼存在這裡 |
| \`NODE_COMPILE_CACHE\`、\`NODE_DISABLE_COMPILE_CACHE\` | Node 本身的：編譯後的程式碼改存在哪裡（預設在你的快取資料夾），或完全不存 |
| ${keys} | 只用於沒有設定檔的時候：要使用的服務商，取自環境變數、工作資料夾裡的 \`.env\`，或憑證 |
| ${servers} | 只用於沒有設定檔的時候：那個伺服器的位址，依它自己的寫法；沒有設定時是這台電腦上它慣用的連接埠 |

## 結束代碼

| 代碼 | 意義 |
|---|---|
| 0 | 正常 |
| 1 | 有問題：設定有錯、位址無法使用、什麼都沒找到、內部錯誤 |
| 2 | 用法不對：不認得的指令或選項，或無效的值 |
| 3 | 部分可用：\`doctor\` 發現有東西失敗，\`models\` 有端點沒有回答，\`init\` 寫出的檔案缺少某個變數 |

## JSON 輸出

加上 \`--json\`（或 \`check --format json\`）時，標準輸出是一份 JSON，裡面的句子一律是英文，指令一律寫作 \`oai-gateway\`，不因誰執行而不同。沒有結果可給的指令會輸出值為 false 的 \`ok\` 與 \`problems\`，每一項有 \`message\`，並視情況有 \`fix\` 與 \`next\`；設定檔的問題另有 \`code\`、\`file\`、\`line\` 與 \`col\`。標準錯誤輸出是給人看的，用讀者的語言；表格與 \`check --format github\` 也是。`;
}

/** The page's words; `notice` says that it is generated. A place without a text keeps its English one. */
export function chineseWords(notice: string): PageWords {
  return {
    head: `# 設定\n\n[English](../configuration.md) | 繁體中文\n\n${notice}`,
    intro: INTRO,
    notes: NOTES,
    commandLine: commandLineNotes,
    columns: "| 鍵 | 型別 | 預設值 | 說明 |",
    required: "**必填**",
    or: " 或 ",
    between: (kind, minimum, maximum) => `${minimum} 到 ${maximum} 的${kind}`,
    kinds: {
      integer: "整數",
      boolean: "true 或 false",
      array: "清單",
      object: "區塊",
      string: "文字",
      number: "數字",
    },
    describe: (path, english) => KEY_TEXTS[path] ?? english,
  };
}
