// What each key of the configuration is for, in 繁體中文, by its place on the page. A new key of the schema needs its line
// here: a test fails where a place has no text, and where a text has no place.

const TIMEOUTS = {
  connect: "名稱查詢、名稱查詢、TCP 與 TLS 交握合計的時間。",
  first_byte:
    "從請求送完到回答的標頭出現：寫一個時間長度則一律適用，或分成 `stream` 與 `plain`。超過就換下一個端點。",
  "first_byte.stream": "同上，用於 `stream: true` 的請求。",
  "first_byte.plain": "同上，用於其他所有請求。",
  first_event:
    "從串流的標頭到第一個事件。超過就換下一個端點，前提是還沒有送任何東西給用戶端（`streams.hold_first_event`）。",
  idle: "回答的兩段資料之間的沉默時間。",
  total: "不是串流的請求，所有嘗試合計的時間。",
};
const TOKEN_PRICES = {
  input: "一百萬個輸入 token。",
  output: "一百萬個輸出 token。",
  cached: "一百萬個從快取讀取的輸入 token；不寫就與 `input` 相同。",
  cache_write: "一百萬個寫入快取的輸入 token；不寫就與 `input` 相同。",
  cache_write_1h: "同上，用於保留一小時的快取；不寫就與 `cache_write` 相同。",
  reasoning: "一百萬個推理 token；不寫就與 `output` 相同。",
  audio_input: "一百萬個聲音輸入 token；不寫就與 `input` 相同。",
  audio_output: "一百萬個聲音輸出 token；不寫就與 `output` 相同。",
  image_input: "一百萬個圖片輸入 token；不寫就與 `input` 相同。",
  image_output: "一百萬個圖片輸出 token；不寫就與 `output` 相同。",
};
const PRICES = {
  ...TOKEN_PRICES,
  per_image: "產生一張圖片。",
  per_second: "一秒的聲音或影片。",
  per_character: "朗讀一個字元。",
  per_page: "讀取一頁。",
  per_search: "重新排序（rerank）的一次搜尋。",
  per_web_search: "端點自己做的一次網路搜尋。",
  per_request: "每個請求，外加在其他費用之上。",
  long: "輸入很長時的價格。",
  "long[].above": "輸入超過這麼多 token 時，全部的 token 都依這裡的價格計算。",
  ...below("long[]", TOKEN_PRICES),
  discount: "折扣的百分比：從這裡的價格扣除；這裡沒有價格時，從價格表的價格扣除。",
};
const HEDGE =
  "第一個 token 等了這麼久還沒出現，就把請求也送到第二個目標。先回答的算數，另一個取消。`off`：一律不送。兩邊都會計費。";
const FALLBACK_TO = "要改問的模型，從最優先的開始。";
const FALLBACK_ON =
  "遇到哪些失敗才改問：`rate_limited`、`unavailable`、`credentials`、`model_missing`、`context_length` 或 `any`；不寫就是 `context_length` 以外的全部。";

