// What is wrong with a change of client keys, limits and budgets.

import type { MessageTable } from "./message-table.ts";

/** Sentences about keys of the store: English, then 繁體中文. */
// biome-ignore format: a table reads best with one row a message
export const ACCOUNTS_MESSAGES = {
  'keys.badName': ['a name is 1 to {longest} letters, digits, signs and spaces, and is not a number behind "#"', '名稱是 1 到 {longest} 個文字、數字、符號或空格，且不能是「#」加數字'],
  'keys.badOwner': ['an owner is 1 to {longest} letters, digits, signs and spaces', '擁有者是 1 到 {longest} 個文字、數字、符號或空格'],
  'keys.badTags': ['tags are a list of at most 256 texts of 1 to {longest} letters, digits and signs without commas', '標籤是最多 256 項的清單，每項是 1 到 {longest} 個文字、數字或符號，不含逗號'],
  'keys.badPatterns': ['patterns are a list of 1 to 256 texts of at most 512 characters (`*` any text, `?` one character)', '樣式是 1 到 256 項的清單，每項最多 512 個字元（`*` 代表任意文字，`?` 代表一個字元）'],
  'keys.badAddresses': ['addresses are a list of 1 to 256 addresses or networks, such as 192.168.1.0/24 or fd00::/8', '位址是 1 到 256 項的清單，每項是位址或網段，例如 192.168.1.0/24 或 fd00::/8'],
  'keys.badTime': ['a time is a whole number of milliseconds since 1970', '時間是自 1970 年起的毫秒數，必須是整數'],
  'keys.badFlag': ['this is either true or false', '只能是 true 或 false'],
  'keys.badLimits': ['limits are whole numbers of requests and tokens a minute, hour and day, and of requests at the same time, each at least 1', '上限是每分鐘、每小時、每天的請求數與 token 數，以及同時進行的請求數，都是 1 以上的整數'],
  'keys.badBudget': ['a budget is an amount above 0 for a day, a week, a month or in total, with a share to warn at above 0 and up to 1, and the name of a time zone such as Asia/Taipei', '預算是每天、每週、每月或總計大於 0 的金額；警告比例大於 0、最多 1；時區使用名稱，例如 Asia/Taipei'],
  'keys.badKey': ['a key is 16 to 512 visible ASCII characters without spaces', '金鑰是 16 到 512 個可見的 ASCII 字元，不含空格'],
  'keys.badGrace': ['the time for which the old key stays good is from 0 to 366 days', '舊金鑰的寬限時間是 0 到 366 天'],
  'keys.keyTaken': ['there is a client key with this key already', '已經有用戶端金鑰使用這把金鑰'],
  'keys.nameTaken': ['there is a client key named "{name}" already', '已經有名為「{name}」的用戶端金鑰'],
  'keys.notFound': ['there is no client key "{name}"', '沒有用戶端金鑰「{name}」'],
  'keys.readOnly': ['the client key "{name}" is set by the configuration file: change it there', '用戶端金鑰「{name}」由設定檔設定：請在設定檔中修改'],
  'keys.changed': ['somebody else has changed this key meanwhile: look at it again', '這把金鑰同時被別人修改過：請重新檢視'],
  'keys.tooMany': ['there are {max} client keys, and there can be no more', '已有 {max} 把用戶端金鑰，不能再增加'],
  'keys.unavailable': ['the client keys cannot be read now: try again in a moment', '目前無法讀取用戶端金鑰：請稍後再試'],
  'keys.noPepper': ['the file key-pepper cannot be written into the data folder: make the folder writable, or name another one by --data-dir', '無法把 key-pepper 檔案寫入資料夾：請讓資料夾可寫入，或以 --data-dir 指定另一個資料夾'],
  'accounts.noNetwork': ['is no address and no network', '不是位址，也不是網段'],
  'accounts.noTag': ['is no tag', '不是標籤'],
  'accounts.noTag.fix': ['write 1 to 64 letters, digits and signs without commas', '使用 1 到 64 個文字、數字或符號，不含逗號'],
  'accounts.sameBudget': ['{place} is for the same clients and the same time as {other}', '{place} 與 {other} 的對象和期間相同'],
  'accounts.noWebhook': ['{place} is no address of a webhook', '{place} 不是 webhook 的網址'],
  'accounts.noWebhook.fix': ['write an address that begins with https:// or http://, without a name and password in it', '寫以 https:// 或 http:// 開頭的網址，裡面不含帳號與密碼'],
  'accounts.name.fix': ['correct it, or remove it', '更正它，或刪除它'],
  'accounts.emptyList': ['{place} is empty', '{place} 是空的'],
  'accounts.emptyList.fix': ['name something, or remove it so that nothing is left out', '填入內容，或刪除它以免限制任何項目'],
  'accounts.entry.fix': ['correct it: tags are short texts without commas, endpoints are names or patterns, addresses are like 192.168.1.0/24', '更正它：標籤是不含逗號的短文字，端點是名稱或樣式，位址像 192.168.1.0/24'],
} as const satisfies MessageTable;
