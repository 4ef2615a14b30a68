// The sentences of `../accounts.ts`, 繁體中文.

import type { ACCOUNTS_MESSAGES } from "../accounts.ts";
import type { SentencesOf } from "../message-table.ts";

/** 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const accountsZhTw = (): SentencesOf<typeof ACCOUNTS_MESSAGES> => ({
  'keys.badName': '名稱是 1 到 {longest} 個文字、數字、符號或空格，且不能是「#」加數字',
  'keys.badOwner': '擁有者是 1 到 {longest} 個文字、數字、符號或空格',
  'keys.badTags': '標籤是最多 256 項的清單，每項是 1 到 {longest} 個文字、數字或符號，不含逗號',
  'keys.badPatterns': '樣式是 1 到 256 項的清單，每項最多 512 個字元（`*` 代表任意文字，`?` 代表一個字元）',
  'keys.badAddresses': '位址是 1 到 256 項的清單，每項是位址或網段，例如 192.168.1.0/24 或 fd00::/8',
  'keys.badTime': '時間是自 1970 年起的毫秒數，必須是整數',
  'keys.badFlag': '只能是 true 或 false',
  'keys.badLimits': '上限是每分鐘、每小時、每天的請求數與 token 數，以及同時進行的請求數，都是 1 以上的整數',
  'keys.badBudget': '預算是每天、每週、每月或總計大於 0 的金額；警告比例大於 0、最多 1；時區使用名稱，例如 Asia/Taipei',
  'keys.badKey': '金鑰是 16 到 512 個可見的 ASCII 字元，不含空格',
  'keys.badGrace': '舊金鑰的寬限時間是 0 到 366 天',
  'keys.keyTaken': '已經有用戶端金鑰使用這把金鑰',
  'keys.nameTaken': '已經有名為「{name}」的用戶端金鑰',
  'keys.notFound': '沒有用戶端金鑰「{name}」',
  'keys.readOnly': '用戶端金鑰「{name}」由設定檔設定：請在設定檔中修改',
  'keys.changed': '這把金鑰同時被別人修改過：請重新檢視',
  'keys.tooMany': '已有 {max} 把用戶端金鑰，不能再增加',
  'keys.unavailable': '目前無法讀取用戶端金鑰：請稍後再試',
  'keys.noPepper': '無法把 key-pepper 檔案寫入資料夾：請讓資料夾可寫入，或以 --data-dir 指定另一個資料夾',
  'accounts.noNetwork': '不是位址，也不是網段',
  'accounts.noTag': '不是標籤',
  'accounts.noTag.fix': '使用 1 到 64 個文字、數字或符號，不含逗號',
  'accounts.sameBudget': '{place} 與 {other} 的對象和期間相同',
  'accounts.noWebhook': '{place} 不是 webhook 的網址',
  'accounts.noWebhook.fix': '寫以 https:// 或 http:// 開頭的網址，裡面不含帳號與密碼',
  'accounts.name.fix': '更正它，或刪除它',
  'accounts.emptyList': '{place} 是空的',
  'accounts.emptyList.fix': '填入內容，或刪除它以免限制任何項目',
  'accounts.entry.fix': '更正它：標籤是不含逗號的短文字，端點是名稱或樣式，位址像 192.168.1.0/24',
});
