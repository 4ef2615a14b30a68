// The sentences of docs/zh-TW/metrics.md: one for each metric, by its name, so that a missing one fails the type check.

import type { FamilyName } from "../../src/observe/metrics/families.ts";

/** What each metric says, in Chinese. */
export const CHINESE_METRICS: Readonly<Record<FamilyName, string>> = {
  oai_gateway_requests_total: "已結束的請求，依送給用戶端的狀態碼類別；中途離開的用戶端算在 4xx。",
  oai_gateway_request_errors_total: "以閘道錯誤表中的錯誤結束的請求，並標明是誰的責任。",
  oai_gateway_attempts_total: "對端點的嘗試，依結果：ok、refused、lost（另一次比較快），或失敗的代碼。",
  oai_gateway_attempt_duration_seconds: "對端點的嘗試花了多久，串流算到結束為止。",
  oai_gateway_retries_total: "一個請求在第一次之後的嘗試。",
  oai_gateway_retries_denied_total: "因為超出模型的重試額度而沒有進行的重試。",
  gen_ai_server_request_duration_seconds: "從請求抵達到回答結束，包含等待與重試。",
  gen_ai_server_time_to_first_token_seconds: "從請求抵達到回答的第一個位元組；只算得到回答的串流。",
  gen_ai_server_time_per_output_token_seconds: "第一個之後每個輸出 token 的時間；只算得到回答的串流。",
  gen_ai_client_token_usage: "一個請求的 token，分輸入與輸出。",
  oai_gateway_tokens_total:
    "用掉的 token：input 與 output，其中 cached 與 cache_write 屬於輸入，reasoning 屬於輸出。",
  oai_gateway_cost_dollars_total: "已知價格的請求的費用，單位是美元。",
  oai_gateway_unpriced_requests_total: "用了東西、但沒有人知道價格的請求；不包含在費用裡。",
  oai_gateway_estimated_requests_total: "端點沒有告知 token，由閘道估計的請求。",
  oai_gateway_received_bytes_total: "用戶端送來的請求內容的位元組數。",
  oai_gateway_sent_bytes_total: "送給用戶端的回答的位元組數。",
  oai_gateway_key_requests_total: "依用戶端金鑰名稱的請求；只有設定 metrics.keys 才有。",
  oai_gateway_key_tokens_total: "依用戶端金鑰名稱的 token，分輸入與輸出；只有設定 metrics.keys 才有。",
  oai_gateway_key_cost_dollars_total: "依用戶端金鑰名稱的費用，單位是美元；只有設定 metrics.keys 才有。",
  oai_gateway_ejections_total: "端點或其某個模型被停止使用的次數。",
  oai_gateway_cooldowns_total: "金鑰、模型或端點開始冷卻的次數，依原因。",
  oai_gateway_log_events_total: "交給記錄的事件，不論記錄層級是否寫出；請求的記錄不算事件。",
  oai_gateway_log_lines_dropped_total: "無法寫出的記錄行數。",
  oai_gateway_alerts_dropped_total: "等待中的太多、因而沒有送出的警示。",
  oai_gateway_alerts_failed_total: "試了幾次 webhook 都沒有收下的警示。",
  oai_gateway_info: "一律是 1；標籤是版本。",
  oai_gateway_processes: "提供服務的處理程序數。",
  oai_gateway_draining: "閘道正在結束、不再接受新連線時是 1。",
  oai_gateway_requests_in_flight: "處理中的請求。",
  oai_gateway_requests_waiting: "在 server.max_in_flight 的佇列裡等待的請求。",
  oai_gateway_requests_waiting_for_rest: "等待短暫冷卻結束的請求。",
  oai_gateway_requests_refused_total:
    "閘道為了自保而拒絕的請求：佇列滿了或等太久（queue），或處理程序的時間或記憶體不足（pressure）。",
  oai_gateway_body_bytes: "目前保存在記憶體裡的請求內容的位元組數。",
  oai_gateway_under_pressure: "因時間或記憶體不足而拒絕新請求時是 1。",
  oai_gateway_endpoint_requests_in_flight: "端點正在處理的請求。",
  oai_gateway_endpoint_requests_waiting: "等待設有 max_in_flight 的端點的請求。",
  oai_gateway_endpoint_requests_refused_total: "設有 max_in_flight 的端點沒有位置可接的請求。",
  oai_gateway_retry_budget_requests: "重試額度的時間範圍內的請求。",
  oai_gateway_retry_budget_retries: "重試額度的時間範圍內的重試。",
  oai_gateway_endpoint_up: "端點使用中是 1；停用、被停止使用或整個冷卻時是 0。",
  oai_gateway_endpoint_state: "端點斷路器目前的狀態是 1：closed、open（停止使用）或 half_open。",
  oai_gateway_endpoint_weight: "端點的權重；恢復使用的過程中較小。",
  oai_gateway_ejected_operations: "端點的模型中，被停止使用的操作數。",
  oai_gateway_cooldowns: "端點的金鑰、模型與操作中冷卻或被停止使用的數目，包含端點本身。",
  oai_gateway_models: "GET /v1/models 列出的模型數。",
  oai_gateway_endpoint_models: "端點提供的模型數。",
  oai_gateway_endpoint_list_state: "最近一次詢問端點模型的結果是 1。",
  oai_gateway_endpoint_list_age_seconds: "距離端點上一次告知模型的時間。",
  oai_gateway_config_last_reload_successful: "最後讀到的設定已生效是 1，被拒絕是 0。",
  oai_gateway_config_reloads_total: "啟動之後採用（ok）或拒絕（failed）的設定數。",
  oai_gateway_config_age_seconds: "目前的設定生效多久了。",
  oai_gateway_config_info: "一律是 1；設定的來源，以及設定檔摘要的開頭。",
  oai_gateway_cache_requests_total: "查詢回答快取的次數：hit 或 miss。",
  oai_gateway_cache_entries: "為之後的請求保存的回答數。",
  oai_gateway_cache_bytes: "保存的回答占用的記憶體。",
  oai_gateway_store_up: "用量資料庫可以寫入時是 1；關閉時也是 0。",
  oai_gateway_store_entries_waiting: "等待寫入的用量筆數。",
  oai_gateway_store_entries_lost_total: "無法保存的用量筆數。",
  oai_gateway_store_bytes: "用量資料庫在磁碟上的位元組數。",
  oai_gateway_connections: "用戶端開啟的連線數。",
  oai_gateway_connections_max: "可以開啟的連線數（server.max_connections）。",
  oai_gateway_connections_refused_total: "超出上限的用戶端連線。",
  nodejs_eventloop_lag_seconds: "事件迴圈上一次晚了多久；有好幾個處理程序時取最晚的。",
  nodejs_heap_size_used_bytes: "所有處理程序使用中的 heap。",
  nodejs_heap_size_total_bytes: "所有處理程序的 heap。",
  nodejs_external_memory_bytes: "所有處理程序在 heap 之外的緩衝區記憶體。",
  process_cpu_user_seconds_total: "所有處理程序在使用者模式的 CPU 時間。",
  process_cpu_system_seconds_total: "所有處理程序在系統模式的 CPU 時間。",
  process_cpu_seconds_total: "所有處理程序的 CPU 時間。",
  process_resident_memory_bytes: "所有處理程序的常駐記憶體；共用的部分各算一次。",
  process_open_fds: "所有處理程序開啟的檔案描述元；只有在有 /proc 的系統上才有。",
  process_max_fds: "一個處理程序可以開啟的檔案描述元；只有在有 /proc 的系統上才有。",
  process_start_time_seconds: "閘道啟動的時間，自 1970 年起的秒數。",
};

