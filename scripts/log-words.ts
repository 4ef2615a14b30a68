// What the log says, row by row and in both languages: the fields of a request's line, and the events. A test holds them
// to what is really logged.

/** A field or an event: its name, then what it means in English and in 繁體中文. */
export type LogWord = readonly [name: string, english: string, chinese: string];

function rows(table: string): readonly LogWord[] {
  return table
    .trim()
    .split("\n")
    .map((row) => {
      const [name = "", english = "", chinese = ""] = row.split(" | ");
      return [name, english, chinese] as const;
    });
}

/** The fields of the line of a request, in their order. */
export const REQUEST_FIELDS: readonly LogWord[] = rows(`
level | \`info\`, or \`warn\` where the answer is a 5xx or a try failed | \`info\`；回答是 5xx 或有嘗試失敗時是 \`warn\`
time | when it was over, ISO 8601 in UTC | 結束的時間，ISO 8601（UTC）
event | \`request\` | \`request\`
request_id | the id that the answer has in \`x-request-id\` | 回答中 \`x-request-id\` 的值
method | method of HTTP | HTTP 方法
path | path without the query | 路徑，不含查詢字串
client_key | name of the client key, never the key | 用戶端金鑰的名稱，不會是金鑰本身
client_address | address of the client | 用戶端的位址
operation | what was asked for, such as \`chat\` | 要求的操作，例如 \`chat\`
model | the model's name as it was asked for | 要求的模型名稱
endpoint | the endpoint that answered | 回答的端點
upstream_model | the endpoint's name for the model, where that is another one | 端點對這個模型的稱呼（與要求的不同時）
status | status as it was sent; 499 where the client left before | 送出的狀態碼；用戶端先離開時是 499
error | code of the error | 錯誤代碼
stream | whether a stream was asked for | 是否要求串流
attempts | how many tries there were | 嘗試的次數
tries | each try, where there were several or the only one failed: \`endpoint\`, \`key\` (its number), \`model\`, \`outcome\`, \`status\`, \`reason\`, \`duration_ms\` | 每次嘗試（有多次，或唯一的一次失敗時）：\`endpoint\`、\`key\`（第幾把）、\`model\`、\`outcome\`、\`status\`、\`reason\`、\`duration_ms\`
duration_ms | from arrival to the end of the answer | 從收到請求到回答結束
first_byte_ms | from arrival to the first byte of the answer's body | 從收到請求到回答的第一個位元組
bytes_in | bytes of the request's body | 請求內文的位元組數
bytes_out | bytes of the answer's body | 回答內文的位元組數
tokens_in | tokens of the input, as the endpoint counted them | 輸入的 token 數，由端點計算
tokens_out | tokens of the output | 輸出的 token 數
tokens_cached | of the input: read from the endpoint's cache | 輸入中讀自端點快取的部分
tokens_reasoning | of the output: reasoning | 輸出中推理的部分
tokens_estimated | true where the gateway has counted | 由閘道估計時為 true
cost_usd | US dollars; null where nobody knows the price | 美元；沒有人知道價格時是 null
cost_source | who says so: \`config\`, \`endpoint\`, \`imported\`, \`table\`, \`unpriced\`, \`none\` | 價格的依據：\`config\`、\`endpoint\`、\`imported\`、\`table\`、\`unpriced\`、\`none\`
from_cache | true where an answer was used again | 重複使用先前的回答時為 true
trace_id | of the trace that it is a part of, where traces are on | 所屬追蹤的代號（開啟追蹤時）
worker | number of the process, where several serve | 處理程序的編號（使用多個處理程序時）
`);