/** Texts by place, such as `server.port`; `[]` is an entry of a list, and `NAME` a name of a model. */
export const KEY_TEXTS: Readonly<Record<string, string>> = {
  server: "閘道在哪裡監聽、誰可以呼叫，以及同時能處理多少。",
  "server.host": "監聽的位址。除了本機迴路位址以外，都需要 `api_keys`（或 `allow_anonymous: true`）。",
  "server.port": "監聽的連接埠；0 表示由系統挑一個空的。",
  "server.tls":
    "使用 TLS：`https://` 與 `wss://`，1.2 版以上。檔案變更後會重新讀取，不必重新啟動；啟用或停用 TLS 則要重新啟動。",
  "server.tls.cert_file":
    "PEM 檔：憑證，以及從它通往憑證授權單位（CA）的其他憑證，例如 `fullchain.pem`；路徑相對於設定檔。",
  "server.tls.key_file": "PEM 檔：憑證的金鑰，例如 `privkey.pem`。",
  "server.tls.key_passphrase": "金鑰有加密時的密碼。",
  "server.api_keys":
    "用戶端必須以 `Authorization: Bearer KEY` 送出的金鑰：可以是文字，也可以是區塊，為每一把取名、限定模型與期限。只要有一把就會檢查。金鑰是可見的 ASCII 字元，不含空格；以文字寫的金鑰以順序稱呼，第一把是 `#1`。",
  "server.api_keys[].name": "記錄與錯誤裡用來稱呼它的名稱。不可重複，最多 64 個字元。",
  "server.api_keys[].key": "金鑰本身，或存放金鑰的變數。",
  "server.api_keys[].key_file":
    "只存放金鑰的檔案，路徑以設定檔所在的資料夾為準；開頭的 BOM 與結尾的換行不算。檔案變更後立即生效。",
  "server.api_keys[].sha256":
    '金鑰的 SHA-256，64 個十六進位數字；用於不想在這裡留下金鑰本身的時候：`printf %s "$KEY" | sha256sum`。',
  "server.api_keys[].models":
    "樣式（`*` 代表任何文字，`?` 代表一個字元），比對 `GET /v1/models` 顯示的名稱與 `endpoint/model`：這把金鑰可以使用的模型。不寫就是全部。",
  "server.api_keys[].expires":
    "金鑰可以使用的最後一天，以 UTC 計（`2027-01-31`），或從哪個時間點起不能再用（`2027-01-31T18:00:00+08:00`）。不寫就沒有期限。",
  "server.api_keys[].owner": "交給誰使用；供查看金鑰清單的人參考。",
  "server.api_keys[].tags": "用來彙總用量的標籤，`limits.tags` 與 `budgets` 也可以針對標籤設定。",
  "server.api_keys[].endpoints": "端點名稱的樣式：可以服務這把金鑰的端點。不寫就是全部。",
  "server.api_keys[].addresses":
    "可以使用這把金鑰的位址與網段（`192.168.1.0/24`、`fd00::/8`）：以連線的位址為準，前面有代理伺服器時就是代理伺服器的位址。不寫就是任何地方。",
  "server.api_keys[].disabled": "不讓任何人使用，直到拿掉這個設定。",
  "server.api_keys[].limits": "用這把金鑰可以要求多少。",
  "server.api_keys[].limits.requests":
    "每分鐘、每小時、每天的請求數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "server.api_keys[].limits.requests.minute": "每分鐘的請求數。",
  "server.api_keys[].limits.requests.hour": "每小時的請求數。",
  "server.api_keys[].limits.requests.day": "每天的請求數。",
  "server.api_keys[].limits.tokens":
    "每分鐘、每小時、每天的輸入與輸出的 token 數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "server.api_keys[].limits.tokens.minute": "每分鐘的輸入與輸出的 token 數。",
  "server.api_keys[].limits.tokens.hour": "每小時的輸入與輸出的 token 數。",
  "server.api_keys[].limits.tokens.day": "每天的輸入與輸出的 token 數。",
  "server.api_keys[].limits.parallel": "同時進行的請求數。",
  "server.api_keys[].budget": "用這把金鑰可以花多少。",
  "server.api_keys[].budget.usd": "美元金額，最多九百萬。",
  "server.api_keys[].budget.per": "何時重新起算。一週從星期一開始。`total`：永不重新起算。",
  "server.api_keys[].budget.warn_at": "達到這個比例時通知 `alerts`：`80%` 或 `80`。請求照常進行。",
  "server.api_keys[].budget.time_zone": "以哪個時區的午夜重新起算：例如 `Asia/Taipei`。",
  "server.api_keys[].budget.unpriced": "沒有人知道價格的請求：放行並計數，同時通知 `alerts`；或是拒絕。",
  "server.api_keys[].log_bodies":
    "在請求記錄裡保存這把金鑰的請求與回答內容；憑證會略去，大小不超過 `store.bodies` 的上限。",
  "server.api_keys[].default_endpoint": "這把金鑰用來取代 `routing.default_endpoint` 的端點。",
  "server.require_keys":
    "設定裡沒有金鑰時也要求用戶端金鑰：用於金鑰由 `oai-gateway keys create` 產生的閘道。只要有一把這樣的金鑰，本來就會要求。",
  "server.allow_anonymous":
    '在原本會要求用戶端金鑰的情況下也不要求：監聽本機迴路以外的位址，以及 `cors_origins: ["*"]`。網頁仍然只能從 `cors_origins` 列出的來源呼叫。',
  "server.cors_origins":
    '除了 localhost 以外，可以呼叫閘道的網頁來源，例如 `https://app.example.com`；`"*"` 表示所有來源，`"null"` 是本機檔案與內嵌頁面的來源，任何頁面都能冒用。',
  "server.allowed_hosts":
    "除了 localhost、IP 位址與 `host` 以外，用戶端可以用來連到閘道的名稱，不含連接埠：用來防範 DNS 重新繫結攻擊。",
  "server.pass_headers":
    "除了已知各家 API 會讀取的標頭（列在 docs/zh-TW/clients.md）以外，還要轉送給端點的用戶端標頭。用來驗證身分的標頭名稱會被拒絕：端點需要的請寫在它的 `headers`。",
  "server.pass_unknown_paths":
    "閘道不認得路徑時，帶有 `model` 的 POST 是否也轉送給端點；只限 `/v1` 底下。沒有用戶端金鑰時為 `true`，否則為 `false`，因為這種請求送出時帶的是端點自己的金鑰。",
  "server.max_body": "請求內容的大小上限；超過就回 413。範圍是 1KiB 到 1GiB。",
  "server.max_connections": "同時開啟的用戶端連線數上限；超過的會收到 503 並關閉。",
  "server.max_in_flight":
    "所有端點合計，同時處理中的請求數上限，包含進行中的串流。超過的在 `queue` 等待。0：沒有上限。",
  "server.queue": "處理中的請求達到 `max_in_flight` 時，後來的請求在這裡等待。",
  "server.queue.max": "可以等待的請求數；再多一個就回 503 與 `Retry-After`。0：不等待。",
  "server.queue.timeout": "一個請求最多等多久；超過就得到同樣的回答。",
  "server.timeouts": "對用戶端的時間限制。",
  "server.timeouts.head": "請求的標頭必須在這段時間內送完。",
  "server.timeouts.body_idle": "用戶端送出內容時，中間最長可以沉默多久。",
  "server.timeouts.body": "整個內容必須在這段時間內送完。",
  "server.timeouts.body_rate":
    "內容每秒至少要送來多少位元組；低於這個速度的時間超過 `body_idle`，就回 408。或寫 `off`。",
  "server.timeouts.write_stall": "用戶端最久可以多久不讀取回答；超過就切斷，也取消送往端點的請求。",
  "server.engine":
    "用哪一套 HTTP 與用戶端、端點溝通：`fast` 是閘道自己的，`node` 是 Node 內建的伺服器加上 undici，速度較慢，給與 `fast` 合不來的用戶端或端點使用。變更後要重新啟動才會生效。",
  "server.workers":
    "在同一個連接埠上服務的處理程序數：有幾個核心可用就寫幾個，或寫 `auto`，也就是系統分配給它的核心數。大於 1 時，另有一個處理程序掌管設定與端點的狀況，並重新啟動意外結束的處理程序。變更後要重新啟動才會生效。",
  "server.drain_timeout": "收到 SIGTERM 之後，處理中的請求還可以進行多久，時間到就切斷。",
  endpoints: "要放在同一個位址後面的各個 API。",
  "endpoints[].name":
    "不可重複的名稱；用在 `endpoint/model` 的斜線前面，也出現在記錄與標頭裡。不能有 `/` 與 `*`。",
  "endpoints[].base_url":
    "API 的網址，寫到版本為止（包含版本），例如 `https://api.example.com/v1`。結尾有沒有斜線都可以。",
  "endpoints[].api":
    "提供的是哪一家的 API，這決定金鑰怎麼送：`openai` 用 `Authorization: Bearer`，`anthropic` 用 `x-api-key`（並附上 `anthropic-version`），`azure` 用 `api-key`，`gemini` 用 `x-goog-api-key`（以 OpenAI 格式進行的對話送到它旁邊的 `/openai`）。不寫就依主機判斷；不認得的主機視為 `openai`。",
  "endpoints[].speaks":
    "端點有哪些對話 API：`chat`（`/chat/completions`）、`messages`（Anthropic 的 `/messages`）、`responses`（`/responses`）、`gemini`（`/models/…:generateContent`；其他 API 不會轉譯成它）。用其他 API 的請求，會轉譯成其中第一個能表達它的。不寫就自行查明：端點不認得的路徑，會改用其他 API 再問一次，代價是每十分鐘一次 404。",
  "endpoints[].api_key": "端點的金鑰，依 `api` 的方式送出。不寫或留空：不送金鑰，也絕不會送出用戶端的金鑰。",
  "endpoints[].api_key_file":
    "只存放金鑰的檔案，用來取代 `api_key`：Docker 的 secret、systemd 的憑證（`${CREDENTIALS_DIRECTORY}/openai`）。路徑以這個檔案所在的資料夾為準；開頭的 BOM 與金鑰後面的換行不算。檔案變更後立即生效。",
  "endpoints[].api_keys":
    "用好幾把金鑰取代 `api_key`：它們輪流使用；某一把被拒絕或超過用量上限時，只有那一把冷卻。記錄裡的 `name#2` 是第二把。寫成 `{file: PATH}` 的項目從檔案讀取。",
  "endpoints[].api_keys[].file": "存放金鑰的檔案，同 `api_key_file`。",
  "endpoints[].weight":
    "輪流時的份量：10 分到的請求是 5 的兩倍。0 表示排空：不接新的請求，除非沒有其他端點能提供該模型。",
  "endpoints[].priority":
    "分層，數字最小的優先：只有在較小的那幾層都沒有端點能提供該模型時，才會用到較大的。",
  "endpoints[].models":
    "這個端點提供哪些模型：寫確切名稱的清單（就不會向它要清單），或對它列出的模型套用樣式。不寫就是它列出的全部。",
  "endpoints[].models.include":
    "樣式（`*` 代表任意文字，`?` 代表一個字元）：端點列出的模型中，只取符合其中一個樣式的。",
  "endpoints[].models.exclude": "樣式：排除符合其中一個樣式的模型。",
  "endpoints[].models.list": "固定清單的完整寫法；不能和 `include`、`exclude` 一起用。",
  "endpoints[].enabled": "`false` 表示暫時不用這個端點，但不必刪除。",
  "endpoints[].headers":
    "送往這個端點的每個請求都要加上的標頭，以這裡的值取代用戶端的。只有在沒有 `api_key` 時才能寫 `Authorization`。",
  "endpoints[].pass_api_version":
    "用戶端查詢字串裡的 `api-version` 是否轉送給這個端點；Azure 那些沒有版本的路徑需要它。省略時，`api: azure` 與 Azure 的主機會轉送，但 `base_url` 以版本結尾時不轉送日期，因為 Azure 在那裡會拒絕。",
  "endpoints[].timeouts": "對這個端點的每一次嘗試的時間限制。",
  ...below("endpoints[].timeouts", TIMEOUTS),
  "endpoints[].price":
    "這個端點的模型要付多少錢，以美元計：`free`；或每百萬 token 與其他單位的價格；或對價格表的價格打折的 `discount`。優先於端點自己回報的費用與價格表。",
  ...below("endpoints[].price", PRICES),
  "endpoints[].prices":
    "這個端點個別模型的價格，依端點自己的模型名稱或樣式（`*` 代表任意文字，`?` 代表一個字元），寫法同 `price`。第一個符合的有效，優先於其他所有價格。",
  ...below("endpoints[].prices.NAME", PRICES),
  "endpoints[].max_in_flight":
    "這個端點同時處理中的請求數上限，包含進行中的串流。滿了就用其他端點；全都滿了，請求就在 `queue` 等待。0：沒有上限。",
  "endpoints[].queue":
    "處理中的請求達到 `max_in_flight` 時，後來的請求在這裡等待；排不進去的會收到 503 與 `Retry-After`。",
  "endpoints[].queue.max": "可以等待的請求數；0：不等待。",
  "endpoints[].queue.timeout": "一個請求最多等多久。",
  "endpoints[].probe":
    "要付費的探測：端點停用期間，送出一個只要一個 token 的請求，比模型清單更能說明狀況。不寫就不探測。",
  "endpoints[].probe.model": "探測時要問的模型，用端點自己的名稱；請選便宜的。",
  "endpoints[].probe.interval": "端點停用期間，每隔多久探測一次。",
  "endpoints[].ca_file":
    "PEM 檔：除了平常信任的憑證授權單位（CA）以外，這個端點還要信任哪些；路徑相對於設定檔。檔案變更後立即生效。",
  "endpoints[].tls":
    "閘道用來向這個端點表明身分的憑證（雙向 TLS）。途中的轉送代理看不到它。檔案變更後立即生效，用於之後建立的連線。",
  "endpoints[].tls.cert_file": "PEM 檔：憑證，以及從它通往憑證授權單位（CA）的其他憑證；路徑相對於設定檔。",
  "endpoints[].tls.key_file": "PEM 檔：憑證的金鑰。",
  "endpoints[].tls.key_passphrase": "金鑰有加密時的密碼。",
  "endpoints[].proxy":
    "連到這個端點時經過的轉送代理伺服器，例如 `http://user:${PROXY_PASSWORD}@proxy.example.com:3128`；代理伺服器本身使用 TLS 就寫 `https://`。`off`：不經代理，不論環境變數 `HTTPS_PROXY`、`HTTP_PROXY`、`ALL_PROXY` 與 `NO_PROXY` 怎麼設。不寫就依這些環境變數，但這台機器上的端點一律不經代理。",
  "endpoints[].organization": "`OpenAI-Organization` 的值。",
  "endpoints[].project": "`OpenAI-Project` 的值。",
  routing: "公開的模型名稱怎麼來，以及由哪個端點回答請求。",
  "routing.mode":
    "`merge`：不同端點上同名的模型視為同一個，請求輪流分配。`prefix`：每個模型都叫做 `endpoint/model`。",
  "routing.model_overrides":
    '別名：這些公開名稱只會送到這裡列的目標，每個目標寫成 `endpoint/model`（從第一個 `/` 切開）或 `{target, weight}`；`"*"` 代表每個列出這個公開名稱的端點。只在 `merge` 模式下有效。',
  "routing.model_overrides.NAME[].target": '`endpoint/model`，或 `"*"`。',
  "routing.model_overrides.NAME[].weight": "這個目標在這個別名裡的權重；不寫就用端點的權重。",
  "routing.hide_merged": "別名指向的模型不列在模型清單裡；仍然可以呼叫。",
  "routing.strategy":
    "如何在可用的端點之間選擇。`weighted`：依權重精確輪流。`least_in_flight`：相對於權重，處理中的請求最少的優先。`fastest_first_token`：依最近的回答估計，預期等待最短的優先；不看權重。`cheapest`：價格最低的優先，輸入與輸出以三比一合計；同價的依權重輪流，沒有價格的排在最後。`sticky`：同一個工作階段、`prompt_cache_key` 或 `user` 的請求，只要端點可用就固定送到同一個。",
  "routing.hedge": "第一個 token 太慢時，送出第二個請求。",
  "routing.hedge.after": HEDGE,
  "routing.fallbacks":
    "備援模型：沒有端點能提供原本要的模型時，改問哪些模型：`{model: [other, …]}`，或用 `{to: …, on: […]}` 限定某些失敗。回答會寫出實際回答的模型。",
  "routing.fallbacks.NAME[].to": FALLBACK_TO,
  "routing.fallbacks.NAME[].on": FALLBACK_ON,
  "routing.fallbacks.NAME.to": FALLBACK_TO,
  "routing.fallbacks.NAME.on": FALLBACK_ON,
  "routing.default_endpoint":
    "不帶模型的新物件要放到哪個端點，寫端點的名稱：檔案、上傳、對話、向量儲存庫、容器、技能、評測。不寫就依權重；用戶端金鑰可以有自己的端點，標頭 `x-oai-gateway-endpoint` 又優先於兩者。",
  "routing.models":
    "個別模型的設定，依公開名稱或樣式（`*` 代表任意文字，`?` 代表一個字元）。只有第一個符合的項目有效。",
  "routing.models.NAME.strategy": "取代 `routing.strategy`。",
  "routing.models.NAME.attempts": "取代 `retries.attempts`。",
  "routing.models.NAME.hedge": "取代 `routing.hedge`。",
  "routing.models.NAME.hedge.after": HEDGE,
  "routing.models.NAME.timeouts": "有寫的項目各自取代端點的設定。",
  ...below("routing.models.NAME.timeouts", TIMEOUTS),
  "routing.models.NAME.price": "這個模型要付多少錢，不論由哪個端點提供；優先於端點的 `price`。",
  ...below("routing.models.NAME.price", PRICES),
  "routing.models.NAME.cache":
    "把完整的回答保留在記憶體裡，遇到每個位元組都相同的請求就直接再用一次。不寫：這個模型的回答都不保留，除非允許用戶端自己要求（`cache.by_header`）。",
  "routing.models.NAME.cache.ttl": "一個回答可以再用多久。",
  "routing.models.NAME.cache.shared": "所有用戶端共用。否則用戶端金鑰也必須相同，才算是相同的請求。",
  retries: "用戶端看到失敗之前，一個請求可以重試幾次。",
  "retries.attempts": "一個請求總共嘗試幾次；只要還有其他端點（或金鑰），每次都換一個。1：不做容錯移轉。",
  "retries.budget_percent":
    "一個模型在 10 秒內的重試次數，占其請求數的百分比；也是同時進行的重試，占處理中請求數的百分比。換到已知正常的端點一律允許。",
  "retries.budget_min": "不論如何，一個模型在 10 秒內都可以重試的次數。",
  "retries.max_wait":
    "如果模型的所有端點都因用量上限而冷卻，而最早恢復的那一個在這段時間內就會回來，請求會等它。`off`：直接請用戶端等待。",
  "retries.on_empty_answer": "還沒有送任何東西給用戶端時，完全沒有內容的回答視為失敗。",
  health: "端點或其中一個模型，什麼情況下會暫時停用。如果一個模型的所有端點都停用了，仍然會使用它們。",
  "health.consecutive_failures": "連續失敗幾次就停用。",
  "health.failure_rate": "在 `window` 內失敗的請求達到多少百分比就停用。",
  "health.window": "計算 `failure_rate` 的時間範圍。",
  "health.min_requests": "在 `window` 內至少要有多少請求，`failure_rate` 才算數。",
  "health.ejection": "第一次停用多久；之後連續停用，每次再加上這麼久。其中五分之一的長短是隨機的。",
  "health.ejection_max": "停用最久不超過這個時間。",
  "health.slow_start": "停用結束後，端點的份量要花多久恢復到原本的權重。`off`：立刻恢復。",
  "health.active_probes": "先向停用的端點要模型清單（免費），確認後才放行請求。",
  streams: "一段一段送來的回答。",
  "streams.keep_alive":
    "沉默這麼久就送出註解，避免中途的代理伺服器切斷串流（一般用 15s 即可）。`off`：不送。",
  "streams.hold_first_event":
    "端點的第一個事件出現之前，不送標頭給用戶端，這段時間內仍然可以換端點。`false`：只等 250 毫秒，而且只在還有其他端點可用時才等。",
  limits:
    "所有用戶端可以要求多少；單一金鑰的上限寫在 `server.api_keys`。超過時回 429 與 `retry-after`。計算 token 數、列出模型，以及查詢已儲存的物件，都不計入。",
  "limits.requests":
    "每分鐘、每小時、每天的請求數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "limits.requests.minute": "每分鐘的請求數。",
  "limits.requests.hour": "每小時的請求數。",
  "limits.requests.day": "每天的請求數。",
  "limits.tokens":
    "每分鐘、每小時、每天的輸入與輸出的 token 數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "limits.tokens.minute": "每分鐘的輸入與輸出的 token 數。",
  "limits.tokens.hour": "每小時的輸入與輸出的 token 數。",
  "limits.tokens.day": "每天的輸入與輸出的 token 數。",
  "limits.parallel": "同時進行的請求數。",
  "limits.models":
    '模型的上限，以公開名稱的樣式為鍵（`*` 代表任意文字，`?` 代表一個字元）。符合的每一項都有效：`"gpt-*"` 是這類模型合計的一個上限。',
  "limits.models.NAME.requests":
    "每分鐘、每小時、每天的請求數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "limits.models.NAME.requests.minute": "每分鐘的請求數。",
  "limits.models.NAME.requests.hour": "每小時的請求數。",
  "limits.models.NAME.requests.day": "每天的請求數。",
  "limits.models.NAME.tokens":
    "每分鐘、每小時、每天的輸入與輸出的 token 數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "limits.models.NAME.tokens.minute": "每分鐘的輸入與輸出的 token 數。",
  "limits.models.NAME.tokens.hour": "每小時的輸入與輸出的 token 數。",
  "limits.models.NAME.tokens.day": "每天的輸入與輸出的 token 數。",
  "limits.models.NAME.parallel": "同時進行的請求數。",
  "limits.tags": "標籤的上限：有這個標籤的所有金鑰合計。",
  "limits.tags.NAME.requests":
    "每分鐘、每小時、每天的請求數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "limits.tags.NAME.requests.minute": "每分鐘的請求數。",
  "limits.tags.NAME.requests.hour": "每小時的請求數。",
  "limits.tags.NAME.requests.day": "每天的請求數。",
  "limits.tags.NAME.tokens":
    "每分鐘、每小時、每天的輸入與輸出的 token 數上限。每一項都是平均補充的桶：`minute: 60` 就是每秒補回一個。",
  "limits.tags.NAME.tokens.minute": "每分鐘的輸入與輸出的 token 數。",
  "limits.tags.NAME.tokens.hour": "每小時的輸入與輸出的 token 數。",
  "limits.tags.NAME.tokens.day": "每天的輸入與輸出的 token 數。",
  "limits.tags.NAME.parallel": "同時進行的請求數。",
  budgets:
    "有某個標籤的金鑰合計，或所有用戶端合計，可以花多少；單一金鑰的預算寫在 `server.api_keys`。請求之前先保留估計的金額，之後以實際費用結算；會超出預算的請求得到 429。",
  "budgets[].tag": "只計算有這個標籤的金鑰；不寫就是全部。",
  "budgets[].usd": "美元金額，最多九百萬。",
  "budgets[].per": "何時重新起算。一週從星期一開始。`total`：永不重新起算。",
  "budgets[].warn_at": "達到這個比例時通知 `alerts`：`80%` 或 `80`。請求照常進行。",
  "budgets[].time_zone": "以哪個時區的午夜重新起算：例如 `Asia/Taipei`。",
  "budgets[].unpriced": "沒有人知道價格的請求：放行並計數，同時通知 `alerts`；或是拒絕。",
  alerts: "端點停擺、金鑰遭拒、預算用完等情況發生時通知誰。",
  "alerts.webhook":
    "以 POST 接收所有警示（JSON）的網址：`webhooks` 的簡短寫法。Slack 與 Discord 的網址會收到它們看得懂的格式。",
  "alerts.webhooks": "通知誰，以及各自想知道什麼。",
  "alerts.webhooks[].url": "它的網址。拿到網址的人就能張貼訊息，因此不會顯示在任何地方。",
  "alerts.webhooks[].name": "閘道在說明它的狀況時怎麼稱呼它。",
  "alerts.webhooks[].kinds": "它會收到哪些警示；不寫就是全部。",
  "alerts.webhooks[].format":
    "送出什麼內容：閘道自己的物件，或是 Slack、Discord 看得懂的格式。不寫就依主機判斷。",
  "alerts.webhooks[].headers": "另外加上的標頭，例如 `Authorization`。",
  "alerts.repeat": "同一個警示在這段時間內最多通知一次；`off`：每次發生都通知。",
  "alerts.down_after": "端點停用或連不上持續多久之後才通知。",
  traces:
    "追蹤：每個請求一個 span，每次詢問端點也各一個，以 OTLP 送出。這裡沒寫的，可以寫在 OpenTelemetry 的標準環境變數裡；寫在這裡的優先。",
  "traces.enabled": "`false` 關閉追蹤，不論環境變數怎麼說。",
  "traces.endpoint":
    "收集器的網址，它要接受以 HTTP 送出的 OTLP JSON，例如 `http://localhost:4318`；結尾不是 `/traces` 時會補上 `/v1/traces`。不寫時用 `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT` 或 `OTEL_EXPORTER_OTLP_ENDPOINT`。都沒有就沒有追蹤。",
  "traces.headers":
    "送給收集器的標頭，例如它的金鑰。不寫時用 `OTEL_EXPORTER_OTLP_TRACES_HEADERS` 或 `OTEL_EXPORTER_OTLP_HEADERS`。",
  "traces.sample": "從這裡開始的追蹤要記錄多少：`10%` 或 `0.1`。不寫就是全部。",
  "traces.follow_parent": "用戶端的追蹤是否依它的 `traceparent` 決定要不要記錄，不論 `sample` 是多少。",
  "traces.content":
    "提示與回答是否跟著 span 一起送出，過長時截斷，並遮住金鑰。那是人寫的內容：只有這個鍵能開啟。",
  "traces.service_name": "這個閘道的 `service.name`。不寫時用 `OTEL_SERVICE_NAME`，或 `oai-gateway`。",
  "traces.resource":
    "這個閘道的其他屬性，例如 `deployment.environment.name: production`；優先於 `OTEL_RESOURCE_ATTRIBUTES` 裡的。",
  "traces.interval": "span 等其他 span 一起送多久；滿 512 個就立刻送出。不寫就是 5s。",
  "traces.timeout": "收集器處理一批最多可以花多久。不寫就是 10s。",
  "traces.ca_file": "連線到收集器時額外信任的憑證授權單位，PEM 檔；路徑相對於這個檔案。",
  cache: "回答的快取。在模型（`routing.models.NAME.cache`）或用戶端要求之前，裡面什麼都沒有。",
  "cache.by_header": "讓用戶端對任何模型自己要求使用快取：`x-oai-gateway-cache: ttl=600`（秒）。",
  "cache.max_size": "每個處理程序可以用多少記憶體保留回答；滿了就從最久沒用到的開始丟掉。",
  "cache.max_answer": "可以保留的最大回答。",
  "cache.store":
    "回答也寫進儲存區，放在自己的檔案裡（`answers.db`）：重新啟動後還在，所有處理程序共用。模型的回答因此會留在磁碟上，直到不能再用為止；設成 `false` 就會刪掉。需要 `store.mode: folder`。",
  "cache.store_size": "這些回答可以占用多少磁碟空間；滿了就從最早保留的開始刪。",
  usage: "如何得知請求的用量。",
  "usage.ask_in_streams":
    "用戶端沒有要求用量的對話串流，由閘道向端點要（`stream_options.include_usage`），並在送給用戶端之前把那個事件拿掉。拒絕這個選項的端點會被記住，一天之內不再問。關閉之後，這類串流的用量就無從得知。",
  discovery: "如何得知端點有哪些模型（`GET {base_url}/models`）。",
  "discovery.interval": "每隔多久向每個端點詢問一次模型。",
  "discovery.timeout": "端點列出模型最多可以花多久。",
  "discovery.max_list": "清單大小的上限。超過就完全不採用：保留上一份正常的清單，並發出警告。",
  admin: "管理 API：這個閘道的金鑰、用量與狀態。",
  "admin.enabled":
    "在 `/admin/v1` 提供管理 API。密碼以 `oai-gateway admin` 印出的一次性連結設定；用戶端金鑰在那裡沒有用。",
  "admin.remote":
    "讓其他電腦、以及本機上的 proxy 也能使用。沒有 `server.tls`，前面也沒有使用 TLS 的 proxy 時，密碼會以明文傳送。",
  "admin.token":
    "讓程式以 `Authorization: Bearer TOKEN` 使用，與密碼並行；請以變數寫入，至少 16 個字元。環境變數 `OAI_GATEWAY_ADMIN_TOKEN` 效果相同。",
  metrics:
    "給 Prometheus 與能讀取其格式的程式使用的指標。沒有設定 `public` 與 `token` 時，只有本機可以讀取。",
  "metrics.enabled":
    "計算請求、嘗試、token 與費用，並以 Prometheus 的文字格式回應 `GET /metrics`（[metrics.md](metrics.md)）。",
  "metrics.public":
    "讓其他電腦、以及本機上的 proxy 不需權杖也能讀取。內容有模型與端點的名稱，絕不會有金鑰、位址與提示詞。",
  "metrics.token":
    "讀取時必須送出 `Authorization: Bearer TOKEN`，其他電腦也可以讀取；請以變數寫入，至少 16 個字元。",
  "metrics.keys": "依名稱區分用戶端金鑰：最先使用的 1,000 把，其餘都算在 `other`。",
  status_page:
    "給人看的頁面 `/status`：哪些模型可用，以及過去 24 小時的狀況；沒有位址，也沒有金鑰。`local` 只給本機看，`true` 給所有人看，不需要用戶端金鑰。",
  log: "記錄哪些內容，用什麼格式。",
  "log.level": "要寫出的最低層級。",
  store:
    "保存哪些請求資料：依金鑰、模型與端點統計的用量與費用，以及請求記錄。不包含任何提示詞或回答，除非用戶端金鑰要求保存（`store.bodies`），或設定了 `cache.store`。",
  "store.mode":
    "`folder`：存在 `usage.db` 與 `requests.db` 等檔案。`memory`：只保存到閘道結束為止。`off`：完全不保存，與用量、金鑰有關的指令也就沒有資料可看。變更後要重新啟動才會生效。",
  "store.folder":
    "存放檔案的資料夾，路徑以設定檔所在的資料夾為準。不寫就是資料目錄（`--data-dir`）。變更後要重新啟動才會生效。",
  "store.keep": "保存多久、保存多少。變更後立即生效。",
  "store.keep.usage":
    "每個請求的明細保存多久：誰用的、哪個模型、多少 token、多少費用。每小時的合計保存 90 天，每日的合計永久保存。",
  "store.keep.requests": "請求記錄保存多久：各次嘗試、時間、大小。`off`：不留請求記錄。",
  "store.keep.requests_size": "請求記錄的大小上限；超過就從最舊的開始刪除。",
  "store.bodies": "請求與回答的內容，只限有 `log_bodies: true` 的用戶端金鑰。憑證一律略去。變更後立即生效。",
  "store.bodies.max_size":
    "一個請求、以及它的回答，最多各保存多少；其餘略去，只記下大小。`off`：不論金鑰怎麼設定都不保存。",
  "store.bodies.keep": "保存多久；記錄的其他部分可以保存得更久。",
  "store.bodies.total_size": "全部合計最多占多少磁碟空間；超過就從最舊的開始刪除。",
  "store.bodies.hide":
    "JSON 裡要略去內容的位置，例如 `messages.*.content` 或 `user`：以點分隔名稱，`*` 代表任意一個，`**` 代表任意多個。",
  "store.bodies.hide_patterns": "正規表示式（JavaScript）；符合的文字會略去。",
  "log.format": "`auto`：在終端機上是給人看的格式，其他地方是 JSON。",
};

function below(place: string, texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [`${place}.${key}`, text]));
}
