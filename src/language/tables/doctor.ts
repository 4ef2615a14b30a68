// What `doctor` says.

import type { MessageTable } from "./message-table.ts";

/** What `doctor` says: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const DOCTOR_MESSAGES = {
  'doctor.bundled': ['A report without any secret is in {file}; attach it to your bug report.', '不含任何機密的報告已寫入 {file}，回報問題時請附上。'],
  'doctor.gateway': ['running (process {pid}, version {version}) for {minutes} min: {inFlight} requests under way, {waiting} waiting, {connections} connections, event loop {lag} ms late', '執行中（處理程序 {pid}，版本 {version}）{minutes} 分鐘：處理中 {inFlight} 個請求，排隊 {waiting} 個，連線 {connections} 條，事件迴圈延遲 {lag} 毫秒'],
  'doctor.pressure': ['new requests are refused ({reason})', '暫時拒絕新請求（{reason}）'],
  'doctor.unbundled': ['{file} cannot be written: {reason}', '無法寫入 {file}：{reason}'],
  'check.openFolder': ['other users of this machine may write to the data folder {folder} (mode {mode}).', '這台電腦的其他使用者可以寫入資料夾 {folder}（權限 {mode}）。'],
} as const satisfies MessageTable;