/** The events besides \`request\`. */
export const LOG_EVENTS: readonly LogWord[] = rows(`
started | the process has begun: version, address, configuration, process id | 處理程序已啟動：版本、位址、設定檔、處理程序代號
ready | every endpoint has answered or failed | 每個端點都已回應或失敗
no_endpoints | there is nothing to serve yet | 還沒有任何端點
stopping | a signal or a key ends it; requests under way may finish | 收到訊號或按鍵而停止；進行中的請求可以完成
cutting | it was asked to end twice: requests under way are cut | 第二次要求停止：中斷進行中的請求
stopped | the process ends | 處理程序結束
reload | a configuration is in force, with what it changed | 設定已生效，以及改變了什麼
reload_failed | a configuration was not taken: number of problems, code and place of the first | 設定沒有被採用：問題數、第一個問題的代碼與位置
config_without_endpoints | a saved file names no endpoint; the last ones stay | 存檔的設定沒有端點；沿用先前的端點
config_removed | the configuration file is gone; what was read stays in force | 設定檔不見了；沿用讀到的內容
config_back | the configuration file is there again | 設定檔又出現了
config_store_unavailable | what the store adds to the configuration cannot be read | 無法讀取儲存區中的設定
config_entry_unreadable | an entry of the store cannot be read | 儲存區中有一項設定無法讀取
config_entry_left_out | an entry of the store does not fit and is left out | 儲存區中有一項設定不適用而略過
certificate_renewed | a new certificate is in force | 新的憑證已生效
certificate_refused | a replaced certificate cannot be used; the one before stays | 更換的憑證無法使用；沿用先前的憑證
certificate_expires | the certificate ends soon, or has ended | 憑證即將到期或已到期
models_listed | an endpoint has told its models | 端點列出了模型
models_not_listed | an endpoint gave no list | 端點沒有提供清單
models_cut | an endpoint lists more models than are taken | 端點列出的模型超過可採用的數量
name_clash | two names of models cannot be told apart | 兩個模型名稱無法區分
endpoint_ejected | an endpoint, or an operation there, keeps failing and gets no requests for a while | 端點或其中一種操作持續失敗，暫時不再分派請求
endpoint_returned | it answers again | 端點恢復回應
endpoint_down | an endpoint has been down for longer than \`alerts.down_after\` | 端點停擺的時間超過 \`alerts.down_after\`
endpoint_up | it is there again | 端點恢復
endpoint_key_doubted | a key was refused by one request; a second one decides | 一個請求的金鑰遭拒；由第二個請求確認
endpoint_key_unusable | a key is refused, or its account is empty | 金鑰遭拒，或帳戶餘額用盡
rest_began | a model under a key rests for a while | 某把金鑰下的模型開始冷卻
rest_ended | it may be used again | 冷卻結束
failover | a request was answered by another endpoint than the first | 請求由第一個以外的端點回答
model_unpriced | a model was used whose price nobody knows; once for each | 使用了沒有人知道價格的模型；每個模型一次
loop_detected | a request came back to this gateway | 請求繞回了這個閘道
pressure | new requests are refused: memory or time is short | 記憶體或時間不足，拒絕新的請求
pressure_over | that is over | 不足的情況已解除
accept_failed | connections cannot be accepted | 無法接受連線
budget_warning | a budget reached its \`warn_at\` | 預算達到 \`warn_at\`
budget_spent | a budget is spent | 預算用完
budget_unpriced | something without a price was used on a budget | 用預算使用了沒有價格的項目
budgets_unknown | what was spent before cannot be read; it is asked again | 無法讀取先前的花費；會再讀
limits_not_kept | how much of limits is used cannot be kept | 無法保留上限的使用量
keys_unavailable | the client keys of the store cannot be read | 無法讀取儲存區中的用戶端金鑰
key_unreadable | a client key of the store cannot be read | 儲存區中有一把用戶端金鑰無法讀取
key_name_twice | a client key of the store has the name of one in the file | 儲存區中的用戶端金鑰與設定檔的同名
key_pepper_changed | the secret of the client keys is another one | 用戶端金鑰使用的機密換了
key_pepper_failed | the secret of the client keys cannot be written | 無法寫入用戶端金鑰使用的機密
admin_link | how the admin password is set | 如何設定管理密碼
admin_login_failed | somebody tried a wrong admin password | 有人輸入了錯誤的管理密碼
alert_delayed | a webhook did not take an alert; it is tried again | webhook 沒有收下警示；會再試
alert_failed | a webhook did not take an alert, and it is given up | webhook 一直沒有收下警示，已放棄
alert_dropped | too many alerts wait for a webhook | 等待 webhook 的警示太多
alerts_not_kept | which alerts were told cannot be kept | 無法保留送出過哪些警示
traces_delayed | the collector of traces does not answer; spans wait | 追蹤收集器沒有回應；span 等待中
traces_resumed | it takes spans again | 追蹤收集器恢復接收
traces_dropped | spans are lost, and how many | 有 span 遺失，以及數量
traces_rejected | the collector has refused spans | 追蹤收集器拒收 span
store_failed | the store cannot do what it should | 儲存區無法運作
store_recovered | it can again | 儲存區恢復運作
store_mended | a damaged file of the store was put aside and replaced | 損壞的儲存區檔案已移開並重建
prices_old | the table of prices is old | 價格表過舊
data_folder_open | others may write to the data folder | 其他使用者可以寫入資料夾
admin_unsaved | the admin password and its sessions cannot be kept over restarts | 無法跨重新啟動保留管理密碼與工作階段
saved_state_failed | rotation, rests, or where stored objects are cannot be kept over restarts | 無法跨重新啟動保留輪替、冷卻或物件的位置
worker_started | a process serves | 一個處理程序開始服務
worker_died | a process ended by itself; another takes its place | 一個處理程序意外結束；由另一個接替
workers_refused | several processes are not possible here | 這裡無法使用多個處理程序
control_failed | commands cannot reach this gateway | 指令無法連到這個閘道
notify_failed | the service manager cannot be told | 無法通知服務管理員
sink_failed | settled requests could not be recorded | 無法記錄已完成的請求
log_dropped | lines could not be written and are lost | 有記錄無法寫入而遺失
internal | a fault inside the gateway; it goes on | 閘道內部的錯誤；繼續執行
`);