/** What surrounds the tables. */
export const CHINESE_METRICS_PAGE = {
  title: "# 指標",
  languages: "[English](../metrics.md) · **繁體中文**",
  intro: `\`GET /metrics\` 以 Prometheus 的文字格式 0.0.4 回應；用戶端要求時，改用 OpenMetrics 1.0。沒有設定時，只有本機可以讀取，規則與[管理 API](admin.md) 相同；設定 \`metrics.token\` 之後，其他電腦可以帶著權杖讀取；\`metrics.public: true\` 則對所有人開放。\`metrics.enabled: false\` 全部關閉。

\`\`\`yaml
metrics:
  token: \${METRICS_TOKEN}
\`\`\`

- **內容**：模型與端點的名稱；絕不會有金鑰、端點的位址、用戶端的位址或提示詞。
- **標籤有上限**：只有路由表裡的模型才有自己的名稱，其他算在 \`other\`；沒有指定模型的請求是 \`none\`。最先使用的 1,000 個模型與 1,000 把金鑰會分開計算，每個指標最多 5,000 組標籤。名稱最長 120 個字元；控制字元與改變文字方向的記號會寫成 \`\\u202e\` 的形式。
- **多個處理程序**（\`server.workers\`）合起來是一個閘道：不論問到哪一個，都是全部的數字，最多晚半秒。其中一個結束時，它說過的仍會算在內，計數器不會倒退。
- **名稱**：以 \`gen_ai_\` 開頭的，是 OpenTelemetry 生成式 AI 語意慣例的名稱，以 Prometheus 的寫法表示；\`gen_ai_provider_name\` 是端點所用的 API。`,
  counted: "## 請求與事件",
  read: "## 狀態與處理程序",
  header: "| 指標 | 類型 | 標籤 | 意義 |",
  files: `## Grafana 與警示

[deploy/grafana/oai-gateway.json](../../deploy/grafana/oai-gateway.json) 是可以直接匯入的 Grafana 儀表板，[deploy/prometheus/oai-gateway.rules.yaml](../../deploy/prometheus/oai-gateway.rules.yaml) 是警示規則，[deploy/prometheus/prometheus.yaml](../../deploy/prometheus/prometheus.yaml) 是抓取設定的範例。怎麼使用請見 [deploy.md](deploy.md#指標與警示)。`,
};
